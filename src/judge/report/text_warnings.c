#include "judge/report/text_warnings.h"

#include "common/plain.h"
#include "judge/report/text_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A warning of one arm: "arm NAME: REST". */
struct of_arm {
    const char *text;
    size_t name_bytes; /* 0: it is of no arm */
    const char *rest;  /* from the colon on */
};

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for the warnings");
}

/* names: of the arms, cleaned as warnings are. */
static struct of_arm take_apart(const char *text, char *const *names, size_t name_count)
{
    struct of_arm found = {.text = text};
    for (size_t i = 0; strncmp(text, "arm ", 4) == 0 && i < name_count; i++) {
        size_t length = strlen(names[i]);
        if (length > found.name_bytes && strncmp(text + 4, names[i], length) == 0 &&
            strncmp(text + 4 + length, ": ", 2) == 0) {
            found.name_bytes = length;
            found.rest = text + 4 + length;
        }
    }
    return found;
}

static int says_the_same(const struct of_arm *a, const struct of_arm *b)
{
    return a->name_bytes && b->name_bytes && strcmp(a->rest, b->rest) == 0;
}

/* "arms kernel, tcp, each: REST" of all that say the same as warnings[index], which is the first of them. */
static enum eb_status write_joined(const struct of_arm *warnings, size_t count, size_t index,
                                   const struct eb_style *style, FILE *file, struct eb_error *err)
{
    char *text = NULL;
    size_t length = 0;
    FILE *line = open_memstream(&text, &length);
    if (!line)
        return out_of_memory(err);
    fputs("arms ", line);
    for (size_t i = index; i < count; i++)
        if (i == index || says_the_same(&warnings[index], &warnings[i]))
            fprintf(line, "%s%.*s", i > index ? ", " : "", (int)warnings[i].name_bytes, warnings[i].text + 4);
    fprintf(line, ", each%s", warnings[index].rest);
    enum eb_status status = fclose(line) == 0 ? EB_OK : out_of_memory(err);
    if (status == EB_OK)
        status = eb_text_fact("warning", text, style, file, err);
    free(text);
    return status;
}

static enum eb_status write_all(const struct of_arm *warnings, size_t count, const struct eb_style *style,
                                FILE *file, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < count; i++) {
        int said = 0;
        int several = 0;
        for (size_t j = 0; j < count; j++) {
            said |= j < i && says_the_same(&warnings[i], &warnings[j]);
            several |= j > i && says_the_same(&warnings[i], &warnings[j]);
        }
        if (!said && several)
            status = write_joined(warnings, count, i, style, file, err);
        else if (!said)
            status = eb_text_fact("warning", warnings[i].text, style, file, err);
    }
    return status;
}

enum eb_status eb_text_warnings(const struct eb_report *report, FILE *file, struct eb_error *err)
{
    const struct eb_series_set *set = report->set;
    size_t count = json_array_size(report->warnings);
    struct of_arm *warnings = calloc(count + 1, sizeof *warnings);
    char **names = calloc(set->arm_count + 1, sizeof *names);
    int failed = !warnings || !names;
    for (size_t i = 0; !failed && i < set->arm_count; i++) {
        names[i] = eb_plain_copy(eb_series_set_arm(set, i));
        failed = !names[i];
    }
    for (size_t i = 0; !failed && i < count; i++)
        warnings[i] =
            take_apart(json_string_value(json_array_get(report->warnings, i)), names, set->arm_count);
    enum eb_status status =
        failed ? out_of_memory(err) : write_all(warnings, count, &report->style, file, err);
    for (size_t i = 0; names && i < set->arm_count; i++)
        free(names[i]);
    free(names);
    free(warnings);
    return status;
}
