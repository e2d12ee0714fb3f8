/* An arm is one way to move bytes, with a name: NAME=TRANSPORT[:PROVIDER][@INTERFACE][,key=value...]
 *
 *   efa=ofi:efa   tcp=ofi:tcp@lo   ena=sockets@ens5,flows=1   layer=mpi
 *
 * This module knows the grammar only; which transports, providers, interfaces and keys there are is known to
 * the measuring wing, which refuses what it does not have. */
#ifndef EB_COMMON_ARM_H
#define EB_COMMON_ARM_H

#include "common/status.h"

#include <stddef.h>

#define EB_ARM_KEYS_MAX 8

struct eb_arm_key {
    const char *name;
    const char *value;
};

struct eb_arm {
    char *spec; /* the text as given */
    char *name; /* letters, digits, '.', '_', '-', '+'; at most 32 */
    char *transport;
    char *provider;  /* NULL when not given */
    char *interface; /* NULL when not given */
    struct eb_arm_key keys[EB_ARM_KEYS_MAX];
    size_t key_count;
    char *storage; /* what the strings above point into, but for spec */
};

/* EB_USAGE names the word that is wrong. On success release with eb_arm_free. */
enum eb_status eb_arm_parse(const char *spec, struct eb_arm *arm, struct eb_error *err);
void eb_arm_free(struct eb_arm *arm);

/* The value of a key, or fallback. */
const char *eb_arm_key(const struct eb_arm *arm, const char *name, const char *fallback);

#endif
