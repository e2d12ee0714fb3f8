/* The subcommands of efabench. argv[0] is the subcommand's name; the return value is the exit code. */
#ifndef EB_CLI_COMMANDS_H
#define EB_CLI_COMMANDS_H

/* Starts the launches, merges their records, reports. */
int eb_command_run(int argc, char **argv);

/* What efabench-mpi --help says; argument-free. */
int eb_command_help_worker(void);

/* Says of two records, arms or variants which series are worse. */
int eb_command_compare(int argc, char **argv);
/* One exit code for a nightly job. */
int eb_command_gate(int argc, char **argv);
/* Keeps the records of many nights in a database. */
int eb_command_history(int argc, char **argv);

/* Shows a record. */
int eb_command_report(int argc, char **argv);

/* Draws a record's pictures. */
int eb_command_plot(int argc, char **argv);

/* Shows what network adapters there are, and what this machine or an instance type has. */
int eb_command_adapters(int argc, char **argv);
/* Looks whether this node is ready for EFA. */
int eb_command_doctor(int argc, char **argv);
/* Makes a record of other tools' figures. */
int eb_command_import(int argc, char **argv);

/* Holds a record against what is physically possible. */
int eb_command_audit(int argc, char **argv);

/* Names the slow host, NIC or link of a screening. */
int eb_command_screen(int argc, char **argv);

#endif
