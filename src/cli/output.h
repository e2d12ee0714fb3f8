/* What the programs share in speaking to the user. */
#ifndef EB_CLI_OUTPUT_H
#define EB_CLI_OUTPUT_H

#include "cli/options.h"
#include "common/status.h"

#include <jansson.h>

/* "PROGRAM: text" on standard error. Returns the exit code of the error. */
int eb_output_error(const char *program, const struct eb_error *error);

/* Prints the version and what it was made from. */
const char *eb_output_version_words(void); /* such as "1.0.0 (git 1a2b3c4)" */
void eb_output_version(const char *program);

/* A subcommand: what it is called in messages, whose options and row of the manual are its own, and what it
 * does.
 * act sets *verdict (EB_OK before) where what it found, and not a failure, is to be the exit code. */
struct eb_command {
    const char *name;
    enum eb_program program;
    enum eb_status (*act)(const struct eb_options *options, enum eb_status *verdict, struct eb_error *err);
};

/* Parses the command line, helps, tells the version or acts; says what failed. Returns the exit code. */
int eb_command_start(const struct eb_command *command, int argc, char **argv);

/* Reports record (whose path is for the reader only) as options say, to options->output's file when to_file,
 * else to standard output. */
enum eb_status eb_output_report(const json_t *record, const char *path, const struct eb_options *options,
                                int to_file, struct eb_error *err);

/* Shows a screening as `efabench screen` does, in the format that options say, on standard output, and writes
 * options->hostfile: for whoever has just measured one. What it finds is no error. */
enum eb_status eb_output_screening(const json_t *record, const char *path, const struct eb_options *options,
                                   struct eb_error *err);

/* Writes the hosts of a screening without the slow ones to a file, or says why not (screen_write.h). */
struct eb_screen;
enum eb_status eb_output_hostfile(const struct eb_screen *screen, const char *path, const char *file,
                                  struct eb_error *err);

/* What is shown of what was measured just now, on standard output: the report, or the screening; of several
 * variants, what a report has of each. */
enum eb_status eb_output_measured(const json_t *record, const char *path, const struct eb_options *options,
                                  int is_screening, struct eb_error *err);

/* Says on standard error where the record is, what became of what stood there before (kept, NULL: nothing
 * did), and how to go on. */
void eb_output_record(const char *program, const char *path, const char *kept);

/* A report's warnings on standard error, for what has no place for them: CSV, pictures. */
struct eb_report;
void eb_output_warnings(const struct eb_report *report);

/* The "run" object of a record. NULL when out of memory. */
json_t *eb_output_run(int argc, char **argv, const struct eb_options *options);

#endif
