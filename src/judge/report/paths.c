#include "judge/report/paths.h"

#include "judge/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows of one arm of which the same is to be said. */
struct group {
    const char *arm;
    const char *reason; /* of the first row */
    enum eb_path_state state;
    int is_withheld;
    size_t rows;
};

struct groups {
    struct group *list;
    size_t count;
    int failed;
};

/* Reasons differ in their figures from row to row: rows are told apart by what follows from them. */
static void add_row(struct groups *groups, const json_t *row)
{
    struct eb_path path = eb_path_of(row);
    const char *arm = json_string_value(json_object_get(row, "arm"));
    int is_withheld = eb_path_is_withheld(row);
    for (size_t i = 0; i < groups->count; i++) {
        struct group *group = &groups->list[i];
        if (strcmp(group->arm, arm) == 0 && group->state == path.state && group->is_withheld == is_withheld) {
            group->rows++;
            return;
        }
    }
    struct group *grown = realloc(groups->list, (groups->count + 1) * sizeof *grown);
    groups->failed |= !grown;
    if (!grown)
        return;
    groups->list = grown;
    grown[groups->count++] = (struct group){
        .arm = arm, .reason = path.reason, .state = path.state, .is_withheld = is_withheld, .rows = 1};
}

static json_t *say(const struct group *group)
{
    const char *plural = group->rows == 1 ? "" : "s";
    if (group->is_withheld)
        return json_sprintf("arm %s: the witness refused %zu row%s: no number is shown: %s", group->arm,
                            group->rows, plural, group->reason);
    if (group->state == EB_PATH_REFUSED)
        return json_sprintf("arm %s: WRONG PATH, kept by --allow-wrong-path: %zu row%s: %s", group->arm,
                            group->rows, plural, group->reason);
    return json_sprintf("arm %s: no NIC attests %zu row%s%s%s", group->arm, group->rows, plural,
                        group->reason[0] ? ": " : "", group->reason);
}

/* Less is not worth a word. */
#define BACKGROUND_TOLD 1e6

/* What the devices of an arm carried while the job was silent: the most of all rows. */
static void add_background(json_t *most, const json_t *row)
{
    const json_t *witness = json_object_get(row, "witness");
    const char *arm = json_string_value(json_object_get(row, "arm"));
    json_int_t rate = json_integer_value(json_object_get(witness, "background_bytes_per_second"));
    if (rate > json_integer_value(json_object_get(most, arm)))
        json_object_set_new(most, arm, json_integer(rate));
}

static void say_background(json_t *texts, json_t *most)
{
    const char *arm;
    json_t *rate;
    json_object_foreach(most, arm, rate)
    {
        double bytes = (double)json_integer_value(rate);
        if (bytes >= BACKGROUND_TOLD)
            json_array_append_new(
                texts, json_sprintf(
                           "arm %s: others move %.1f MB/s over its device while this job is silent; they may "
                           "slow it down, and attest to its bytes less surely",
                           arm, bytes / 1e6));
    }
}

/* What EC2 held back while rows of an arm were measured: "arm ena: throttled: bw_out_allowance_exceeded grew
 * by 12 in 3 rows". */
static void add_throttled(json_t *sums, const json_t *row)
{
    const char *arm = json_string_value(json_object_get(row, "arm"));
    const char *name;
    json_t *growth;
    json_object_foreach(json_object_get(json_object_get(row, "witness"), "throttled"), name, growth)
    {
        json_t *key = json_sprintf("arm %s: throttled: %s", arm, name);
        const json_t *sum = json_object_get(sums, json_string_value(key));
        json_int_t rows = json_integer_value(json_array_get(sum, 0)) + 1;
        json_int_t total = json_integer_value(json_array_get(sum, 1)) + json_integer_value(growth);
        if (key)
            json_object_set_new(sums, json_string_value(key), json_pack("[I, I]", rows, total));
        json_decref(key);
    }
}

static void say_throttled(json_t *texts, json_t *sums)
{
    const char *what;
    json_t *sum;
    json_object_foreach(sums, what, sum)
    {
        json_int_t rows = json_integer_value(json_array_get(sum, 0));
        json_array_append_new(
            texts, json_sprintf("%s grew by %lld in %lld row%s: the instance's limits were reached, this is "
                                "no figure of the adapter's",
                                what, (long long)json_integer_value(json_array_get(sum, 1)), (long long)rows,
                                rows == 1 ? "" : "s"));
    }
}

json_t *eb_paths_warnings(const json_t *launches)
{
    struct groups groups = {0};
    json_t *texts = json_array();
    json_t *throttled = json_object();
    json_t *background = json_object();
    size_t i;
    size_t j;
    const json_t *launch;
    const json_t *row;
    json_array_foreach(launches, i, launch)
    {
        json_array_foreach(json_object_get(launch, "cases"), j, row)
        {
            if (!json_object_get(row, "witness"))
                continue;
            add_row(&groups, row);
            add_throttled(throttled, row);
            add_background(background, row);
        }
    }
    for (i = 0; texts && i < groups.count; i++)
        if (groups.list[i].state != EB_PATH_ATTESTED)
            groups.failed |= json_array_append_new(texts, say(&groups.list[i])) != 0;
    if (texts) {
        say_throttled(texts, throttled);
        say_background(texts, background);
    }
    json_decref(throttled);
    json_decref(background);
    free(groups.list);
    if (!groups.failed)
        return texts;
    json_decref(texts);
    return NULL;
}

/* Adds the names of a list such as "ens5, ens6" that are not there yet, as far as they fit. */
static void add_devices(char *devices, size_t room, const char *list)
{
    while (*list) {
        size_t length = strcspn(list, ",");
        size_t used = strlen(devices);
        const char *at = devices;
        while (*at && (strncmp(at, list, length) != 0 || (at[length] != ',' && at[length] != '\0'))) {
            at += strcspn(at, ",");
            at += strspn(at, ", ");
        }
        if (!*at && used + length + 3 < room)
            snprintf(devices + used, room - used, "%s%.*s", used ? ", " : "", (int)length, list);
        list += length;
        list += strspn(list, ", ");
    }
}

char *eb_paths_attested(const json_t *launches, const char *arm)
{
    char devices[128] = "";
    char *text = NULL;
    size_t attested = 0;
    size_t rows = 0;
    size_t i;
    size_t j;
    const json_t *launch;
    const json_t *row;
    json_array_foreach(launches, i, launch)
    {
        json_array_foreach(json_object_get(launch, "cases"), j, row)
        {
            struct eb_path path = eb_path_of(row);
            if (strcmp(json_string_value(json_object_get(row, "arm")), arm) != 0 ||
                path.state == EB_PATH_UNKNOWN)
                continue;
            rows++;
            if (path.state != EB_PATH_ATTESTED)
                continue;
            attested++;
            add_devices(devices, sizeof devices, path.device);
        }
    }
    if (attested == 0)
        return strdup("");
    if ((attested == rows ? asprintf(&text, "attested%s%s", devices[0] ? " by " : "", devices)
                          : asprintf(&text, "attested%s%s in %zu of %zu rows", devices[0] ? " by " : "",
                                     devices, attested, rows)) < 0)
        return NULL;
    return text;
}
