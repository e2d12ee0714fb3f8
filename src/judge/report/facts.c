#include "judge/report/facts.h"

#include <stdlib.h>
#include <string.h>

/* The smallest and the largest number of sweeps of a measured case; 0 and 0 when there is none. */
static void count_sweeps(const json_t *record, size_t *fewest, size_t *most)
{
    size_t i;
    size_t j;
    const json_t *launch;
    const json_t *item;
    *fewest = *most = 0;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        json_array_foreach(json_object_get(launch, "cases"), j, item)
        {
            size_t sweeps = json_array_size(json_object_get(item, "sweeps"));
            if (sweeps > 0 && (*fewest == 0 || sweeps < *fewest))
                *fewest = sweeps;
            if (sweeps > *most)
                *most = sweeps;
        }
    }
}

static size_t launches_of(const struct eb_report *report, const char *variant)
{
    size_t count = 0;
    size_t i;
    const json_t *launch;
    json_array_foreach(json_object_get(report->record, "launches"), i, launch)
    {
        count += strcmp(json_string_value(json_object_get(launch, "variant")), variant) == 0;
    }
    return count;
}

char *eb_facts_launches(const struct eb_report *report)
{
    const struct eb_series_set *set = report->set;
    char *text = NULL;
    size_t length = 0;
    size_t fewest = 0;
    size_t most = 0;
    FILE *line = open_memstream(&text, &length);
    if (!line)
        return NULL;
    fprintf(line, "%zu", set->launch_count);
    for (size_t i = 0; set->variant_count > 1 && i < set->variant_count; i++)
        fprintf(line, "%s%s %zu%s", i ? ", " : " (variants: ", set->variants[i],
                launches_of(report, set->variants[i]), i + 1 == set->variant_count ? ")" : "");
    count_sweeps(report->record, &fewest, &most);
    if (fewest == most)
        fprintf(line, ", %zu sweep%s each", most, most == 1 ? "" : "s");
    else
        fprintf(line, ", %zu to %zu sweeps each", fewest, most);
    fputs("; a value is the median over launches", line);
    if (fclose(line) == 0)
        return text;
    free(text);
    return NULL;
}

char *eb_facts_machine(const json_t *record)
{
    const json_t *launch = json_array_get(json_object_get(record, "launches"), 0);
    const json_t *provenance = json_object_get(launch, "provenance");
    const char *cpu = json_string_value(json_object_get(provenance, "cpu"));
    const char *os = json_string_value(json_object_get(provenance, "os"));
    const char *kernel = json_string_value(json_object_get(provenance, "kernel"));
    json_int_t cpus = json_integer_value(json_object_get(provenance, "cpus"));
    char *text = NULL;
    size_t length = 0;
    FILE *line = open_memstream(&text, &length);
    if (!line)
        return NULL;
    if (cpu)
        fputs(cpu, line);
    if (cpu && cpus > 0)
        fprintf(line, ", %lld CPU%s", (long long)cpus, cpus == 1 ? "" : "s");
    if (cpu && os && kernel)
        fprintf(line, ", %s %s", os, kernel);
    if (fclose(line) == 0)
        return text;
    free(text);
    return NULL;
}

static const char *attribute(const json_t *arm, const char *name)
{
    return json_string_value(json_object_get(json_object_get(arm, "attributes"), name));
}

void eb_facts_write_arm(FILE *line, const json_t *arm)
{
    static const struct {
        const char *attribute;
        const char *before;
    } shown[] = {{"provider", " provider "},
                 {"interface", " on "},
                 {"mpi", ", "},
                 {"path", ", "},
                 {"pml", ", pml "},
                 {"mtl", ", mtl "},
                 {"mpich_device", ", MPICH device "}};
    const char *transport = json_string_value(json_object_get(arm, "transport"));
    if (strcmp(transport, "unknown") == 0 &&
        json_is_true(json_object_get(json_object_get(arm, "attributes"), "claimed")))
        fprintf(line, "claimed: %s", json_string_value(json_object_get(arm, "name")));
    else
        fputs(transport, line);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (attribute(arm, shown[i].attribute))
            fprintf(line, "%s%s", shown[i].before, attribute(arm, shown[i].attribute));
    const char *operation = attribute(arm, "operation");
    if (operation && strcmp(operation, "tagged") != 0)
        fprintf(line, ", %s", operation);
    const json_t *flows = json_object_get(json_object_get(arm, "attributes"), "flows");
    if (json_is_integer(flows))
        fprintf(line, ", %lld flow%s", (long long)json_integer_value(flows),
                json_integer_value(flows) == 1 ? "" : "s");
}
