#include "judge/report/screen_words.h"

#include "common/plain.h"
#include "common/units.h"
#include "judge/report/text_cells.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define NAMED_MOST 6 /* in the verdict's sentence */

static const char *thing_of(const struct eb_screen *screen)
{
    return screen->of_ranks ? "" : "host ";
}

void eb_screen_say_suspect(FILE *file, const struct eb_screen *screen, const struct eb_suspect *suspect)
{
    const char *name = screen->hosts[suspect->host].name;
    const char *device =
        suspect->device == EB_SCREEN_NONE ? "" : eb_screen_device(screen, suspect->device, suspect->host);
    const char *blank = device[0] ? " " : "";
    switch (suspect->kind) {
    case EB_SUSPECT_HOST:
        fprintf(file, "%s%s", thing_of(screen), name);
        break;
    case EB_SUSPECT_NIC:
        fprintf(file, "host %s's NIC%s%s", name, blank, device);
        break;
    case EB_SUSPECT_HOST_OR_NIC:
        fprintf(file, "host %s or its NIC%s%s", name, blank, device);
        break;
    case EB_SUSPECT_LINK:
        fprintf(file, "the link %s - %s", name, screen->hosts[suspect->other].name);
        break;
    }
}

const char *eb_screen_metric_name(const struct eb_screen_table *table)
{
    return table->is_tail ? "rtt_p99" : table->metric->name;
}

static const char *word_of(const struct eb_screen_table *table)
{
    if (table->is_tail)
        return "tail";
    return eb_metric_is_rate(table->metric) ? table->kernel->name : "latency";
}

void eb_screen_say_table(FILE *file, const struct eb_screen *screen, const struct eb_screen_table *table)
{
    int arms = 0;
    int sizes = 0;
    char size[32];
    for (size_t i = 0; i < screen->table_count; i++) {
        arms |= strcmp(screen->tables[i].arm, table->arm) != 0;
        sizes |=
            screen->tables[i].kernel == table->kernel && screen->tables[i].size_bytes != table->size_bytes;
    }
    fputs(word_of(table), file);
    if (arms)
        fprintf(file, " over %s", table->arm);
    if (sizes)
        fprintf(file, " at %s", eb_size_format(table->size_bytes, size, sizeof size));
}

static void say_range(FILE *file, double low, double high)
{
    char text[EB_PLAIN_NUMBER];
    char other[EB_PLAIN_NUMBER];
    eb_cell_value(low, text);
    eb_cell_value(high, other);
    if (strcmp(text, other) == 0)
        fputs(text, file);
    else
        fprintf(file, "%s to %s", text, other);
}

static void say_pairs(FILE *file, const char *whose, size_t count)
{
    fprintf(file, "%s%zu pair%s ", whose, count, count == 1 ? "" : "s");
}

static void say_figures(FILE *file, const struct eb_screen *screen, const struct eb_suspect *suspect,
                        const struct eb_screen_evidence *evidence)
{
    const struct eb_screen_table *table = &screen->tables[evidence->table];
    char ratio[EB_PLAIN_NUMBER];
    double shown = eb_metric_is_rate(table->metric) ? 1 / evidence->ratio : evidence->ratio;
    fprintf(file, "%sx of the others' (", eb_plain_fixed(shown, 2, ratio));
    if (suspect->kind == EB_SUSPECT_LINK)
        fputs("it has ", file);
    else
        say_pairs(file, "its ", evidence->pairs);
    say_range(file, evidence->low, evidence->high);
    fprintf(file, " %s", table->metric->unit);
    if (evidence->others > 0) {
        say_pairs(file, ", the other ", evidence->others);
        say_range(file, evidence->others_low, evidence->others_high);
    }
    fputc(')', file);
}

void eb_screen_say_evidence(FILE *file, const struct eb_screen *screen, const struct eb_suspect *suspect)
{
    int told = 0;
    int fine = 0;
    char ratio[EB_PLAIN_NUMBER];
    for (size_t i = 0; i < suspect->evidence_count; i++) {
        const struct eb_screen_evidence *evidence = &suspect->evidence[i];
        if (!evidence->is_named && !evidence->is_beyond)
            continue;
        fputs(told++ ? "; " : "", file);
        eb_screen_say_table(file, screen, &screen->tables[evidence->table]);
        fputc(' ', file);
        say_figures(file, screen, suspect, evidence);
        fputs(evidence->is_named || !suspect->is_named ? "" : ", not surely", file);
    }
    for (size_t i = 0; suspect->is_named && i < suspect->evidence_count; i++) {
        const struct eb_screen_evidence *evidence = &suspect->evidence[i];
        if (evidence->is_named || evidence->is_beyond)
            continue;
        fputs(fine++ ? ", " : told ? "; not slower: " : "not slower: ", file);
        eb_screen_say_table(file, screen, &screen->tables[evidence->table]);
        if (evidence->ratio > 1 + screen->options.delta) /* of a tail, which may be more */
            fprintf(file, " (%sx is within its limit)", eb_plain_fixed(evidence->ratio, 2, ratio));
    }
}

const char *eb_screen_verdict_word(const struct eb_screen *screen)
{
    switch (eb_screen_status(screen)) {
    case EB_REGRESSED:
        return "slow";
    case EB_INCONCLUSIVE:
        return "inconclusive";
    default:
        return "none";
    }
}

const char *eb_screen_pair_word(const struct eb_screen_table *table, const struct eb_screen_pair *pair)
{
    if (table->marks[pair->a].is_named || table->marks[pair->b].is_named)
        return "slow host";
    if (pair->is_named)
        return "slow link";
    return pair->is_doubtful || table->marks[pair->a].is_beyond || table->marks[pair->b].is_beyond
               ? "not sure"
               : "";
}

char *eb_screen_cell(double value, char *text)
{
    return eb_plain_fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0, text);
}

/* A host with its effect, to sort by. */
struct ranked {
    double effect;
    size_t host;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *x = left;
    const struct ranked *y = right;
    if (x->effect != y->effect)
        return x->effect > y->effect ? -1 : 1;
    return (x->host > y->host) - (x->host < y->host);
}

size_t *eb_screen_ranked(const struct eb_screen *screen, const struct eb_screen_table *table, size_t *count)
{
    struct ranked *ranked = calloc(screen->host_count + 1, sizeof *ranked);
    size_t *hosts = calloc(screen->host_count + 1, sizeof *hosts);
    *count = 0;
    if (!ranked || !hosts) {
        free(ranked);
        free(hosts);
        return NULL;
    }
    for (size_t i = 0; i < screen->host_count; i++)
        if (!isnan(table->marks[i].effect))
            ranked[(*count)++] = (struct ranked){.host = i, .effect = table->marks[i].effect};
    qsort(ranked, *count, sizeof *ranked, compare_ranked);
    for (size_t i = 0; i < *count; i++)
        hosts[i] = ranked[i].host;
    free(ranked);
    return hosts;
}

/* Sentences that are being gathered. */
struct gathering {
    const struct eb_screen *screen;
    json_t *sentences;
    char *text;
    size_t bytes;
    FILE *file;
    int failed;
};

static FILE *begin(struct gathering *all)
{
    all->text = NULL;
    all->file = all->failed ? NULL : open_memstream(&all->text, &all->bytes);
    all->failed |= !all->file;
    return all->file;
}

static void end(struct gathering *all)
{
    if (!all->file)
        return;
    if (fclose(all->file) != 0 || !all->text ||
        json_array_append_new(all->sentences, json_string(eb_plain_clean(all->text))) != 0)
        all->failed = 1;
    free(all->text);
    all->file = NULL;
}

static void say(struct gathering *all, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct gathering *all, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (begin(all))
        vfprintf(all->file, format, args);
    va_end(args);
    end(all);
}

static const char *percent_of(double share, char *text)
{
    return eb_plain_number(100 * share, 4, text);
}

static size_t links_of(const struct eb_screen *screen)
{
    size_t most = 0;
    for (size_t i = 0; i < screen->table_count; i++)
        if (screen->tables[i].pair_count > most)
            most = screen->tables[i].pair_count;
    return most;
}

static void say_list(FILE *file, const struct eb_screen *screen, int named)
{
    size_t told = 0;
    size_t more = 0;
    for (size_t i = 0; i < screen->suspect_count; i++) {
        if (screen->suspects[i].is_named != named)
            continue;
        if (told == NAMED_MOST) {
            more++;
            continue;
        }
        fputs(told++ ? ", " : "", file);
        eb_screen_say_suspect(file, screen, &screen->suspects[i]);
    }
    if (more > 0)
        fprintf(file, " and %zu more", more);
}

/* "8 hosts with 28 links". */
static void say_whole(FILE *file, const struct eb_screen *screen)
{
    size_t links = links_of(screen);
    fprintf(file, "%zu %s with %zu link%s", screen->host_count, screen->of_ranks ? "ranks" : "hosts", links,
            links == 1 ? "" : "s");
}

static int has_doubts(const struct eb_screen *screen)
{
    return screen->suspect_count > screen->named_count || screen->doubtful_links > 0;
}

static int are_all_judged(const struct eb_screen *screen)
{
    for (size_t i = 0; i < screen->table_count; i++)
        for (size_t j = 0; !screen->tables[i].is_tail && j < screen->host_count; j++)
            if (isnan(screen->tables[i].marks[j].effect))
                return 0;
    return 1;
}

static void say_inconclusive(FILE *file, const struct eb_screen *screen)
{
    char percent[EB_PLAIN_NUMBER];
    fputs("Inconclusive: of ", file);
    say_whole(file, screen);
    if (screen->host_count == 2) {
        fputs(" neither can be told from the other: it takes 3 at least.", file);
        return;
    }
    fputs(" nobody can be named: ", file);
    if (has_doubts(screen)) {
        say_list(file, screen, 0);
        fputs(" may be slow, but not beyond what the others' noise and the number of sweeps allow to say.",
              file);
        return;
    }
    if (!are_all_judged(screen)) {
        fputs("not all are judged, for of some less than half of the pairs were measured.", file);
        return;
    }
    fprintf(file, "a host that is slower by %s%% would not be found with so few sweeps, or so much noise.",
            percent_of(2 * screen->options.delta, percent));
}

static void say_verdict(FILE *file, const struct eb_screen *screen)
{
    char percent[EB_PLAIN_NUMBER];
    char tail[EB_PLAIN_NUMBER];
    switch (eb_screen_status(screen)) {
    case EB_REGRESSED:
        fputs("SLOW: ", file);
        say_list(file, screen, 1);
        fputs(", of ", file);
        say_whole(file, screen);
        fputc('.', file);
        break;
    case EB_INCONCLUSIVE:
        say_inconclusive(file, screen);
        break;
    default:
        fputs("Nobody is slow: of ", file);
        say_whole(file, screen);
        fprintf(file, " none is slower than the others by %s%% (in the tail by %s%%).",
                percent_of(screen->options.delta, percent),
                percent_of(EB_SCREEN_TAIL_DELTAS * screen->options.delta, tail));
    }
}

static void add_suspects(struct gathering *all)
{
    const struct eb_screen *screen = all->screen;
    for (size_t i = 0; i < screen->suspect_count; i++) {
        const struct eb_suspect *suspect = &screen->suspects[i];
        if (!begin(all))
            return;
        fputs(suspect->is_named ? "" : "Not sure of ", all->file);
        eb_screen_say_suspect(all->file, screen, suspect);
        fputs(": ", all->file);
        eb_screen_say_evidence(all->file, screen, suspect);
        fputc('.', all->file);
        end(all);
    }
    if (screen->doubtful_links > 0)
        say(all, "%zu times more a link stands out in some table, and cannot be named.",
            screen->doubtful_links);
}

static void add_limits(struct gathering *all)
{
    const struct eb_screen *screen = all->screen;
    int finds_links = 0;
    int names_host_or_nic = 0;
    for (size_t i = 0; i < screen->table_count; i++)
        finds_links |= screen->tables[i].finds_links;
    for (size_t i = 0; i < screen->suspect_count; i++)
        names_host_or_nic |= screen->suspects[i].kind == EB_SUSPECT_HOST_OR_NIC;
    if (screen->of_ranks)
        say(all,
            "What is named is a rank, no host: hosts had several ranks, or the record does not say which "
            "rank was where.");
    if (names_host_or_nic && screen->device_count == 1)
        say(all, "A slow host and its slow NIC look alike here: an arm over another NIC tells them apart.");
    if (screen->host_count == 3)
        say(all, "Of 3 hosts, two slow ones look like none, and two slow links like one slow host.");
    if (!finds_links && screen->host_count > 2)
        say(all, "A single link cannot be named with so few sweeps: more --sweeps or launches would.");
}

static void add_gaps(struct gathering *all)
{
    const struct eb_screen *screen = all->screen;
    if (screen->missing > 0)
        say(all, "Missing: %zu pair%s measured in no sweep.", screen->missing,
            screen->missing == 1 ? " was" : "s were");
    if (screen->withheld > 0)
        say(all, "Left out: the witness refused the path of %zu round%s (efabench report says which).",
            screen->withheld, screen->withheld == 1 ? "" : "s");
    for (size_t i = 0; i < screen->host_count; i++) {
        int is_judged = 0;
        for (size_t j = 0; j < screen->table_count; j++)
            is_judged |= !isnan(screen->tables[j].marks[i].effect);
        if (!is_judged)
            say(all, "Not judged: %s%s, of which less than half of the pairs were measured.",
                thing_of(screen), screen->hosts[i].name);
    }
}

json_t *eb_screen_sentences(const struct eb_screen *screen)
{
    struct gathering all = {.screen = screen, .sentences = json_array()};
    all.failed = !all.sentences;
    if (begin(&all))
        say_verdict(all.file, screen);
    end(&all);
    add_suspects(&all);
    add_limits(&all);
    add_gaps(&all);
    if (!all.failed)
        return all.sentences;
    json_decref(all.sentences);
    return NULL;
}
