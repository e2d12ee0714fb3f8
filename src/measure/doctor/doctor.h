/* What goes wrong with EFA on real clusters: one table of checks, each a pure function of a node's facts.
 *
 * Sources stand in the table, one beside each check. What no software on one node can see (security groups,
 * subnets, placement) is in the table too: its finding is always "unknown", and says how the trouble shows.
 */
#ifndef EB_MEASURE_DOCTOR_DOCTOR_H
#define EB_MEASURE_DOCTOR_DOCTOR_H

#include "measure/doctor/facts.h"

#include <stddef.h>

#define EB_CHECKS_MAX 48

enum eb_finding_state {
    EB_FINDING_OK,
    EB_FINDING_WARNING, /* works, and slower or less sure than it could be */
    EB_FINDING_WRONG,   /* does not work, or not as it should */
    EB_FINDING_UNKNOWN, /* cannot be seen from here */
    EB_FINDING_ABSENT,  /* there is nothing here that could be right or wrong */
};

struct eb_finding {
    enum eb_finding_state state;
    char found[240]; /* one line, control characters cleaned */
    char mend[200];  /* "": what the check says */
};

/* What must be here before a check has something to look at. */
enum eb_check_needs { EB_NEEDS_NOTHING, EB_NEEDS_EFA, EB_NEEDS_EFA_DEVICE };

struct eb_check {
    const char *id;   /* "memlock": stays the same for ever */
    const char *what; /* "locked memory" */
    const char *why;  /* why it matters */
    const char *mend; /* the command that mends it */
    const char *source;
    enum eb_check_needs needs;
    void (*look)(const struct eb_node_facts *facts, struct eb_finding *finding); /* NULL: cannot be seen */
};

size_t eb_check_count(void); /* at most EB_CHECKS_MAX */
const struct eb_check *eb_check_at(size_t index);

/* "ok", "warning", "wrong", "unknown", "absent" */
const char *eb_finding_state_name(enum eb_finding_state state);

/* What is to be done about a finding of the check. */
const char *eb_finding_mend(const struct eb_check *check, const struct eb_finding *finding);

/* One finding a check, in the order of the table. */
void eb_doctor_look(const struct eb_node_facts *facts, struct eb_finding *findings);

enum eb_verdict { EB_VERDICT_READY, EB_VERDICT_WRONG, EB_VERDICT_NO_EFA };

/* No EFA goes before anything that is wrong: what is wrong with an EFA that is not here is of no interest. */
enum eb_verdict eb_doctor_verdict(const struct eb_finding *findings);

/* "ready", "wrong", "no-efa" */
const char *eb_verdict_name(enum eb_verdict verdict);

/* How many findings have a state. */
size_t eb_findings_count(const struct eb_finding *findings, enum eb_finding_state state);

#endif
