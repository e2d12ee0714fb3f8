/* efabench-mpi: one launch, started by mpirun. Rank 0 speaks, unless a rank fails alone. */
#include "cli/output.h"
#include "cli/setup.h"
#include "common/file.h"
#include "common/journal.h"
#include "common/record.h"
#include "judge/report/report.h"
#include "measure/launch/mpi.h"

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
};

static enum eb_status emit(void *argument, const json_t *line, struct eb_error *err)
{
    struct results *results = argument;
    enum eb_status status = eb_journal_fold_line(results->fold, line, err);
    if (status == EB_OK && results->journal)
        status = eb_journal_write(results->journal, line, err);
    return status;
}

static void failed(void *argument, const struct eb_error *error)
{
    const struct results *results = argument;
    eb_output_error(program, error);
    if (results->journal_path)
        fprintf(stderr, "%s: what was measured before is in %s: efabench report reads it\n", program,
                results->journal_path);
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
    if (status != EB_OK)
        return status;
    if (asprintf(&results->journal_path, "%s.journal", options->output) < 0)
        return eb_error_set(err, EB_INTERNAL, "results", ENOMEM, "out of memory for a file name");
    results->journal = fopen(results->journal_path, "we");
    if (!results->journal)
        return eb_error_set(err, EB_USAGE, "results", errno, "%s: cannot write it: %s", results->journal_path,
                            strerror(errno));
    return EB_OK;
}

static void close_results(struct results *results)
{
    if (results->journal && results->journal != stdout)
        fclose(results->journal);
    free(results->journal_path);
    eb_journal_fold_free(results->fold);
}

/* On rank 0, after a whole session: the record, the report. */
static enum eb_status finish(const struct results *results, const struct eb_options *options,
                             const json_t *run, struct eb_error *err)
{
    if (options->stream)
        return EB_OK;
    json_t *record = eb_record_new(json_deep_copy(run));
    json_t *launch = eb_journal_fold_launch(results->fold);
    enum eb_status status = EB_OK;
    if (!record || json_array_append_new(json_object_get(record, "launches"), launch) != 0)
        status = eb_error_set(err, EB_INTERNAL, "results", ENOMEM, "out of memory for the record");
    if (status == EB_OK && options->output)
        status = eb_record_save(record, options->output, err);
    if (status == EB_OK && results->journal_path)
        unlink(results->journal_path);
    if (status == EB_OK)
        status = eb_output_report(record, options->output ? options->output : "(not kept)", options, 0, err);
    if (status == EB_OK && options->output)
        fprintf(stderr, "%s: record: %s\n", program, options->output);
    json_decref(record);
    return status;
}

static enum eb_status run_launch(struct eb_launch *launch, const struct eb_options *options,
                                 struct eb_setup *setup, json_t *run, struct eb_error *err)
{
    struct results results = {0};
    struct eb_session_events events = {.emit = emit, .failed = failed, .argument = &results};
    enum eb_status status = EB_OK;
    if (launch->ranks < 2)
        return eb_error_set(
            err, EB_USAGE, program, 0,
            "at least 2 ranks are needed, this is 1: start it as mpirun -n 2 %s -p tcp pingpong", program);
    setup->session.run = run;
    if (launch->rank == 0)
        status = open_results(&results, options, err);
    status = eb_launch_agree(launch, status, err);
    if (status == EB_OK) /* without --seed every rank has drawn its own */
        status = launch->ops->broadcast(launch, &setup->session.seed, sizeof setup->session.seed, err);
    if (status == EB_OK)
        status = eb_session_run(launch, &setup->session, &events, err);
    if (status == EB_OK && launch->rank == 0)
        status = finish(&results, options, run, err);
    close_results(&results);
    return status;
}

/* Every rank reads the same command line: one of them is to complain. Before MPI is up, the launchers'
 * variables tell which. */
static int speaks(void)
{
    static const char *const variables[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *rank = getenv(variables[i]);
        if (rank)
            return strcmp(rank, "0") == 0;
    }
    return 1;
}

static void print_help(void)
{
    char *options = eb_options_help(EB_PROGRAM_WORKER);
    char *tables = eb_setup_help();
    printf("Usage: mpirun -n 2 %s [OPTIONS] [KERNEL...]\n"
           "Measures one launch over every arm and prints the comparison.\n"
           "Example: mpirun -n 2 %s -p tcp -s 8 pingpong\n\n%s\nOptions:\n%s",
           program, program, tables ? tables : "", options ? options : "");
    free(options);
    free(tables);
}

int main(int argc, char **argv)
{
    struct eb_options options;
    struct eb_setup setup = {0};
    struct eb_error err = {0};
    struct eb_launch *launch = NULL;
    enum eb_status status = eb_options_parse(&options, EB_PROGRAM_WORKER, argc, argv, &err);
    if (status == EB_OK && (options.help || options.version)) {
        if (speaks())
            options.help ? print_help() : eb_output_version(program);
        eb_options_free(&options);
        return 0;
    }
    if (status == EB_OK)
        status = eb_report_check_format(options.format, &err);
    if (status == EB_OK)
        status = eb_setup_make(&setup, &options, &err);
    json_t *run = eb_output_run(argc, argv, &options);
    int mine_to_say = speaks();
    if (status == EB_OK) {
        status = eb_launch_mpi_open(options.timeout_s * 1000000000u, &launch, &err);
        mine_to_say = !launch || launch->rank == 0;
    }
    if (status == EB_OK)
        status = run_launch(launch, &options, &setup, run, &err);
    int exit_code = status == EB_OK ? 0 : eb_status_exit_code(status);
    if (status != EB_OK && mine_to_say)
        eb_output_error(program, &err);
    json_decref(run);
    eb_options_free(&options);
    if (launch)
        launch->ops->close(launch);
    return exit_code;
}
