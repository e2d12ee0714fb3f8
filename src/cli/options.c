#include "cli/options.h"

#include "cli/options_rows.h"
#include "judge/screen.h"
#include "cli/profile.h"
#include "judge/likeness.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "options", ENOMEM, "out of memory for the options");
}

static enum eb_status add_arm(struct eb_options *options, const char *spec, struct eb_error *err)
{
    if (options->arm_count == EB_ARMS_MAX)
        return eb_error_set(err, EB_USAGE, "options", 0, "arm '%s': at most %d arms", spec, EB_ARMS_MAX);
    enum eb_status status = eb_arm_parse(spec, &options->arms[options->arm_count], err);
    options->arm_count += status == EB_OK;
    return status;
}

/* -p tcp: the arm is called like the provider, without what a name cannot have. */
static enum eb_status add_provider(struct eb_options *options, const char *provider, struct eb_error *err)
{
    char spec[128];
    int length =
        snprintf(spec, sizeof spec, "%.*s=ofi:%s", (int)strcspn(provider, ";@,"), provider, provider);
    if (length >= (int)sizeof spec)
        return eb_error_set(err, EB_USAGE, "options", 0, "provider '%s' is too long", provider);
    return add_arm(options, spec, err);
}

static enum eb_status keep(struct eb_options *options, const struct eb_option_row *row, const char *value,
                           struct eb_error *err)
{
    const char **list = (const char **)(void *)((char *)options + row->offset);
    size_t *count = (size_t *)(void *)((char *)options + row->low);
    if (*count == row->high)
        return eb_error_set(err, EB_USAGE, "options", 0, "--%s: '%s' is one too many: at most %zu", row->name,
                            value, (size_t)row->high);
    list[(*count)++] = value;
    return EB_OK;
}

/* --allow=ranks --allow=hosts: both. */
static enum eb_status allow(struct eb_options *options, const char *words, struct eb_error *err)
{
    char *joined = NULL;
    if (asprintf(&joined, "%s%s%s", options->allow ? options->allow : "", options->allow ? "," : "", words) <
        0)
        return out_of_memory(err);
    options->allow = joined;
    return eb_profile_keep(&options->storage, &options->storage_count, joined, err);
}

/* One of the two sides of a comparison. */
static enum eb_status keep_side(struct eb_options *options, size_t *count, const char *name,
                                const char *value, struct eb_error *err)
{
    if (options->arm_side_count + options->variant_side_count == 2)
        return eb_error_set(err, EB_USAGE, "options", 0,
                            "--%s: '%s' is one too many: two arms or two variants are compared", name, value);
    options->sides[options->arm_side_count + options->variant_side_count] = value;
    ++*count;
    return EB_OK;
}

static enum eb_status apply(struct eb_options *options, const struct eb_option_row *row, const char *value,
                            struct eb_error *err)
{
    char *field = (char *)options + row->offset;
    char what[64];
    switch (row->kind) {
    case EB_OPTION_FLAG:
        *(int *)(void *)field = 1;
        return EB_OK;
    case EB_OPTION_TEXT:
        *(const char **)(void *)field = value;
        return EB_OK;
    case EB_OPTION_COUNT:
        snprintf(what, sizeof what, "--%s", row->name);
        return eb_count_parse(what, value, row->low, row->high, (uint64_t *)(void *)field, err);
    case EB_OPTION_ARM:
        return add_arm(options, value, err);
    case EB_OPTION_PROVIDER:
        return add_provider(options, value, err);
    case EB_OPTION_PERCENT:
        snprintf(what, sizeof what, "--%s", row->name);
        return eb_percent_parse(what, value, (double *)(void *)field, err);
    case EB_OPTION_LEVEL:
        snprintf(what, sizeof what, "--%s", row->name);
        return eb_level_parse(what, value, (double *)(void *)field, err);
    case EB_OPTION_LIST:
        return keep(options, row, value, err);
    case EB_OPTION_ARM_SIDES:
        return keep_side(options, &options->arm_side_count, row->name, value, err);
    case EB_OPTION_VARIANT_SIDES:
        return keep_side(options, &options->variant_side_count, row->name, value, err);
    case EB_OPTION_ALLOW:
        return allow(options, value ? value : "all", err);
    }
    return EB_OK;
}

/* The option of this program whose name begins most like the word, for the message. */
static const char *closest(const char *word, enum eb_program program)
{
    const char *best = "help";
    size_t best_length = 0;
    while (*word == '-')
        word++;
    for (size_t i = 0; i < EB_OPTION_ROWS; i++) {
        size_t length = 0;
        while (word[length] && word[length] == eb_option_rows[i].name[length])
            length++;
        if ((eb_option_rows[i].programs & (unsigned)program) && length > best_length) {
            best = eb_option_rows[i].name;
            best_length = length;
        }
    }
    return best;
}

static enum eb_status add_text(const char ***texts, size_t *count, const char *text, struct eb_error *err)
{
    const char **grown = realloc(*texts, (*count + 1) * sizeof *grown);
    if (!grown)
        return out_of_memory(err);
    *texts = grown;
    grown[(*count)++] = text;
    return EB_OK;
}

/* What the worker must be told too: not where the report goes. */
static int is_forwarded(const struct eb_option_row *row)
{
    return (row->programs & EB_PROGRAM_RUN) && (row->programs & EB_PROGRAM_WORKER) &&
           !(row->programs & EB_PROGRAM_REPORT) && row->kind != EB_OPTION_ARM &&
           row->kind != EB_OPTION_PROVIDER;
}

static enum eb_status take(struct eb_options *options, const struct eb_option_row *row, char *value,
                           struct eb_error *err)
{
    enum eb_status status = apply(options, row, value, err);
    if (status != EB_OK)
        return status;
    char *joined = NULL;
    if (asprintf(&joined, value ? "--%s=%s" : "--%s", row->name, value) < 0)
        return out_of_memory(err);
    status = eb_profile_keep(&options->storage, &options->storage_count, joined, err);
    if (status == EB_OK)
        status = add_text(&options->given, &options->given_count, joined, err);
    if (status == EB_OK && is_forwarded(row))
        status = add_text(&options->forwarded, &options->forwarded_count, joined, err);
    return status;
}

/* What getopt_long stumbled over: a long word, or one letter within a word. */
static enum eb_status bad_option(const char *word, int missing, enum eb_program program, struct eb_error *err)
{
    char letter[3] = {'-', (char)optopt, '\0'};
    if (optopt > 0 && optopt < 256)
        word = letter;
    if (missing)
        return eb_error_set(err, EB_USAGE, "options", 0, "option '%s' needs a value", word);
    return eb_error_set(err, EB_USAGE, "options", 0,
                        "unknown option '%s': did you mean --%s? --help lists all", word,
                        closest(word, program));
}

static enum eb_status parse_words(struct eb_options *options, enum eb_program program, int argc, char **argv,
                                  struct eb_error *err)
{
    struct option longs[EB_OPTION_ROWS + 1];
    char shorts[2 * EB_OPTION_ROWS + 2] = ":";
    size_t used = 1;
    size_t count = 0;
    for (size_t i = 0; i < EB_OPTION_ROWS; i++) {
        if (!(eb_option_rows[i].programs & (unsigned)program))
            continue;
        longs[count++] = (struct option){eb_option_rows[i].name,
                                         !eb_option_rows[i].argument                 ? no_argument
                                         : eb_option_rows[i].kind == EB_OPTION_ALLOW ? optional_argument
                                                                                     : required_argument,
                                         NULL, (int)i + 256};
        if (eb_option_rows[i].letter) {
            shorts[used++] = (char)eb_option_rows[i].letter;
            if (eb_option_rows[i].argument)
                shorts[used++] = ':';
        }
    }
    longs[count] = (struct option){0};
    shorts[used] = '\0';
    optind = 0; /* glibc: start anew */
    opterr = 0;
    int got = 0;
    while ((got = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        size_t row = 0;
        if (got == '?' || got == ':')
            return bad_option(argv[optind - 1], got == ':', program, err);
        while (got >= 256
                   ? row != (size_t)got - 256
                   : eb_option_rows[row].letter != got || !(eb_option_rows[row].programs & (unsigned)program))
            row++;
        char *value = optarg;
        /* --allow ranks, as well as --allow=ranks and --allow alone. */
        if (eb_option_rows[row].kind == EB_OPTION_ALLOW && !value && argv[optind] &&
            eb_likeness_check_allow(argv[optind], NULL) == EB_OK)
            value = argv[optind++];
        enum eb_status status = take(options, &eb_option_rows[row], value, err);
        /* --variant A B: the second of two. */
        if (status == EB_OK && eb_option_rows[row].kind == EB_OPTION_VARIANT_SIDES &&
            options->variant_side_count == 1 && argv[optind] && argv[optind][0] != '-')
            status = take(options, &eb_option_rows[row], argv[optind++], err);
        if (status != EB_OK)
            return status;
    }
    options->words = (const char **)(void *)(argv + optind);
    options->word_count = (size_t)(argc - optind);
    return EB_OK;
}

static void set_defaults(struct eb_options *options)
{
    *options = (struct eb_options){
        .window = 64,
        .algorithm = "auto",
        .type = "f32",
        .operation = "sum",
        .segment = "1M",
        .ranks = 2,
        .time_ms = 10,
        .min_iterations = 3,
        .warmup = UINT64_MAX,
        .seed = UINT64_MAX,
        .timeout_s = 60,
        .variant = "default",
        .alpha = 0.05,
        .delta = 0.02,
        .tolerance = 0.05,
        .format = "text",
    };
}

enum eb_status eb_options_parse(struct eb_options *options, enum eb_program program, int argc, char **argv,
                                struct eb_error *err)
{
    int unfolded_count = 0;
    char **unfolded = NULL;
    set_defaults(options);
    if (program == EB_PROGRAM_HISTORY || program == EB_PROGRAM_GATE)
        options->delta = 0; /* a database has its own */
    if (program == EB_PROGRAM_SCREEN) {
        options->delta = EB_SCREEN_DELTA;
        options->variant = NULL; /* the only one that there is */
    }
    if (program == EB_PROGRAM_PLOT)
        options->format = "svg";
    enum eb_status status = eb_profile_unfold(argc, argv, &unfolded_count, &unfolded, &options->storage,
                                              &options->storage_count, err);
    if (status == EB_OK)
        status = parse_words(options, program, unfolded_count, unfolded, err);
    if (status == EB_OK)
        status = eb_size_list_parse(options->sizes_text ? options->sizes_text : "1:4M", &options->sizes, err);
    return status;
}

void eb_options_free(struct eb_options *options)
{
    for (size_t i = 0; i < options->arm_count; i++)
        eb_arm_free(&options->arms[i]);
    for (size_t i = 0; i < options->storage_count; i++)
        free(options->storage[i]);
    eb_size_list_free(&options->sizes);
    free(options->storage);
    free(options->forwarded);
    free(options->given);
    *options = (struct eb_options){0};
}

void eb_options_wrap(FILE *text, const char *words, int column, int indent)
{
    int is_first = 1;
    while (*words) {
        int length = (int)strcspn(words, " ");
        if (!is_first && column + 1 + length > 79) {
            fprintf(text, "\n%*s", indent, "");
            column = indent;
        } else if (!is_first) {
            fputc(' ', text);
            column++;
        }
        fprintf(text, "%.*s", length, words);
        column += length;
        words += length + (words[length] == ' ');
        is_first = 0;
    }
    fputc('\n', text);
}

char *eb_options_help(enum eb_program program)
{
    char *help = NULL;
    size_t bytes = 0;
    FILE *text = open_memstream(&help, &bytes);
    if (!text)
        return NULL;
    for (size_t i = 0; i < EB_OPTION_ROWS; i++) {
        char left[64];
        if (!(eb_option_rows[i].programs & (unsigned)program))
            continue;
        const char *argument = eb_option_rows[i].argument;
        snprintf(left, sizeof left, "  %c%c%s--%s%s%s", eb_option_rows[i].letter ? '-' : ' ',
                 eb_option_rows[i].letter ? eb_option_rows[i].letter : ' ',
                 eb_option_rows[i].letter ? ", " : "  ", eb_option_rows[i].name,
                 argument && argument[0] != '[' ? " " : "", argument ? argument : "");
        fprintf(text, "%-27s ", left);
        eb_options_wrap(text, eb_option_rows[i].help, strlen(left) > 27 ? (int)strlen(left) + 1 : 28, 28);
    }
    fclose(text);
    return help;
}
