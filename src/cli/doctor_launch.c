/* efabench-mpi --doctor: every rank looks, rank 0 lays side by side what they found. */
#include "cli/doctor.h"
#include "cli/doctor_launch.h"
#include "measure/topology/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char program[] = "efabench-mpi --doctor";

enum eb_status eb_doctor_prepare(const struct eb_options *options, int rank, struct eb_rank_report *report,
                                 struct eb_error *err)
{
    struct eb_node_facts facts = {0};
    char *sysroot = NULL;
    enum eb_status status = eb_doctor_check_format(options->format, err);
    if (status == EB_OK && (options->word_count > 0 || options->output))
        status = eb_error_set(
            err, EB_USAGE, program, 0, "%s '%s': --doctor measures nothing and makes no record",
            options->output ? "--output" : "kernel", options->output ? options->output : options->words[0]);
    if (status == EB_OK && options->sysroot && !(sysroot = eb_tree_expand(options->sysroot, rank)))
        status = eb_error_set(err, EB_INTERNAL, program, ENOMEM, "out of memory for a file name");
    if (status == EB_OK)
        status = eb_doctor_facts(sysroot, &facts, err);
    if (status == EB_OK)
        eb_rank_report_make(&facts, report);
    eb_node_facts_free(&facts);
    free(sysroot);
    return status;
}

static enum eb_status write_out(const struct eb_nodes *nodes, const char *format, struct eb_error *err)
{
    int failed = 0;
    if (format && strcmp(format, "json") == 0) {
        json_t *object = eb_doctor_json_nodes(nodes);
        failed = !object || json_dumpf(object, stdout, JSON_INDENT(2)) != 0 || putchar('\n') == EOF;
        json_decref(object);
    } else {
        eb_doctor_text_nodes(stdout, nodes);
    }
    if (failed || fflush(stdout) != 0)
        return eb_error_set(err, EB_INTERNAL, program, errno, "cannot write what was found");
    return EB_OK;
}

enum eb_status eb_doctor_run(struct eb_launch *launch, const struct eb_options *options,
                             const struct eb_rank_report *mine, int *exit_code, struct eb_error *err)
{
    struct eb_rank_report *all = NULL;
    struct eb_nodes nodes = {0};
    enum eb_status status = EB_OK;
    if (launch->rank == 0 && !(all = calloc((size_t)launch->ranks, sizeof *all)))
        status = eb_error_set(err, EB_INTERNAL, program, ENOMEM, "out of memory for %d ranks", launch->ranks);
    status = eb_launch_agree(launch, status, err);
    if (status == EB_OK)
        status = launch->ops->gather(launch, mine, all, sizeof *mine, err);
    if (status == EB_OK && launch->rank == 0)
        status = eb_nodes_make(all, launch->ranks, &nodes, err);
    if (status == EB_OK && launch->rank == 0) {
        status = write_out(&nodes, options->format, err);
        *exit_code = eb_doctor_exit_code(eb_nodes_verdict(&nodes));
    }
    status = eb_launch_agree(launch, status, err);
    if (status == EB_OK)
        status = launch->ops->broadcast(launch, exit_code, sizeof *exit_code, err);
    eb_nodes_free(&nodes);
    free(all);
    return status;
}
