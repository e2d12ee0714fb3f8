#include "judge/report/warnings_joined.h"

#include "common/plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A warning of one arm: "arm NAME: REST". */
struct of_arm {
    const char *text;
    size_t name_bytes; /* 0: it is of no arm */
    const char *rest;  /* from the colon on */
};

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
static int add_joined(const struct of_arm *warnings, size_t count, size_t index, json_t *texts)
{
    char *text = NULL;
    size_t length = 0;
    FILE *line = open_memstream(&text, &length);
    if (!line)
        return -1;
    fputs("arms ", line);
    for (size_t i = index; i < count; i++)
        if (i == index || says_the_same(&warnings[index], &warnings[i]))
            fprintf(line, "%s%.*s", i > index ? ", " : "", (int)warnings[i].name_bytes, warnings[i].text + 4);
    fprintf(line, ", each%s", warnings[index].rest);
    int failed = fclose(line) != 0 || json_array_append_new(texts, json_string_nocheck(text)) != 0;
    free(text);
    return failed ? -1 : 0;
}

static int add_all(const struct of_arm *warnings, size_t count, json_t *texts)
{
    int failed = 0;
    for (size_t i = 0; !failed && i < count; i++) {
        int said = 0;
        int several = 0;
        for (size_t j = 0; j < count; j++) {
            said |= j < i && says_the_same(&warnings[i], &warnings[j]);
            several |= j > i && says_the_same(&warnings[i], &warnings[j]);
        }
        if (!said && several)
            failed = add_joined(warnings, count, i, texts);
        else if (!said)
            failed = json_array_append_new(texts, json_string_nocheck(warnings[i].text));
    }
    return failed;
}

json_t *eb_warnings_joined(const struct eb_report *report)
{
    const struct eb_series_set *set = report->set;
    size_t count = json_array_size(report->warnings);
    struct of_arm *warnings = calloc(count + 1, sizeof *warnings);
    char **names = calloc(set->arm_count + 1, sizeof *names);
    json_t *texts = json_array();
    int failed = !warnings || !names || !texts;
    for (size_t i = 0; !failed && i < set->arm_count; i++) {
        names[i] = eb_plain_copy(eb_series_set_arm(set, i));
        failed = !names[i];
    }
    for (size_t i = 0; !failed && i < count; i++)
        warnings[i] =
            take_apart(json_string_value(json_array_get(report->warnings, i)), names, set->arm_count);
    failed = failed || add_all(warnings, count, texts) != 0;
    for (size_t i = 0; names && i < set->arm_count; i++)
        free(names[i]);
    free(names);
    free(warnings);
    if (!failed)
        return texts;
    json_decref(texts);
    return NULL;
}
