#include "measure/provenance.h"

#include "measure/topology/binding.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* Variables that steer what is measured; those that only carry mpirun's own bookkeeping are left out. */
static const char *const kept_prefixes[] = {"FI_",    "OMPI_MCA_", "RDMAV_",   "I_MPI_",
                                            "MPICH_", "PSM",       "EFABENCH_"};
static const char *const left_out_prefixes[] = {
    "OMPI_MCA_ess_",         "OMPI_MCA_orte_",   "OMPI_MCA_pmix",
    "OMPI_MCA_initial_wdir", "OMPI_MCA_shmem_",  "OMPI_MCA_mpi_oversubscribe",
    "OMPI_MCA_prte_",        "OMPI_MCA_schizo_", "OMPI_MCA_num_procs"};

/* The id of this boot of the kernel; "" where there is none. */
static void read_machine(char *machine, size_t room)
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (file && fgets(machine, (int)room, file))
        machine[strcspn(machine, "\n")] = '\0';
    if (file)
        fclose(file);
}

/* Hosts may be containers or network namespaces of one machine, and share its cores. */
static const char *machine_of(const struct eb_placement *placement)
{
    return placement->machine[0] ? placement->machine : placement->host;
}

enum eb_status eb_placement_read(struct eb_placement *placement, struct eb_error *err)
{
    struct eb_binding binding;
    *placement = (struct eb_placement){0};
    gethostname(placement->host, sizeof placement->host - 1);
    read_machine(placement->machine, sizeof placement->machine);
    enum eb_status status = eb_binding_read(&binding, err);
    memcpy(placement->cpus, binding.cpus, sizeof placement->cpus);
    placement->cpu_count = binding.cpu_count;
    placement->host_cpus = binding.host_cpus;
    placement->core = binding.core;
    return status;
}

int eb_placement_shares_cores(const struct eb_placement *placements, int ranks, char *text, size_t room)
{
    for (int rank = 0; rank < ranks; rank++) {
        const struct eb_placement *mine = &placements[rank];
        int on_mask = 0;
        int of_others = 0; /* hosts */
        for (int other = mine->first_on_machine; other >= 0; other = placements[other].next_on_machine) {
            const struct eb_placement *theirs = &placements[other];
            int is_within = strcmp(mine->cpus, theirs->cpus) == 0 || eb_cpus_within(theirs->cpus, mine->cpus);
            on_mask += is_within;
            of_others += is_within && strcmp(mine->host, theirs->host) != 0;
        }
        if (on_mask > mine->cpu_count) {
            snprintf(text, room, "oversubscribed: %d ranks are bound to CPUs %s of host %s%s", on_mask,
                     mine->cpus, mine->host, of_others > 0 ? " and others, which are one machine" : "");
            return 1;
        }
        if (mine->local_ranks > mine->host_cpus) {
            snprintf(text, room, "oversubscribed: %d ranks share %d CPUs of host %s", mine->local_ranks,
                     mine->host_cpus, mine->host);
            return 1;
        }
    }
    return 0;
}

int eb_placement_shares_threads(const struct eb_placement *placements, int ranks, char *text, size_t room)
{
    for (int rank = 0; rank < ranks; rank++)
        for (int other = placements[rank].next_here; placements[rank].core >= 0 && other >= 0;
             other = placements[other].next_here)
            if (placements[rank].core == placements[other].core) {
                snprintf(text, room,
                         "ranks %d and %d are on hardware threads of one core of host %s (CPUs %s and %s)",
                         rank, other, placements[rank].host, placements[rank].cpus, placements[other].cpus);
                return 1;
            }
    return 0;
}

static int by_rank(const struct eb_placement *x, const struct eb_placement *y)
{
    return (x > y) - (x < y);
}

static int by_host_then_rank(const void *a, const void *b)
{
    const struct eb_placement *x = *(const struct eb_placement *const *)a;
    const struct eb_placement *y = *(const struct eb_placement *const *)b;
    int order = strcmp(x->host, y->host);
    return order ? order : by_rank(x, y);
}

static int by_machine_then_rank(const void *a, const void *b)
{
    const struct eb_placement *x = *(const struct eb_placement *const *)a;
    const struct eb_placement *y = *(const struct eb_placement *const *)b;
    int order = strcmp(machine_of(x), machine_of(y));
    return order ? order : by_rank(x, y);
}

/* The ranks of one host, ascending. */
static void count_host(struct eb_placement *const *here, int count, const struct eb_placement *first_of_all)
{
    for (int i = 0; i < count; i++) {
        here[i]->local_rank = i;
        here[i]->local_ranks = count;
        here[i]->first_here = (int)(here[0] - first_of_all);
        here[i]->next_here = i + 1 < count ? (int)(here[i + 1] - first_of_all) : -1;
    }
}

/* Those of one machine. */
static void count_machine(struct eb_placement *const *here, int count,
                          const struct eb_placement *first_of_all)
{
    for (int i = 0; i < count; i++) {
        here[i]->first_on_machine = (int)(here[0] - first_of_all);
        here[i]->next_on_machine = i + 1 < count ? (int)(here[i + 1] - first_of_all) : -1;
    }
}

enum eb_status eb_placement_count(struct eb_placement *placements, int ranks, struct eb_error *err)
{
    struct eb_placement **sorted = calloc((size_t)ranks, sizeof(struct eb_placement *));
    if (!sorted)
        return eb_error_set(err, EB_INTERNAL, "provenance", ENOMEM, "out of memory for %d ranks", ranks);
    for (int rank = 0; rank < ranks; rank++)
        sorted[rank] = &placements[rank];
    qsort(sorted, (size_t)ranks, sizeof *sorted, by_host_then_rank);
    for (int first = 0, past; first < ranks; first = past) {
        past = first + 1;
        while (past < ranks && strcmp(sorted[past]->host, sorted[first]->host) == 0)
            past++;
        count_host(sorted + first, past - first, placements);
    }
    qsort(sorted, (size_t)ranks, sizeof *sorted, by_machine_then_rank);
    for (int first = 0, past; first < ranks; first = past) {
        past = first + 1;
        while (past < ranks && strcmp(machine_of(sorted[past]), machine_of(sorted[first])) == 0)
            past++;
        count_machine(sorted + first, past - first, placements);
    }
    free(sorted);
    return EB_OK;
}

int eb_placement_is_one_host(const struct eb_placement *placements, int ranks)
{
    for (int rank = 1; rank < ranks; rank++)
        if (strcmp(placements[rank].host, placements[0].host) != 0)
            return 0;
    return 1;
}

uint64_t eb_provenance_memory_bytes(void)
{
    char line[256];
    unsigned long long kib = 0;
    FILE *file = fopen("/proc/meminfo", "re");
    while (file && kib == 0 && fgets(line, sizeof line, file))
        if (sscanf(line, "MemAvailable: %llu kB", &kib) != 1)
            kib = 0;
    if (file)
        fclose(file);
    return (uint64_t)kib * 1024;
}

void eb_provenance_utc(char *text)
{
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(text, 21, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* The first line of a small file such as those of sysfs, as JSON; NULL when it cannot be read. */
static json_t *file_line(const char *path)
{
    char line[256] = "";
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    char *got = fgets(line, sizeof line, file);
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
    return got ? json_string(line) : NULL;
}

/* x86 has a name; Arm has numbers, which lscpu(1) turns into one. */
static json_t *cpu_model(void)
{
    char line[512];
    char text[128] = "";
    FILE *file = fopen("/proc/cpuinfo", "re");
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        size_t used = strlen(text);
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0')
            break; /* the first processor speaks for all */
        if (colon && colon[1] && strncmp(line, "model name", 10) == 0)
            snprintf(text, sizeof text, "%s", colon + 2);
        else if (colon && colon[1] &&
                 (strncmp(line, "CPU implementer", 15) == 0 || strncmp(line, "CPU part", 8) == 0))
            snprintf(text + used, sizeof text - used, "%s%.*s %s", used ? ", " : "",
                     (int)strcspn(line, "\t:"), line, colon + 2);
    }
    if (file)
        fclose(file);
    return text[0] ? json_string(text) : NULL;
}

static int has_prefix(const char *text, const char *const *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(text, prefixes[i], strlen(prefixes[i])) == 0)
            return 1;
    return 0;
}

static json_t *environment(void)
{
    json_t *variables = json_object();
    for (char **at = environ; *at; at++) {
        const char *equals = strchr(*at, '=');
        if (!equals || !has_prefix(*at, kept_prefixes, sizeof kept_prefixes / sizeof *kept_prefixes) ||
            has_prefix(*at, left_out_prefixes, sizeof left_out_prefixes / sizeof *left_out_prefixes))
            continue;
        char *name = strndup(*at, (size_t)(equals - *at));
        if (name)
            json_object_set_new(variables, name, json_string(equals + 1));
        free(name);
    }
    const char *path = getenv("LD_LIBRARY_PATH");
    if (path)
        json_object_set_new(variables, "LD_LIBRARY_PATH", json_string(path));
    return variables;
}

/* Where the libfabric that this process has loaded stands; found by name, so that it needs no libfabric
 * header. */
static json_t *libfabric_path(void)
{
    Dl_info where;
    void *symbol = dlsym(RTLD_DEFAULT, "fi_getinfo");
    if (!symbol || dladdr(symbol, &where) == 0 || !where.dli_fname)
        return NULL;
    char *real = realpath(where.dli_fname, NULL);
    json_t *path = json_string(real ? real : where.dli_fname);
    free(real);
    return path;
}

static json_t *hosts_of(const struct eb_placement *placements, int ranks)
{
    json_t *hosts = json_array();
    for (int rank = 0; rank < ranks; rank++)
        if (placements[rank].local_rank == 0)
            json_array_append_new(hosts, json_string(placements[rank].host));
    return hosts;
}

static json_t *ranks_of(const struct eb_placement *placements, int ranks)
{
    json_t *list = json_array();
    for (int rank = 0; rank < ranks; rank++)
        json_array_append_new(
            list, json_pack("{s:s, s:s}", "host", placements[rank].host, "cpus", placements[rank].cpus));
    return list;
}

json_t *eb_provenance(const struct eb_launch *launch, const struct eb_placement *placements)
{
    struct utsname system;
    char created[24];
    uname(&system);
    eb_provenance_utc(created);
    return json_pack(
        "{s:s, s:o, s:o, s:o*, s:s, s:s, s:s, s:i, s:o*, s:o*, s:o*, s:s, s:s, s:o*, s:o}", "created_utc",
        created, "hosts", hosts_of(placements, launch->ranks), "ranks", ranks_of(placements, launch->ranks),
        "cpu", cpu_model(), "machine", system.machine, "kernel", system.release, "os", system.sysname, "cpus",
        placements[0].host_cpus, "clock_source",
        file_line("/sys/devices/system/clocksource/clocksource0/current_clocksource"), "vendor",
        file_line("/sys/devices/virtual/dmi/id/sys_vendor"), "instance",
        file_line("/sys/devices/virtual/dmi/id/product_name"), "launcher", launch->ops->name, "mpi",
        launch->library, "libfabric_path", libfabric_path(), "environment", environment());
}
