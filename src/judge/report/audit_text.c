/* An audit in a terminal. */
#include "common/plain.h"
#include "common/units.h"
#include "judge/audit/check.h"
#include "judge/report/audit_write.h"
#include "judge/report/text_lines.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "audit", ENOMEM, "out of memory for an audit");
}

/* A paragraph: head, then the text, wrapped and indented. */
static enum eb_status say(FILE *file, struct eb_error *err, const char *head, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static enum eb_status say(FILE *file, struct eb_error *err, const char *head, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    if (length < 0)
        return out_of_memory(err);
    enum eb_status status = eb_text_wrapped(file, head, strlen(head), text, err);
    free(text);
    return status;
}

static const char *word(enum eb_verdict verdict)
{
    static const char *const words[] = {"not judged", "plausible", "implausible"};
    return words[verdict];
}

/* "0 B to 4 MiB (24 sizes)", of the points that have the verdict. */
static void sizes_of(const struct eb_audit_curve *curve, size_t first, size_t last, size_t points, char *text,
                     size_t room)
{
    char low[32];
    char high[32];
    eb_size_format(curve->points[first]->size_bytes, low, sizeof low);
    eb_size_format(curve->points[last]->size_bytes, high, sizeof high);
    if (points == 1)
        snprintf(text, room, "%s", low);
    else
        snprintf(text, room, "%s to %s (%zu sizes)", low, high, points);
}

static void span(const struct eb_audit_curve *curve, enum eb_verdict verdict, size_t *first, size_t *last,
                 size_t *points)
{
    *points = 0;
    for (size_t i = 0; i < curve->count; i++) {
        if (curve->verdicts[i] != verdict)
            continue;
        *first = *points == 0 ? i : *first;
        *last = i;
        ++*points;
    }
}

/* "pingpong, efa, 2 ranks: 0 B to 4 MiB (24 sizes)" */
static enum eb_status write_title(const struct eb_audit *audit, const struct eb_audit_curve *curve,
                                  enum eb_verdict verdict, FILE *file, struct eb_error *err)
{
    const struct eb_series *series = curve->points[0];
    char sizes[100];
    char more[300] = "";
    size_t first = 0;
    size_t last = 0;
    size_t points = 0;
    span(curve, verdict, &first, &last, &points);
    sizes_of(curve, first, last, points, sizes, sizeof sizes);
    if (audit->set->variant_count > 1)
        snprintf(more, sizeof more, ", variant %.100s", series->variant);
    if (series->algorithm[0])
        snprintf(more + strlen(more), sizeof more - strlen(more), ", %.100s", series->algorithm);
    return say(file, err, "  ", "%s, arm %s%s, %s%llu ranks: %s", series->kernel->name, series->arm, more,
               curve->ranks_assumed ? "presumably " : "", (unsigned long long)series->ranks, sizes);
}

/* The first finding of a curve or of later ones. */
static size_t first_of(const struct eb_audit *audit, size_t curve)
{
    size_t low = 0;
    size_t high = audit->finding_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (audit->findings[middle].curve < curve)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The findings of a curve; broken ones with their sizes where they are not all. */
static enum eb_status write_findings(const struct eb_audit *audit, size_t index, int broken, FILE *file,
                                     struct eb_error *err)
{
    const struct eb_audit_curve *curve = &audit->curves[index];
    enum eb_status status = EB_OK;
    for (size_t i = first_of(audit, index);
         status == EB_OK && i < audit->finding_count && audit->findings[i].curve == index; i++) {
        const struct eb_finding *finding = &audit->findings[i];
        char sizes[120] = "";
        if (finding->broken != broken)
            continue;
        if (broken && finding->points < curve->count) {
            sizes_of(curve, finding->first, finding->last, finding->points, sizes, sizeof sizes - 2);
            strcat(sizes, ": ");
        }
        status = say(file, err, broken ? "    " : "    note: ", "%s%s", sizes, finding->text);
        if (status == EB_OK && finding->tells_source)
            status = say(file, err, "      source: ", "%s", finding->source);
    }
    return status;
}

static enum eb_status write_curve(const struct eb_audit *audit, size_t index, enum eb_verdict verdict,
                                  FILE *file, struct eb_error *err)
{
    const struct eb_audit_curve *curve = &audit->curves[index];
    size_t first = 0;
    size_t last = 0;
    size_t broken = 0;
    enum eb_status status = write_title(audit, curve, verdict, file, err);
    span(curve, EB_IMPLAUSIBLE, &first, &last, &broken);
    if (status == EB_OK && verdict == EB_IMPLAUSIBLE)
        status = write_findings(audit, index, 1, file, err);
    if (status == EB_OK && verdict == EB_PLAUSIBLE && curve->nearest)
        status = say(file, err, "    ", "nearest limit: %s", curve->nearest);
    if (status == EB_OK && curve->missing && verdict != EB_IMPLAUSIBLE)
        status = say(file, err, "    ", "not judged: %s", curve->missing);
    if (status == EB_OK && (verdict == EB_IMPLAUSIBLE || broken == 0))
        status = write_findings(audit, index, 0, file, err);
    return status;
}

static enum eb_status write_group(const struct eb_audit *audit, enum eb_verdict verdict, FILE *file,
                                  struct eb_error *err)
{
    enum eb_status status = EB_OK;
    if (audit->figures[verdict] == 0)
        return EB_OK;
    fprintf(file, "\n%s\n", word(verdict));
    for (size_t i = 0; status == EB_OK && i < audit->curve_count; i++) {
        size_t first = 0;
        size_t last = 0;
        size_t points = 0;
        span(&audit->curves[i], verdict, &first, &last, &points);
        if (points > 0)
            status = write_curve(audit, i, verdict, file, err);
    }
    return status;
}

static enum eb_status write_claims(const struct eb_audit *audit, FILE *file, struct eb_error *err)
{
    static const char *const kinds[] = {"says nothing of what it is", "", "stays on the host",
                                        "moves nothing", "claims what no EC2 adapter has"};
    char *text = NULL;
    size_t length = 0;
    FILE *line = open_memstream(&text, &length);
    if (!line)
        return out_of_memory(err);
    fprintf(line, "%s%s", audit->instance_name ? audit->instance_name : "instance type unknown",
            audit->instance_name && !audit->instance ? " (not in the catalogue)" : "");
    if (audit->nodes)
        fprintf(line, ", %llu host%s", (unsigned long long)audit->nodes, audit->nodes == 1 ? "" : "s");
    for (size_t i = 0; i < audit->set->arm_count; i++) {
        const struct eb_arm_claim *claim = &audit->claims[i];
        if (claim->assumed)
            fprintf(line,
                    "; arm %s says nothing of what it is: held against %s, the quickest that the type has",
                    claim->arm, eb_adapter_word(claim->adapter));
        else if (claim->adapter)
            fprintf(line, "; arm %s is %s, by its %s", claim->arm, eb_adapter_word(claim->adapter),
                    claim->by);
        else
            fprintf(line, "; arm %s %s", claim->arm, kinds[claim->kind]);
        if (claim->flows)
            fprintf(line, ", %llu flow%s", (unsigned long long)claim->flows, claim->flows == 1 ? "" : "s");
    }
    enum eb_status status = fclose(line) == 0 && text ? EB_OK : out_of_memory(err);
    if (status == EB_OK)
        status = say(file, err, "claims  ", "%s", text);
    free(text);
    return status;
}

static enum eb_status write_sum(const struct eb_audit *audit, FILE *file, struct eb_error *err)
{
    const size_t *figures = audit->figures;
    size_t all = figures[EB_IMPLAUSIBLE] + figures[EB_PLAUSIBLE] + figures[EB_NOT_JUDGED];
    if (figures[EB_IMPLAUSIBLE] > 0)
        return say(file, err, "", "IMPLAUSIBLE: %zu of %zu figures of %s cannot be what they claim to be.",
                   figures[EB_IMPLAUSIBLE], all, audit->path);
    if (figures[EB_PLAUSIBLE] == 0)
        return say(file, err, "",
                   "Not judged: nothing that %s claims of its %zu figures could be held against anything.",
                   audit->path, all);
    if (figures[EB_NOT_JUDGED] > 0)
        return say(file, err, "",
                   "Plausible: nothing that could be judged (%zu of %zu figures of %s) is impossible.",
                   figures[EB_PLAUSIBLE], all, audit->path);
    return say(file, err, "", "Plausible: none of the %zu figures of %s is impossible for what it claims.",
               all, audit->path);
}

static enum eb_status write_notes(const struct eb_audit *audit, FILE *file, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    int first = 1;
    for (size_t i = first_of(audit, EB_NO_CURVE); status == EB_OK && i < audit->finding_count; i++) {
        const struct eb_finding *finding = &audit->findings[i];
        if (first)
            fputs("\nof the record\n", file);
        first = 0;
        status = say(file, err, "  note: ", "%s", finding->text);
    }
    return status;
}

enum eb_status eb_audit_text(const struct eb_audit *audit, FILE *file, struct eb_error *err)
{
    enum eb_status status = write_sum(audit, file, err);
    if (status == EB_OK)
        status = write_claims(audit, file, err);
    if (status == EB_OK)
        status = write_group(audit, EB_IMPLAUSIBLE, file, err);
    if (status == EB_OK)
        status = write_group(audit, EB_PLAUSIBLE, file, err);
    if (status == EB_OK)
        status = write_group(audit, EB_NOT_JUDGED, file, err);
    return status == EB_OK ? write_notes(audit, file, err) : status;
}
