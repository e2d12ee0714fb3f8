#include "cli/commands.h"
#include "cli/history_actions.h"
#include "cli/output.h"
#include "common/file.h"
#include "common/plain.h"
#include "common/record.h"
#include "judge/history.h"
#include "judge/report/history_write.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char program[] = "efabench history";

/* The records of the words from first on, as nights in their order. */
struct nights {
    struct eb_past **items;
    const char **paths;
    size_t count;
};

static void free_nights(struct nights *nights)
{
    for (size_t i = 0; i < nights->count; i++)
        eb_past_free(nights->items[i]);
    free(nights->items);
    free(nights->paths);
}

/* Older ones first: each night that comes before others has them judged anew. */
static void insert_night(struct nights *nights, struct eb_past *past, const char *path)
{
    size_t place = nights->count++;
    for (; place > 0; place--) {
        const struct eb_night *before = &nights->items[place - 1]->nights[0];
        if (eb_night_compare(before->created_utc, before->digest, past->nights[0].created_utc,
                             past->nights[0].digest) <= 0)
            break;
        nights->items[place] = nights->items[place - 1];
        nights->paths[place] = nights->paths[place - 1];
    }
    nights->items[place] = past;
    nights->paths[place] = path;
}

static enum eb_status read_nights(const struct eb_options *options, size_t first, struct nights *nights,
                                  struct eb_error *err)
{
    size_t room = options->word_count;
    enum eb_status status = EB_OK;
    nights->items = calloc(room, sizeof *nights->items);
    nights->paths = calloc(room, sizeof *nights->paths);
    if (!nights->items || !nights->paths)
        return eb_error_set(err, EB_INTERNAL, program, 0, "out of memory for the nights");
    for (size_t i = first; status == EB_OK && i < room; i++) {
        json_t *record = NULL;
        struct eb_past *past = NULL;
        status = eb_record_load(options->words[i], &record, err);
        if (status == EB_OK)
            status = eb_past_of_record(record, options->words[i], &past, err);
        if (status == EB_OK)
            insert_night(nights, past, options->words[i]);
        json_decref(record);
    }
    return status;
}

static double delta_of(const struct eb_options *options)
{
    return options->delta > 0 ? log1p(options->delta) : 0;
}

static void tell(const char *path, const char *what)
{
    char *clean = eb_plain_copy(path);
    printf("%s: %s\n", clean ? clean : "", what);
    free(clean);
}

static enum eb_status add(const struct eb_options *options, struct eb_error *err)
{
    struct nights nights = {0};
    struct eb_history *history = NULL;
    size_t done = 0;
    enum eb_status status = read_nights(options, 2, &nights, err);
    if (status == EB_OK)
        status = eb_history_open(options->words[0], EB_HISTORY_CREATE, delta_of(options), &history, err);
    for (; status == EB_OK && done < nights.count; done++) {
        int added = 0;
        status = eb_history_add(history, nights.items[done], &added, err);
        if (status == EB_OK)
            tell(nights.paths[done], added ? "added" : "was there already");
    }
    eb_history_close(history);
    free_nights(&nights);
    return status;
}

static enum eb_status rebuild(const struct eb_options *options, struct eb_error *err)
{
    struct nights nights = {0};
    size_t added = 0;
    size_t dropped = 0;
    enum eb_status status = read_nights(options, 2, &nights, err);
    if (status == EB_OK)
        status = eb_history_rebuild(options->words[0], delta_of(options), nights.items, nights.count, &added,
                                    &dropped, err);
    if (status == EB_OK) {
        printf("rebuilt from %zu records\n", added);
        if (dropped > 0)
            printf("nights of the old one that were in none of them and are gone: %zu\n", dropped);
    }
    free_nights(&nights);
    return status;
}

static enum eb_status accept(const struct eb_options *options, struct eb_error *err)
{
    const struct eb_acceptance acceptance = {
        .from = options->from, .reason = options->reason, .by = options->by};
    struct eb_history *history = NULL;
    char night[EB_DIGEST_TEXT];
    if (!options->reason || !options->reason[0] || !options->by || !options->by[0])
        return eb_error_set(err, EB_USAGE, program, 0,
                            "accept: --reason TEXT and --by NAME are wanted, and neither may be empty");
    enum eb_status status = eb_history_open(options->words[0], EB_HISTORY_WRITE, 0, &history, err);
    if (status == EB_OK)
        status = eb_history_accept(history, &acceptance, night, err);
    if (status == EB_OK)
        printf("accepted from night %.10s on\n", night);
    eb_history_close(history);
    return status;
}

static enum eb_status check(const struct eb_options *options, struct eb_error *err)
{
    size_t nights = 0;
    enum eb_status status = eb_history_check(options->words[0], &nights, err);
    if (status == EB_OK)
        printf("sound: %zu night%s\n", nights, nights == 1 ? "" : "s");
    return status;
}

/* A document and how it is to be written. */
struct formatted {
    const json_t *document;
    enum eb_history_document kind;
    const char *format;
};

static enum eb_status write_formatted(FILE *file, const void *argument, struct eb_error *err)
{
    const struct formatted *formatted = argument;
    return eb_history_write(formatted->document, formatted->kind, formatted->format, file, err);
}

static enum eb_status make_document(const struct eb_options *options, enum eb_history_document kind,
                                    json_t **document, struct eb_error *err)
{
    struct eb_history *history = NULL;
    struct eb_past *past = NULL;
    enum eb_status status = eb_history_open(options->words[0], EB_HISTORY_READ, 0, &history, err);
    if (status == EB_OK)
        status = eb_history_load(history, &past, err);
    if (status == EB_OK && kind != EB_HISTORY_LIST)
        status = eb_history_fetch_all(history, past, err);
    eb_history_close(history); /* writers wait for readers, and what follows may take long */
    if (status == EB_OK)
        status = kind == EB_HISTORY_LIST ? eb_history_list_new(past, options->last, document, err)
                 : kind == EB_HISTORY_SHOW
                     ? eb_history_show_new(past, options->match, options->last, document, err)
                     : eb_history_export_new(past, document, err);
    eb_past_free(past);
    return status;
}

static enum eb_status write_document(const struct eb_options *options, enum eb_history_document kind,
                                     struct eb_error *err)
{
    json_t *document = NULL;
    enum eb_status status = eb_history_check_format(options->format, err);
    if (status == EB_OK && options->output)
        status = eb_file_check_writable(options->output, err);
    if (status == EB_OK && options->output)
        status = eb_file_check_not_input(options->output, options->words[0], err);
    if (status == EB_OK)
        status = make_document(options, kind, &document, err);
    const struct formatted formatted = {.document = document, .kind = kind, .format = options->format};
    if (status == EB_OK)
        status = options->output ? eb_file_replace(options->output, write_formatted, &formatted, err)
                                 : write_formatted(stdout, &formatted, err);
    json_decref(document);
    return status;
}

static enum eb_status list(const struct eb_options *options, struct eb_error *err)
{
    return write_document(options, EB_HISTORY_LIST, err);
}

static enum eb_status show(const struct eb_options *options, struct eb_error *err)
{
    return write_document(options, EB_HISTORY_SHOW, err);
}

static enum eb_status export_all(const struct eb_options *options, struct eb_error *err)
{
    return write_document(options, EB_HISTORY_EXPORT, err);
}

/* "add|list|...". */
static void list_actions(char *names, size_t room)
{
    size_t used = 0;
    for (size_t i = 0; i < EB_HISTORY_ACTIONS && used < room; i++)
        used += (size_t)snprintf(names + used, room - used, "%s%s", i ? "|" : "", eb_history_actions[i].name);
}

static enum eb_status act(const struct eb_options *options, enum eb_status *verdict, struct eb_error *err)
{
    static enum eb_status (*const acts[EB_HISTORY_ACTIONS])(const struct eb_options *, struct eb_error *) = {
        [EB_HISTORY_ADD] = add,         [EB_HISTORY_LIST_NIGHTS] = list,      [EB_HISTORY_SHOW_SERIES] = show,
        [EB_HISTORY_ACCEPT] = accept,   [EB_HISTORY_EXPORT_ALL] = export_all, [EB_HISTORY_CHECK] = check,
        [EB_HISTORY_REBUILD] = rebuild,
    };
    char names[128] = "";
    (void)verdict;
    list_actions(names, sizeof names);
    if (options->word_count < 2)
        return eb_error_set(err, EB_USAGE, program, 0,
                            "a database and what to do with it are wanted: efabench history DB %s", names);
    for (size_t i = 0; i < EB_HISTORY_ACTIONS; i++) {
        const struct eb_manual_term *action = &eb_history_actions[i];
        if (strcmp(action->name, options->words[1]) != 0)
            continue;
        if (action->words && options->word_count < 3)
            return eb_error_set(err, EB_USAGE, program, 0, "%s: one RECORD at least is wanted", action->name);
        if (!action->words && options->word_count > 2)
            return eb_error_set(err, EB_USAGE, program, 0, "%s takes no '%s'", action->name,
                                options->words[2]);
        return acts[i](options, err);
    }
    return eb_error_set(err, EB_USAGE, program, 0, "'%s' is none of %s (the database comes first)",
                        options->words[1], names);
}

int eb_command_history(int argc, char **argv)
{
    static const struct eb_command command = {program, EB_PROGRAM_HISTORY, act};
    return eb_command_start(&command, argc, argv);
}
