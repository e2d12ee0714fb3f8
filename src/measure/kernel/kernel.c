#include "measure/kernel/kernel.h"

#include <stdio.h>
#include <string.h>

enum eb_status eb_kernel_find(const char *name, const struct eb_kernel_ops **ops, struct eb_error *err)
{
    char names[200] = "";
    size_t used = 0;
    for (size_t i = 0; eb_kernels[i]; i++) {
        if (strcmp(eb_kernels[i]->name, name) == 0) {
            *ops = eb_kernels[i];
            return EB_OK;
        }
        if (used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "",
                                     eb_kernels[i]->name);
    }
    return eb_error_set(err, EB_USAGE, "kernel", 0, "unknown kernel '%s': there are %s", name, names);
}

enum eb_status eb_kernel_failed(const struct eb_kernel_env *env, struct eb_error *err)
{
    const struct eb_error *error = &env->transport->error;
    return eb_error_set(err, error->status, error->origin, error->code, "%s", error->text);
}

int eb_kernel_pair_peer(const struct eb_kernel_env *env)
{
    return eb_pairing_peer(&env->pairing, env->transport->rank);
}

int eb_kernel_is_first(const struct eb_kernel_env *env)
{
    return eb_pairing_is_first(&env->pairing, env->transport->rank);
}

int eb_kernel_in_pair(const struct eb_kernel_env *env)
{
    return eb_kernel_pair_peer(env) >= 0;
}

int eb_kernel_acts_in_pair(const struct eb_kernel_env *env)
{
    return eb_kernel_in_pair(env) && (!env->transport->reads || eb_kernel_is_first(env));
}

void eb_kernel_fill_for_reads(struct eb_kernel_env *env, unsigned messages)
{
    for (unsigned w = 0; w < messages; w++)
        eb_pattern_fill(env->send.base + w * env->size_bytes, env->size_bytes, w);
}

enum eb_status eb_kernel_validate_reads(struct eb_kernel_env *env, unsigned messages, uint64_t *checked_bytes,
                                        struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    int peer = eb_kernel_pair_peer(env);
    *checked_bytes = 0;
    for (unsigned w = 0; w < messages; w++) {
        size_t offset = w * env->size_bytes;
        if (t->ops->recv(t, peer, &env->receive, offset, env->size_bytes, &env->requests[0]) < 0 ||
            eb_transport_wait(t, &env->requests[0]) < 0)
            return eb_kernel_failed(env, err);
        enum eb_status status =
            eb_pattern_check(env->receive.base + offset, env->size_bytes, w, t->rank, err);
        if (status != EB_OK)
            return status;
        *checked_bytes += env->size_bytes;
    }
    return EB_OK;
}

static unsigned char pattern_byte(size_t offset, uint64_t message)
{
    return (unsigned char)(offset * 131u + (offset >> 8) * 29u + (offset >> 16) * 7u + message * 61u + 17u);
}

void eb_pattern_fill(char *data, size_t bytes, uint64_t message)
{
    for (size_t i = 0; i < bytes; i++)
        data[i] = (char)pattern_byte(i, message);
}

enum eb_status eb_pattern_check(const char *data, size_t bytes, uint64_t message, int rank,
                                struct eb_error *err)
{
    for (size_t i = 0; i < bytes; i++)
        if ((unsigned char)data[i] != pattern_byte(i, message))
            return eb_error_set(err, EB_INVALID, "validation", 0,
                                "wrong byte: rank %d, offset %zu, got 0x%02x, wanted 0x%02x", rank, i,
                                (unsigned)(unsigned char)data[i], (unsigned)pattern_byte(i, message));
    return EB_OK;
}
