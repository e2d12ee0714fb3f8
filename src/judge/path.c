#include "judge/path.h"

#include <math.h>
#include <string.h>

static const char *const names[] = {"unknown", "attested", "unattested", "refused"};

const char *eb_path_state_name(enum eb_path_state state)
{
    return names[state];
}

static const char *text_of(const json_t *witness, const char *key)
{
    const char *text = json_string_value(json_object_get(witness, key));
    return text ? text : "";
}

struct eb_path eb_path_of(const json_t *case_json)
{
    const json_t *witness = json_object_get(case_json, "witness");
    const json_t *share = json_object_get(witness, "share");
    struct eb_path path = {.device = text_of(witness, "device"),
                           .reason = text_of(witness, "reason"),
                           .share = share ? json_number_value(share) : NAN,
                           .is_throttled = json_object_size(json_object_get(witness, "throttled")) > 0};
    for (size_t i = 1; i < sizeof names / sizeof *names; i++)
        if (strcmp(text_of(witness, "state"), names[i]) == 0)
            path.state = (enum eb_path_state)i;
    return path;
}

void eb_path_add(struct eb_path *path, const struct eb_path *other)
{
    int is_throttled = path->is_throttled || other->is_throttled;
    if (other->state > path->state || (other->state == path->state && other->share < path->share))
        *path = *other;
    path->is_throttled = is_throttled;
}

int eb_path_is_withheld(const json_t *case_json)
{
    return eb_path_of(case_json).state == EB_PATH_REFUSED &&
           !json_is_true(json_object_get(json_object_get(case_json, "witness"), "allowed"));
}
