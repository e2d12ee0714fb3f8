/* The parts of eb_node_facts_read that have a file of their own; facts.c alone calls them. */
#ifndef EB_MEASURE_DOCTOR_FACTS_PARTS_H
#define EB_MEASURE_DOCTOR_FACTS_PARTS_H

#include "measure/doctor/facts.h"

/* Cores, NUMA nodes, governors, idle states, clock source; facts->cpus is known. */
void eb_facts_read_cpus(const char *root, struct eb_node_facts *facts);

/* Subnet and allowances; facts->inventory is known. */
void eb_facts_read_network(const char *root, struct eb_node_facts *facts);

#endif
