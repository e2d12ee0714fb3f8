/* What a run's launch has measured so far, in a file beside the record: whoever kills efabench run within a
 * launch finds it there, and efabench report reads it. It goes when the record holds the launch. */
#ifndef EB_CLI_RUN_JOURNAL_H
#define EB_CLI_RUN_JOURNAL_H

#include "common/status.h"

#include <jansson.h>
#include <stdio.h>

struct eb_run_journal {
    char *path;         /* RECORD.journal; owned */
    FILE *file;         /* of the launch under way; NULL: it has said nothing yet */
    int is_given_up;    /* the disk did not take it: the launch goes on without */
    size_t kept_blocks; /* of this launch, whole */
};

/* For the launches of a run into record. What an earlier run has left there, because it was killed, is called
 * RECORD.journal~ from now on, and standard error says so for program. EB_INTERNAL: out of memory, or it
 * cannot be moved. Release with eb_run_journal_close. */
enum eb_status eb_run_journal_open(struct eb_run_journal *journal, const char *program, const char *record,
                                   struct eb_error *err);

/* Adds a line. That the disk does not take it is no failure: the record is still to come. */
void eb_run_journal_take(struct eb_run_journal *journal, const json_t *line);

/* The launch has ended. Where the record holds it the journal is removed; else it stays if there is a
 * measured block in it. Returns whether it stays. */
int eb_run_journal_end(struct eb_run_journal *journal, int is_in_record);

void eb_run_journal_close(struct eb_run_journal *journal); /* takes a zeroed one */

#endif
