#include "cli/run_journal.h"

#include "common/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum eb_status eb_run_journal_open(struct eb_run_journal *journal, const char *program, const char *record,
                                   struct eb_error *err)
{
    char *kept = NULL;
    struct stat kind;
    enum eb_status status = EB_OK;
    *journal = (struct eb_run_journal){0};
    if (asprintf(&journal->path, "%s.journal", record) < 0) {
        journal->path = NULL;
        return eb_error_set(err, EB_INTERNAL, program, ENOMEM, "out of memory for a file name");
    }
    if (lstat(journal->path, &kind) != 0)
        return EB_OK;
    if (asprintf(&kept, "%s~", journal->path) < 0)
        return eb_error_set(err, EB_INTERNAL, program, ENOMEM, "out of memory for a file name");
    if (rename(journal->path, kept) == 0)
        fprintf(stderr, "%s: what a launch had measured before it was cut short is %s now\n", program, kept);
    else
        status = eb_error_set(err, EB_INTERNAL, program, errno, "%s: cannot keep it as %s: %s", journal->path,
                              kept, strerror(errno));
    free(kept);
    return status;
}

void eb_run_journal_take(struct eb_run_journal *journal, const json_t *line)
{
    struct eb_error err = {0};
    if (journal->is_given_up)
        return;
    if (!journal->file)
        journal->file = fopen(journal->path, "wxe");
    journal->is_given_up = !journal->file || eb_journal_write(journal->file, line, &err) != EB_OK;
    journal->kept_blocks += !journal->is_given_up && json_object_get(line, "case");
}

int eb_run_journal_end(struct eb_run_journal *journal, int is_in_record)
{
    int stays = journal->file && !is_in_record && journal->kept_blocks > 0;
    if (journal->file) {
        fclose(journal->file);
        if (!stays)
            unlink(journal->path);
    }
    journal->file = NULL;
    journal->is_given_up = 0;
    journal->kept_blocks = 0;
    return stays;
}

void eb_run_journal_close(struct eb_run_journal *journal)
{
    eb_run_journal_end(journal, 0);
    free(journal->path);
    *journal = (struct eb_run_journal){0};
}
