/* What the environment asks for, and how a trap is sprung. */
#include "standin.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *variable(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

static long number(const char *name, long otherwise)
{
    const char *value = getenv(name);
    return value && *value ? strtol(value, NULL, 10) : otherwise;
}

static void fraction(const char *name, unsigned *hits, unsigned *of)
{
    unsigned got[2] = {0, 0};
    const char *value = getenv(name);
    *hits = *of = 0;
    if (value && sscanf(value, "%u/%u", &got[0], &got[1]) == 2 && got[1] > 0) {
        *hits = got[0];
        *of = got[1];
    }
}

static const char *rank_here(void)
{
    return variable("OMPI_COMM_WORLD_RANK", variable("PMIX_RANK", "0"));
}

static int is_meant(void)
{
    const char *only = getenv("EFA_STANDIN_ONLY");
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    return !only || !*only || strcmp(only, rank_here()) == 0 || strstr(host, only) != NULL;
}

static void expand_root(char *root, size_t room)
{
    size_t used = 0;
    root[0] = '\0';
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    for (const char *at = variable("EFA_STANDIN_COUNTERS", ""); *at && used + 1 < room; at++) {
        if (at[0] == '%' && (at[1] == 'r' || at[1] == 'h')) {
            int more = snprintf(root + used, room - used, "%s", at[1] == 'r' ? rank_here() : host);
            used += more > 0 ? (size_t)more : 0;
            at++;
        } else {
            root[used++] = *at;
            root[used] = '\0';
        }
    }
}

void si_settings_read(struct si_settings *settings)
{
    *settings = (struct si_settings){.tx_size = (size_t)number("EFA_STANDIN_TX_SIZE", 256),
                                     .rx_size = (size_t)number("EFA_STANDIN_RX_SIZE", 256),
                                     .memlock_bytes = (size_t)number("EFA_STANDIN_MEMLOCK", 0),
                                     .starve_ns = (uint64_t)number("EFA_STANDIN_STARVE_MS", 5000) * 1000000u,
                                     .error_after = -1,
                                     .silent_after = -1};
    snprintf(settings->device, sizeof settings->device, "%s", variable("EFA_STANDIN_DEVICE", "standin_0"));
    snprintf(settings->netdev, sizeof settings->netdev, "%s", variable("EFA_STANDIN_NETDEV", "lo"));
    snprintf(settings->lower, sizeof settings->lower, "%s", variable("EFA_STANDIN_LOWER", ""));
    expand_root(settings->counters, sizeof settings->counters);
    fraction("EFA_STANDIN_COUNTERS_LIE", &settings->lie_hits, &settings->lie_of);
    settings->seed = (uint32_t)number("EFA_STANDIN_SEED", 1) * 2654435761u + (uint32_t)atoi(rank_here());
    if (!is_meant())
        return;
    fraction("EFA_STANDIN_EAGAIN", &settings->eagain_hits, &settings->eagain_of);
    const char *error = getenv("EFA_STANDIN_ERROR");
    if (error && sscanf(error, "%ld:%d", &settings->error_after, &settings->error_code) != 2)
        settings->error_after = -1;
    settings->silent_after = number("EFA_STANDIN_SILENT_PEER", -1);
    settings->reorder = (int)number("EFA_STANDIN_REORDER", 0);
}

uint64_t si_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint32_t si_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

void si_trap(const char *name, const char *call, const char *format, ...)
{
    char reason[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    fprintf(stderr, "efa stand-in: TRAP %s: %s: %s\n", name, call, reason);
    fflush(stderr);
    if (strcmp(variable("EFA_STANDIN_TRAP", "abort"), "exit") == 0)
        _exit(99);
    abort();
}
