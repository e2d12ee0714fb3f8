/* What efabench doctor and efabench-mpi --doctor share. */
#ifndef EB_CLI_DOCTOR_H
#define EB_CLI_DOCTOR_H

#include "measure/doctor/nodes.h"

#include <jansson.h>
#include <stdio.h>

/* What this process's libfabric says, asked in a child: some variables make it abort. All unknown in a build
 * without libfabric. */
void eb_doctor_ask_libfabric(struct eb_libfabric *libfabric);

/* Reads the facts below sysroot (NULL: of this host, libfabric asked too). */
enum eb_status eb_doctor_facts(const char *sysroot, struct eb_node_facts *facts, struct eb_error *err);

/* EB_USAGE: a format that is neither text nor json (NULL is text). */
enum eb_status eb_doctor_check_format(const char *format, struct eb_error *err);

/* Writes what was found as text for 80 columns. */
void eb_doctor_text_node(FILE *file, const struct eb_node_facts *facts, const struct eb_finding *findings);
void eb_doctor_text_nodes(FILE *file, const struct eb_nodes *nodes);

/* The same as an object of schema efabench-doctor/1, owned by the caller; NULL when out of memory. */
json_t *eb_doctor_json_node(const struct eb_node_facts *facts, const struct eb_finding *findings);
json_t *eb_doctor_json_nodes(const struct eb_nodes *nodes);

/* 0 ready, 1 something is wrong, 77 no EFA here. */
int eb_doctor_exit_code(enum eb_verdict verdict);

#endif
