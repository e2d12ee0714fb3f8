/* What the witness says of a series: which NIC carried its bytes. A row that the witness refused has no
 * number, unless the user let it through when it was measured ("allowed"), and is then marked for ever. */
#ifndef EB_JUDGE_PATH_H
#define EB_JUDGE_PATH_H

#include <jansson.h>

enum eb_path_state {                  /* ascending: the worst of several launches counts */
                     EB_PATH_UNKNOWN, /* published figures have no witness */
                     EB_PATH_ATTESTED,
                     EB_PATH_UNATTESTED,
                     EB_PATH_REFUSED, /* but let through */
};

/* Zero-initialised is valid: nothing is known. Strings are borrowed from the record. */
struct eb_path {
    enum eb_path_state state;
    const char *device; /* "" where none is known */
    const char *reason; /* "" where there is none */
    double share;       /* of the payload that the NIC saw, NAN where unknown */
    int is_throttled;   /* the instance's allowances were exceeded meanwhile */
};

/* What one case says; a case that has passed eb_record_check. */
struct eb_path eb_path_of(const json_t *case_json);

/* path becomes the worse of the two. */
void eb_path_add(struct eb_path *path, const struct eb_path *other);

/* "attested", "unattested", "refused"; "unknown". */
const char *eb_path_state_name(enum eb_path_state state);

/* Whether the case's figures are withheld: refused, and nobody let them through. */
int eb_path_is_withheld(const json_t *case_json);

#endif
