/* The sentences of the headline, one group at a time. Only judge/report/headline*.c use this. */
#ifndef EB_JUDGE_REPORT_HEADLINE_WORDS_H
#define EB_JUDGE_REPORT_HEADLINE_WORDS_H

#include "judge/report/headline_groups.h"
#include "judge/report/sink.h"

#include <jansson.h>

/* The sentences so far. A step that finds failed set does nothing more. */
struct eb_headline {
    const struct eb_report *report;
    char **names; /* of the arms of the set, cleaned; owned */
    const char *baseline;
    json_t *sentences;
    int failed;
};

/* A sentence being written; of what comes after eb_draft_end nothing is kept. */
struct eb_draft {
    FILE *file; /* NULL when out of memory */
    char *text;
    size_t length;
};

struct eb_draft *eb_draft_begin(struct eb_headline *all, struct eb_draft *draft); /* NULL when it failed */
/* The sentence, the caller's (free); NULL when it failed. */
char *eb_draft_text(struct eb_headline *all, struct eb_draft *draft);
/* Adds it, cleaned, unless it is empty or was said already. */
void eb_draft_say(struct eb_headline *all, struct eb_draft *draft);

void eb_headline_say(struct eb_headline *all, const char *text);

/* "Bandwidth, 72 ranks", and with ": " behind it. */
void eb_headline_name(const struct eb_headline *all, const struct eb_headline_group *group, FILE *text);
void eb_headline_title(const struct eb_headline *all, const struct eb_headline_group *group, FILE *text);

/* "bandwidth", as part of a sentence; NULL: a time. */
const char *eb_headline_quantity(const struct eb_headline_group *group);

/* Where all arms of the group that find this have one and the same size, " at 8 B", else " at all sizes", or
 * where some lack sizes " at all sizes that they share". */
void eb_headline_sizes(const struct eb_headline_group *group, enum eb_finding finding, FILE *text);

/* How many arms of the group find the same at all their sizes. */
size_t eb_headline_count(const struct eb_headline_group *group, enum eb_finding finding);

/* "efa is 1.4x faster than ena and 1.3x faster than ena8 at all sizes (1.2x to 1.5x)": these arms in one. */
void eb_headline_alike(const struct eb_headline *all, const struct eb_headline_group *group,
                       enum eb_finding finding, FILE *text);

/* Sentences of a group: for each arm that has ratios, arms that find the same at all sizes in one; or else
 * its figures. */
void eb_headline_add_group(struct eb_headline *all, const struct eb_headline_group *group);

/* What the arms of a group are against themselves in the record that it is compared with. */
void eb_headline_add_against(struct eb_headline *all, const struct eb_headline_group *group);

/* One sentence about the first group that has ratios, or else about the first, of EB_HEADLINE_SHORT
 * characters at most where it can be. Returns the group if it says all that is to say of it, else NULL. */
#define EB_HEADLINE_SHORT 180
#define EB_HEADLINE_CLAUSES 5 /* of an arm in a sentence at most */
const struct eb_headline_group *eb_headline_add_short(struct eb_headline *all,
                                                      const struct eb_headline_groups *groups);

/* "efa takes 16.1 us at 0 B, 2339 us at 4 MiB": of a group without ratios. */
void eb_headline_figures(const struct eb_headline *all, const struct eb_headline_group *group, FILE *text);

#define EB_HEADLINE_CAUTION "Beware: "

/* What is to be known before any figure is believed, in one sentence; nothing where there is nothing. */
void eb_headline_add_cautions(struct eb_headline *all);

/* How sure: of the groups' ratios. Before the sentences of ratios where they have no interval (is_before), or
 * else after them. */
void eb_headline_add_certainty(struct eb_headline *all, const struct eb_headline_groups *groups,
                               int is_before);

/* What the arms were measured over, where no adapter carried it. */
void eb_headline_add_places(struct eb_headline *all);

/* "Capacity: efa reaches 97% of the line rate (100 Gb/s) at best": the most that arms reach of what they
 * could. */
void eb_headline_add_ceilings(struct eb_headline *all);

/* "Flows: the 8 of ena8 carry 4.01x what the one of ena does at 1 MiB [3.97x, 4.05x]: ...": of arms over
 * plain TCP that differ by their flows alone, where the interval tells whether more of them lift the
 * bandwidth. */
void eb_headline_add_flows(struct eb_headline *all);

#endif
