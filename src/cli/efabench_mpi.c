/* efabench-mpi: one launch, started by mpirun. Rank 0 speaks, unless a rank fails alone. */
#include "cli/doctor_launch.h"
#include "cli/farewell.h"
#include "cli/manual.h"
#include "cli/output.h"
#include "cli/setup.h"
#include "common/file.h"
#include "common/journal.h"
#include "common/record.h"
#include "judge/report/report.h"
#include "measure/launch/mpi.h"
#include "measure/topology/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char program[] = "efabench-mpi";

/* Where rank 0 puts what was measured. */
struct results {
    struct eb_journal_fold *fold;
    FILE *journal; /* NULL: kept in memory alone */
    char *journal_path;
    const char *output; /* the record that was asked for and has a journal, NULL: none; on every rank */
};

static enum eb_status emit(void *argument, const json_t *line, struct eb_error *err)
{
    struct results *results = argument;
    enum eb_status status = EB_OK;
    if (results->journal != stdout || !json_object_get(line, "case")) /* whoever hears it folds it */
        status = eb_journal_fold_line(results->fold, line, err);
    if (status != EB_OK || !results->journal)
        return status;
    struct eb_error inner = {0};
    status = eb_journal_write(results->journal, line, &inner);
    return status == EB_OK
               ? status
               : eb_error_set(err, status, inner.origin, inner.code, "%s: %s",
                              results->journal_path ? results->journal_path : "standard output", inner.text);
}

static void failed(void *argument, const struct eb_error *error)
{
    const struct results *results = argument;
    eb_output_error(program, error);
    if (results->output)
        fprintf(stderr, "%s: what was measured before is in %s.journal: efabench report reads it\n", program,
                results->output);
}

static enum eb_status open_results(struct results *results, const struct eb_options *options,
                                   struct eb_error *err)
{
    results->fold = eb_journal_fold_new();
    if (!results->fold)
        return eb_error_set(err, EB_INTERNAL, "results", ENOMEM, "out of memory for the results");
    if (options->stream) {
        results->journal = stdout;
        return EB_OK;
    }
    if (!options->output)
        return EB_OK;
    enum eb_status status = eb_file_check_writable(options->output, err);
    if (status == EB_OK)
        status = eb_file_check_keepable(options->output, err);
    if (status != EB_OK)
        return status;
    if (asprintf(&results->journal_path, "%s.journal", options->output) < 0)
        return eb_error_set(err, EB_INTERNAL, "results", ENOMEM, "out of memory for a file name");
    results->journal = fopen(results->journal_path, "wxe");
    if (!results->journal && errno == EEXIST)
        return eb_error_set(
            err, EB_USAGE, "results", errno,
            "%s is there: it holds what an earlier launch measured before it was cut short; report "
            "it, then move or remove it",
            results->journal_path);
    if (!results->journal)
        return eb_error_set(err, EB_USAGE, "results", errno, "%s: cannot write it: %s", results->journal_path,
                            strerror(errno));
    return EB_OK;
}

static void close_results(struct results *results)
{
    if (results->journal && results->journal != stdout) {
        fclose(results->journal);
        if (!eb_journal_fold_run(results->fold)) /* nothing was measured: nothing is to be kept */
            unlink(results->journal_path);
    }
    free(results->journal_path);
    eb_journal_fold_free(results->fold);
}

/* On rank 0, after a whole session: the record, the report. */
static enum eb_status finish(struct eb_whereabouts *whereabouts, const struct results *results,
                             const struct eb_options *options, const json_t *run, int is_screening,
                             struct eb_error *err)
{
    if (options->stream)
        return EB_OK;
    eb_whereabouts_set(whereabouts, NULL, "writing of the record");
    char *kept = NULL;
    json_t *record = eb_record_new(json_deep_copy(run));
    json_t *launch = eb_journal_fold_launch(results->fold);
    enum eb_status status = EB_OK;
    if (!record || json_array_append_new(json_object_get(record, "launches"), launch) != 0)
        status = eb_error_set(err, EB_INTERNAL, "results", ENOMEM, "out of memory for the record");
    if (status == EB_OK && options->output)
        status = eb_record_save_and_keep(record, options->output, &kept, err);
    if (status == EB_OK && results->journal_path)
        unlink(results->journal_path);
    enum eb_status saved = status;
    if (status == EB_OK)
        status = eb_output_measured(record, options->output ? options->output : "(not kept)", options,
                                    is_screening, err);
    if (saved == EB_OK && options->output)
        eb_output_record(program, options->output, kept);
    free(kept);
    json_decref(record);
    return status;
}

/* The witness refused rows of a session: the others stand, and are kept and shown. */
static int is_refused_row(enum eb_status status, const struct results *results)
{
    return status == EB_WRONG_PATH && results->fold && /* on rank 0 */ eb_journal_fold_run(results->fold);
}

/* How many processes a launcher says that it has started; 0 when none says so. */
static int started_together(void)
{
    static const char *const variables[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *count = getenv(variables[i]);
        if (count && atoi(count) > 0)
            return atoi(count);
    }
    return 0;
}

/* A launch of one rank: nobody started more, or MPI has not heard of the others. */
static enum eb_status refuse_alone(const struct eb_launch *launch, struct eb_error *err)
{
    int together = started_together();
    if (together < 2)
        return eb_error_set(
            err, EB_USAGE, program, 0,
            "at least 2 ranks are needed, this is 1: start it as mpirun -n 2 %s -p tcp pingpong", program);
    return eb_error_set(
        err, EB_USAGE, program, 0,
        "%d processes were started, and each is alone: the launcher does not join ranks of %.*s. Take the "
        "launcher of that MPI (mpirun.openmpi, mpirun.mpich); under srun Open MPI wants --mpi=pmix, MPICH "
        "--mpi=pmi2",
        together, (int)strcspn(launch->library, ","), launch->library);
}

static enum eb_status run_launch(struct eb_launch *launch, const struct eb_options *options,
                                 struct eb_setup *setup, json_t *run, struct eb_error *err)
{
    struct results results = {.output = options->stream ? NULL : options->output};
    struct eb_session_events events = {.emit = emit, .failed = failed, .argument = &results};
    enum eb_status status = EB_OK;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): without a launch the status is not EB_OK */
    if (launch->ranks < 2)
        return refuse_alone(launch, err);
    char *sysroot = options->sysroot ? eb_tree_expand(options->sysroot, launch->rank) : NULL;
    setup->session.run = run;
    setup->session.sysroot = sysroot;
    if (options->sysroot)
        status = sysroot ? eb_tree_check(sysroot, err)
                         : eb_error_set(err, EB_INTERNAL, program, ENOMEM, "out of memory for a file name");
    if (status == EB_OK && launch->rank == 0)
        status = open_results(&results, options, err);
    status = eb_launch_agree(launch, status, err);
    if (status == EB_OK) /* without --seed every rank has drawn its own */
        status = launch->ops->broadcast(launch, &setup->session.seed, sizeof setup->session.seed, err);
    if (status == EB_OK)
        status = eb_session_run(launch, &setup->session, &events, err);
    struct eb_error finishing = {0};
    if (launch->rank == 0 && (status == EB_OK || is_refused_row(status, &results)) &&
        finish(launch->whereabouts, &results, options, run, setup->session.screen, &finishing) != EB_OK) {
        if (status == EB_OK)
            *err = finishing;
        else if (finishing.status != EB_WRONG_PATH) /* which says the same again */
            eb_output_error(program, &finishing);
        status = status == EB_OK ? finishing.status : status;
    }
    close_results(&results);
    free(sysroot);
    return status;
}

/* Whether a launcher started this process, and as which rank: its variables say so before MPI is up. */
static int rank_in_environment(void)
{
    static const char *const variables[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *rank = getenv(variables[i]);
        if (rank)
            return (int)strtol(rank, NULL, 10);
    }
    return -1;
}

static const char meeting[] = "meeting of the ranks";

/* The ranks of this launch, all of one efabench, or the lack of them: status, and its error, are this rank's
 * own before that. A refusal on one rank is one on all. */
static enum eb_status meet(struct eb_farewell *farewell, const struct eb_options *options,
                           struct eb_launch **launch, enum eb_status status, struct eb_error *err)
{
    struct eb_error opening = {0};
    eb_whereabouts_set(&farewell->whereabouts, NULL, "start of MPI");
    enum eb_status opened = eb_launch_mpi_open(options->timeout_s * 1000000000u, launch, &opening);
    if (opened == EB_OK) {
        (*launch)->whereabouts = &farewell->whereabouts;
        eb_whereabouts_set(&farewell->whereabouts, NULL, "%s", meeting);
        opened = eb_launch_greet(*launch, eb_output_version_words(), &opening);
        if (opened == EB_OK)
            status = eb_launch_agree(*launch, status, err);
    }
    if (opened != EB_OK && (status == EB_OK || *launch)) {
        status = opened;
        *err = opening;
    }
    return *launch ? eb_launch_name(*launch, meeting, status, err) : status;
}

#define PARTING_NS UINT64_C(3000000000) /* while rank 0 writes what was measured */

/* The launch is over: one that waits in vain for the others says so. */
static enum eb_status part(struct eb_launch *launch, enum eb_status status, struct eb_error *err)
{
    struct eb_error parting = {0};
    if (!launch)
        return status;
    launch->timeout_ns += PARTING_NS;
    if (!launch->broken && launch->ops->barrier(launch, NULL, NULL, &parting) != EB_OK) {
        enum eb_status late = eb_launch_name(launch, "end of the launch", parting.status, &parting);
        eb_output_error(program, &parting);
        status = status == EB_OK ? late : status;
        *err = parting;
    }
    launch->timeout_ns -= PARTING_NS;
    eb_whereabouts_set(launch->whereabouts, NULL, NULL);
    launch->ops->close(launch);
    return status;
}

/* --doctor, from options to the exit code. As in launch_and_close, a refusal is one on all ranks. */
static int look(struct eb_farewell *farewell, const struct eb_options *options)
{
    struct eb_error err = {0};
    struct eb_launch *launch = NULL;
    int exit_code = 0;
    int rank = rank_in_environment();
    struct eb_rank_report *report = calloc(1, sizeof *report);
    enum eb_status status = report ? eb_doctor_prepare(options, rank < 0 ? 0 : rank, report, &err)
                                   : eb_error_set(&err, EB_INTERNAL, program, ENOMEM, "out of memory");
    if (status == EB_OK || rank >= 0)
        status = meet(farewell, options, &launch, status, &err);
    if (status == EB_OK)
        status = eb_doctor_run(launch, options, report, &exit_code, &err);
    if (status != EB_OK && (!launch || launch->rank == 0 || launch->broken))
        eb_output_error(program, &err);
    status = part(launch, status, &err);
    free(report);
    return status == EB_OK ? exit_code : eb_status_exit_code(status);
}

/* Everything that can be said before MPI is up. */
static enum eb_status prepare(struct eb_options *options, struct eb_setup *setup, struct eb_error *err)
{
    enum eb_status status = eb_report_check_format(options->format, 0, err);
    return status == EB_OK ? eb_setup_make(setup, options, err) : status;
}

/* The launch, or the news that there is none to be. A refusal on one rank is one on all; rank 0 tells it, and
 * the others wait for that in part, since a launcher ends all ranks when the first one fails. */
static enum eb_status launch_and_close(struct eb_farewell *farewell, const struct eb_options *options,
                                       struct eb_setup *setup, json_t *run, enum eb_status status,
                                       struct eb_error *err)
{
    struct eb_launch *launch = NULL;
    int alone = rank_in_environment() < 0;
    if (status == EB_OK || !alone)
        status = meet(farewell, options, &launch, status, err);
    if (status == EB_OK)
        status = run_launch(launch, options, setup, run, err);
    if (status != EB_OK && (!launch || launch->rank == 0 || launch->broken))
        eb_output_error(program, err);
    return part(launch, status, err);
}

static int measure(struct eb_farewell *farewell, int argc, char **argv, struct eb_options *options,
                   enum eb_status status, struct eb_error *err)
{
    struct eb_setup setup = {0};
    if (status == EB_OK)
        status = prepare(options, &setup, err);
    json_t *run = eb_output_run(argc, argv, options);
    status = launch_and_close(farewell, options, &setup, run, status, err);
    json_decref(run);
    return status == EB_OK ? 0 : eb_status_exit_code(status);
}

int main(int argc, char **argv)
{
    struct eb_options options;
    struct eb_farewell farewell = {0};
    struct eb_error err = {0};
    int exit_code = 0;
    enum eb_status status = eb_options_parse(&options, EB_PROGRAM_WORKER, argc, argv, &err);
    if (status == EB_OK && (options.help || options.version)) {
        if (rank_in_environment() <= 0)
            options.help ? eb_manual_print(EB_PROGRAM_WORKER, stdout) : eb_output_version(program);
        eb_options_free(&options);
        return 0;
    }
    if (status == EB_OK)
        status = eb_farewell_open(&farewell, program, rank_in_environment(), &err);
    if (status == EB_OK && options.doctor)
        exit_code = look(&farewell, &options);
    else
        exit_code = measure(&farewell, argc, argv, &options, status, &err);
    eb_farewell_close(&farewell);
    eb_options_free(&options);
    return exit_code;
}
