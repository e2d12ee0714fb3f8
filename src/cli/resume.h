/* efabench run --resume FILE: a run that was ended before its last launch goes on. */
#ifndef EB_CLI_RESUME_H
#define EB_CLI_RESUME_H

#include "cli/options.h"
#include "common/status.h"

#include <jansson.h>
#include <stddef.h>

struct eb_resume {
    json_t *record; /* what FILE holds, without a launch at its end that is partial; owned. NULL: none */
    size_t whole;   /* launches in it */
    size_t dropped; /* 1 where one was partial, which is to be done again */
    char **words;   /* options that the run was started with; the words are the record's */
    int word_count;
};

/* Reads FILE and replaces *options, which came with --resume, by those that the run was started with, and its
 * seed; what steers the report alone is the user's where he gave it. EB_USAGE names an option that the run
 * was not started with; EB_INVALID a record that this efabench cannot go on with: of another version, or of
 * another kind. Release with eb_resume_close in any case, after the options. */
enum eb_status eb_resume_open(struct eb_resume *resume, struct eb_options *options, struct eb_error *err);
void eb_resume_close(struct eb_resume *resume);

/* Of a run that has been prepared: whether its launches are the record's. order is that of the variants, NULL
 * without any, names theirs. EB_INVALID says which launch differs. */
enum eb_status eb_resume_check(const struct eb_resume *resume, const char *path, size_t launch_count,
                               const char *const *names, const size_t *order, size_t variants,
                               struct eb_error *err);

/* Notes in the record that it goes on now. 0, or -1 when out of memory. */
int eb_resume_note(json_t *record, size_t whole);

/* Whether a launch (of a record, or of a journal's header) is on the hosts of the record's first one.
 * EB_INVALID names both sets. */
enum eb_status eb_resume_check_hosts(const json_t *record, const json_t *launch, struct eb_error *err);

#endif
