/* What the files judge/past_hear*.c share; nobody else includes this. */
#ifndef EB_JUDGE_PAST_HEARING_H
#define EB_JUDGE_PAST_HEARING_H

#include "judge/compare.h"
#include "judge/past.h"

/* What is known on the way. */
struct eb_hearing {
    const struct eb_past_hearing *asked;
    const struct eb_night *tonight;
    struct eb_judgement *judgement;
    unsigned char *alike; /* by kind */
    struct eb_sequence sequence;
    const struct eb_accept *accept;
    size_t start; /* places in the sequence */
    size_t at;
    size_t chosen[EB_NIGHTS_BASELINE];
    size_t count;
    struct eb_past_value *values; /* those of tonight that are asked for; texts are borrowed */
    size_t value_count;
    size_t *columns; /* of every series of the record */
    double *scores;
    double *offsets;
    double *room; /* for as many numbers as there are nights */
    struct eb_night_verdict verdict;
    const struct eb_night *before; /* the run before, when it was suspect too */
    size_t missing;
};

/* Whether value i of tonight is what makes it suspect. */
int eb_hearing_is_out_of_line(const struct eb_hearing *all, size_t i);

/* The rows of tonight's values and of what is missing. EB_INTERNAL when out of memory. */
enum eb_status eb_hearing_add_rows(struct eb_hearing *all, struct eb_error *err);

/* A note for each series that drifts. Statuses of eb_past_drift. */
enum eb_status eb_hearing_note_drifts(struct eb_hearing *all, struct eb_error *err);

#endif
