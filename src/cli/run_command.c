#include "cli/run_command.h"

#include "cli/beside.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char program[] = "efabench run";

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, program, ENOMEM, "out of memory");
}

static void push(struct eb_run_command *command, const char *word)
{
    command->words[command->count++] = word;
}

/* Keeps a text that was made for this command. */
static enum eb_status push_made(struct eb_run_command *command, struct eb_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum eb_status push_made(struct eb_run_command *command, struct eb_error *err, const char *format, ...)
{
    va_list args;
    if (command->made_count == sizeof command->made / sizeof *command->made)
        return eb_error_set(err, EB_INTERNAL, program, 0, "the first launch added too many sizes");
    va_start(args, format);
    char *text = NULL;
    int failure = vasprintf(&text, format, args) < 0;
    va_end(args);
    if (failure)
        return out_of_memory(err);
    command->made[command->made_count++] = text;
    push(command, text);
    return EB_OK;
}

/* What the first launch found out, in the words that tell it to another one. */
static enum eb_status push_tuning(struct eb_run_command *command, const json_t *tuning, struct eb_error *err)
{
    size_t i;
    const json_t *item;
    enum eb_status status = EB_OK;
    json_array_foreach(json_object_get(tuning, "crossovers"), i, item)
    {
        if (status == EB_OK)
            status = push_made(command, err, "--crossover=%s=%s:%lld",
                               json_string_value(json_object_get(item, "arm")),
                               json_string_value(json_object_get(item, "above")),
                               (long long)json_integer_value(json_object_get(item, "bytes")));
    }
    json_array_foreach(json_object_get(tuning, "added_sizes"), i, item)
    {
        if (status == EB_OK)
            status =
                push_made(command, err, "--added=%s=%lld", json_string_value(json_object_get(item, "kernel")),
                          (long long)json_integer_value(json_object_get(item, "size_bytes")));
    }
    return status;
}

static enum eb_status push_launcher(struct eb_run_command *command, uint64_t ranks, struct eb_error *err)
{
    char *rest = command->launcher;
    for (char *word; (word = strtok_r(rest, " \t", &rest));)
        push(command, word);
    if (command->count == 0)
        return eb_error_set(err, EB_USAGE, program, 0, "--launcher is empty: write a command such as mpirun");
    push(command, "-n");
    return push_made(command, err, "%" PRIu64, ranks);
}

static enum eb_status push_worker(struct eb_run_command *command, const struct eb_options *options,
                                  const struct eb_variant *variant, struct eb_error *err)
{
    if (!eb_beside_find("efabench-mpi", EB_BIN, command->found_worker, sizeof command->found_worker))
        snprintf(command->found_worker, sizeof command->found_worker, "efabench-mpi"); /* that of the PATH */
    command->worker = options->worker ? options->worker : command->found_worker;
    if (variant && variant->value_count > 0) {
        if (strchr(command->worker, '='))
            return eb_error_set(err, EB_USAGE, program, 0,
                                "'%s' has a '=' in its name, which env takes for a variable: link it to "
                                "another name for --worker",
                                command->worker);
        push(command, "env");
        for (size_t i = 0; i < variant->value_count; i++)
            push(command, variant->values[i]);
    }
    push(command, command->worker);
    push(command, "--stream");
    return variant ? push_made(command, err, "--variant=%s", variant->name) : EB_OK;
}

enum eb_status eb_run_command_make(struct eb_run_command *command, const struct eb_options *options,
                                   const struct eb_setup *setup, const struct eb_run_launch *launch,
                                   struct eb_error *err)
{
    const struct eb_session_options *session = &setup->session;
    const char *launcher = options->launcher ? options->launcher : "mpirun";
    size_t room = strlen(launcher) / 2 + options->forwarded_count + session->kernel_count +
                  2 * session->arm_count + (launch->variant ? launch->variant->value_count : 0) +
                  sizeof command->made / sizeof *command->made + 16;
    *command =
        (struct eb_run_command){.words = calloc(room, sizeof *command->words), .launcher = strdup(launcher)};
    if (!command->words || !command->launcher)
        return out_of_memory(err);
    enum eb_status status = push_launcher(command, options->ranks, err);
    if (status == EB_OK)
        status = push_worker(command, options, launch->variant, err);
    if (status != EB_OK)
        return status;
    for (size_t i = 0; i < options->forwarded_count; i++)
        if (!launch->tuning || strcmp(options->forwarded[i], "--refine") != 0) /* once is enough */
            push(command, options->forwarded[i]);
    status = push_tuning(command, launch->tuning, err);
    if (status == EB_OK)
        status = push_made(command, err, "--seed=%" PRIu64, session->seed);
    if (status == EB_OK)
        status = push_made(command, err, "--launch-index=%" PRIu64, launch->index);
    if (status != EB_OK)
        return status;
    for (size_t i = 0; i < session->arm_count; i++) {
        push(command, "--arm");
        push(command, session->arms[i].spec);
    }
    if (session->screen)
        push(command, EB_SCREEN_WORD);
    for (size_t i = 0; !session->screen && i < session->kernel_count; i++)
        push(command, session->kernels[i]->name);
    return EB_OK;
}

void eb_run_command_free(struct eb_run_command *command)
{
    free(command->words);
    free(command->launcher);
    for (size_t i = 0; i < command->made_count; i++)
        free(command->made[i]);
    command->words = NULL;
    command->launcher = NULL;
    command->made_count = 0;
}
