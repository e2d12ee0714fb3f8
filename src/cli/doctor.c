/* efabench doctor: is this node ready for EFA? */
#include "cli/doctor.h"

#include "cli/commands.h"
#include "cli/manual.h"
#include "cli/output.h"
#include "cli/text_or_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char program[] = "efabench doctor";

int eb_doctor_exit_code(enum eb_verdict verdict)
{
    static const int exit_codes[] = {
        [EB_VERDICT_READY] = 0, [EB_VERDICT_WRONG] = 1, [EB_VERDICT_NO_EFA] = 77};
    return exit_codes[verdict];
}

enum eb_status eb_doctor_check_format(const char *format, struct eb_error *err)
{
    return eb_text_or_json_check(format, program, err);
}

enum eb_status eb_doctor_facts(const char *sysroot, struct eb_node_facts *facts, struct eb_error *err)
{
    if (sysroot && !sysroot[0]) /* what means this host to those below */
        return eb_error_set(err, EB_USAGE, program, 0, "--sysroot: '' is no directory");
    enum eb_status status = eb_node_facts_read(sysroot ? sysroot : "", facts, err);
    if (status == EB_OK && !sysroot)
        eb_doctor_ask_libfabric(&facts->libfabric);
    return status;
}

static enum eb_status write_out(const struct eb_options *options, const struct eb_node_facts *facts,
                                const struct eb_finding *findings, struct eb_error *err)
{
    if (!options->format || strcmp(options->format, "text") == 0) {
        eb_doctor_text_node(stdout, facts, findings);
    } else {
        json_t *object = eb_doctor_json_node(facts, findings);
        int failed = !object || json_dumpf(object, stdout, JSON_INDENT(2)) != 0;
        json_decref(object);
        if (failed)
            return eb_error_set(err, EB_INTERNAL, program, errno, "cannot write what was found");
        putchar('\n');
    }
    if (fflush(stdout) != 0)
        return eb_error_set(err, EB_INTERNAL, program, errno, "standard output: %s", strerror(errno));
    return EB_OK;
}

static enum eb_status look(const struct eb_options *options, int *exit_code, struct eb_error *err)
{
    struct eb_node_facts facts = {0};
    struct eb_finding findings[EB_CHECKS_MAX];
    enum eb_status status = eb_doctor_check_format(options->format, err);
    if (status == EB_OK && options->word_count > 0)
        status =
            eb_error_set(err, EB_USAGE, program, 0, "'%s': doctor takes options alone", options->words[0]);
    if (status == EB_OK)
        status = eb_doctor_facts(options->sysroot, &facts, err);
    if (status == EB_OK) {
        eb_doctor_look(&facts, findings);
        status = write_out(options, &facts, findings, err);
        *exit_code = eb_doctor_exit_code(eb_doctor_verdict(findings));
    }
    eb_node_facts_free(&facts);
    return status;
}

int eb_command_doctor(int argc, char **argv)
{
    struct eb_options options;
    struct eb_error err = {0};
    int exit_code = 0;
    enum eb_status status = eb_options_parse(&options, EB_PROGRAM_DOCTOR, argc, argv, &err);
    if (status == EB_OK && options.help)
        eb_manual_print(EB_PROGRAM_DOCTOR, stdout);
    else if (status == EB_OK && options.version)
        eb_output_version(program);
    else if (status == EB_OK)
        status = look(&options, &exit_code, &err);
    if (status != EB_OK)
        exit_code = eb_output_error(program, &err);
    eb_options_free(&options);
    return exit_code;
}
