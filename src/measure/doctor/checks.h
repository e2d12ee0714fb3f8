/* The functions behind the table of checks; checks.c alone has them in it. */
#ifndef EB_MEASURE_DOCTOR_CHECKS_H
#define EB_MEASURE_DOCTOR_CHECKS_H

#include "measure/doctor/doctor.h"

/* Fills a finding; the text is formatted as by printf, cut to fit and cleaned. */
void eb_finding_set(struct eb_finding *finding, enum eb_finding_state state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

typedef void eb_check_fn(const struct eb_node_facts *facts, struct eb_finding *finding);

/* checks_devices.c */
eb_check_fn eb_check_efa, eb_check_efa_module, eb_check_uverbs_module, eb_check_efa_device,
    eb_check_uverbs_device, eb_check_efa_count, eb_check_efa_port, eb_check_efa_only, eb_check_foreign_rdma,
    eb_check_numa, eb_check_mtu, eb_check_allowances;

/* checks_host.c */
eb_check_fn eb_check_memlock, eb_check_huge_pages, eb_check_ptrace_scope, eb_check_governor,
    eb_check_idle_states, eb_check_clock_source;

/* checks_software.c */
eb_check_fn eb_check_libfabric, eb_check_efa_provider, eb_check_intel_mpi, eb_check_installer,
    eb_check_env_abort, eb_check_env_rdma, eb_check_env_provider, eb_check_fork;

#endif
