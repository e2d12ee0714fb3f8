#include "cli/manual_measure.h"
#include "cli/manual_rows.h"

#define TWO_HOSTS_LAUNCHER "--launcher \"mpirun --host node1,node2 --map-by node\""

/* Of run and of the worker. */
#define MEASURED_LISTS                                                                                       \
    {                                                                                                        \
        {"Kernels (those with * when none is named; 'all' names every one)", eb_manual_kernel},              \
            {"Algorithms of the all-reduce", eb_manual_algorithm},                                           \
            {"Transports of arms", eb_manual_transport},                                                     \
    }
#define WRONG_PATH "the bytes would not take, or did not take, the path asked for"
#define AS_ROOT                                                                                              \
    {                                                                                                        \
        "OMPI_ALLOW_RUN_AS_ROOT, OMPI_ALLOW_RUN_AS_ROOT_CONFIRM",                                            \
            "both 1: what Open MPI wants before it starts anything as root", NULL                            \
    }
#define FI_VARIABLES                                                                                         \
    {                                                                                                        \
        "FI_*", "libfabric's own variables; the record keeps those that are set", NULL                       \
    }

const struct eb_manual eb_manual_overview = {
    .program = EB_PROGRAM_OVERVIEW,
    .name = "efabench",
    .summary = "latency, bandwidth and all-reduce over libfabric beside plain kernel TCP",
    .synopsis = {"efabench COMMAND [OPTIONS] ...", "efabench help [COMMAND]", "efabench --version"},
    .description =
        {"Latency, bandwidth and all-reduce over libfabric beside plain kernel TCP: measured in the "
         "same processes, on the same cores, next to one another. efabench COMMAND --help says "
         "more of a command. efabench-mpi is the worker, for use under mpirun."},
    .lists = {{"Commands", eb_manual_command}},
    .examples =
        {
            {"efabench run -s 8,64K,1M -o run.json", "measures on this machine and shows the comparison",
             EB_RUNS_WITH_MPI},
            {"efabench report run.json", "shows it again", EB_RUNS_ANYWHERE},
            {"efabench help gate", "the same as efabench gate --help", EB_RUNS_ANYWHERE},
        },
    .exits =
        {
            {"0", "good", NULL},
            {"1", "regressed, implausible (audit) or something wrong (doctor)", NULL},
            {"2", "usage or internal", NULL},
            {"3", "inconclusive", NULL},
            {"4", "data missing or invalid", NULL},
            {"5", "wrong path", NULL},
            {"77", "no such hardware, or no gnuplot", NULL},
        },
};

const struct eb_manual eb_manual_run = {
    .program = EB_PROGRAM_RUN,
    .name = "efabench run",
    .summary = "measure: start the launches, merge their records, report",
    .synopsis = {"efabench run [OPTIONS] [KERNEL...]"},
    .description =
        {"Starts launches of efabench-mpi, merges what they measured into a record and reports. Without "
         "arms: "
         "libfabric's tcp beside kernel TCP on the loopback; EFA beside ENA where this host has an EFA and "
         "--launcher says on which two hosts to start.",
         "With variants -k counts the launches of each. The record is saved after every launch: what was "
         "measured is reported even where a later launch fails. A run that was ended before its last launch "
         "goes on with --resume and its record.",
         "With the word screen in place of kernels all pairs of hosts are measured, as many at once as there "
         "are disjoint ones: n - 1 rounds for n hosts, one rank on each."},
    .lists = MEASURED_LISTS,
    .examples =
        {
            {"efabench run -k 10 -s 8,64K -o tonight.json pingpong bandwidth",
             "ten launches of two kernels at two sizes, kept in tonight.json", EB_RUNS_WITH_MPI},
            {"efabench run -k 6 -s 8 -o run.json --variant new --variant old=LD_LIBRARY_PATH=/opt/old/lib "
             "pingpong",
             "two environments, their launches interleaved, for efabench gate --control old",
             EB_RUNS_WITH_MPI},
            {"efabench run " TWO_HOSTS_LAUNCHER " --arm efa=ofi:efa@efa --arm ena=sockets@ena",
             "EFA beside ENA between two hosts", EB_RUNS_ON_HOSTS},
            {"efabench run --launcher \"mpirun --hostfile hosts --map-by node\" -n 16 --arm efa=ofi:efa@efa "
             "-o screen.json screen",
             "all pairs of 16 hosts, of which a hostfile has the names", EB_RUNS_ON_HOSTS},
            {"efabench run --launcher \"mpirun --oversubscribe\" -n 4 --allow-same-host -o screen.json "
             "screen",
             "ranks of this machine in place of hosts: how it looks", EB_RUNS_WITH_MPI},
            {"efabench run --launcher \"srun --mpi=pmix\" @profile", "under Slurm, with options from a file",
             EB_RUNS_ON_HOSTS},
        },
    .exits =
        {
            {"0", "measured and reported", NULL},
            {"2", "usage, or a launch failed", NULL},
            {"4", "--validate found a wrong byte, or what a launch said was damaged", NULL},
            {"5", WRONG_PATH, NULL},
            {"77", "this machine lacks a device that was asked for", NULL},
        },
    .files = {{"efabench-DATE-TIME.json", "the record, in this directory, without --output", NULL},
              {"FILE~", "what --output FILE held before", NULL},
              {"FILE.journal",
               "what a launch has measured so far, beside the record, until that holds it: efabench report "
               "reads what a "
               "killed run leaves; the next run calls it FILE.journal~",
               NULL}},
    .environment = {AS_ROOT, FI_VARIABLES, EB_MANUAL_TERMINAL},
    .see_also = {"efabench-mpi", "efabench report", "efabench compare", "efabench gate"},
};

const struct eb_manual eb_manual_worker = {
    .program = EB_PROGRAM_WORKER,
    .name = "efabench-mpi",
    .summary = "one launch, under mpirun: measure over every arm, print the comparison",
    .synopsis = {"mpirun -n 2 efabench-mpi [OPTIONS] [KERNEL...]", "mpirun ... efabench-mpi --doctor"},
    .description =
        {"Measures one launch over every arm and prints the comparison; efabench run starts several of "
         "them. With --doctor it looks whether every node is ready for EFA instead."},
    .lists = MEASURED_LISTS,
    .examples =
        {
            {"mpirun -n 2 efabench-mpi -p tcp -s 8 pingpong", "libfabric's tcp, one size", EB_RUNS_WITH_MPI},
            {"mpirun -n 2 efabench-mpi --arm k=sockets@lo --arm k4=sockets@lo,flows=4 -s 64K bandwidth",
             "kernel TCP, one connection beside four", EB_RUNS_WITH_MPI},
            {"mpirun -n 8 efabench-mpi --arm efa=ofi:efa@efa --pairs 4 message_rate",
             "four pairs at work at once", EB_RUNS_ON_HOSTS},
            {"mpirun -n 4 --hostfile hosts --map-by node efabench-mpi --arm ena=sockets@ena screen",
             "all pairs of four hosts", EB_RUNS_ON_HOSTS},
            {"mpirun --host node1,node2 efabench-mpi --doctor", "are both nodes ready for EFA?",
             EB_RUNS_ON_HOSTS},
        },
    .exits =
        {
            {"0", "measured; --doctor: ready", NULL},
            {"1", "--doctor: something is wrong", NULL},
            {"2", "usage or internal: a rank died, a timeout", NULL},
            {"4", "--validate found a wrong byte", NULL},
            {"5", WRONG_PATH, NULL},
            {"77", "this machine lacks a device that was asked for", NULL},
        },
    .files = {{"FILE.journal",
               "what was measured so far, beside --output FILE; efabench report reads that of a launch that "
               "was cut "
               "short",
               NULL}},
    .environment = {AS_ROOT, FI_VARIABLES, EB_MANUAL_TERMINAL},
    .see_also = {"efabench run", "efabench doctor", "efabench report"},
};

const struct eb_manual eb_manual_adapters = {
    .program = EB_PROGRAM_ADAPTERS,
    .name = "efabench adapters",
    .summary = "ENI, ENA, 82599 VF, EFA: what each is, what is here, what to expect",
    .synopsis = {"efabench adapters [OPTIONS]"},
    .description =
        {"Shows what ENI, ENA, 82599 VF and EFA are, what this machine has, what to expect of it and "
         "when to use which; with --instance what an instance type has, on any machine. Every figure "
         "stands beside its source."},
    .examples =
        {
            {"efabench adapters", "this machine, then all adapters", EB_RUNS_ANYWHERE},
            {"efabench adapters --instance c5n.18xlarge", "what to expect of a type", EB_RUNS_ANYWHERE},
            {"efabench adapters --format json", "everything, for programs", EB_RUNS_ANYWHERE},
        },
    .exits = {{"0", "shown", NULL}, {"2", "usage: a type that is not in the catalogue", NULL}},
    .files = {{"/sys/class/net, /sys/class/infiniband", "where the devices of this machine are looked up",
               NULL}},
    .see_also = {"efabench doctor", "efabench audit"},
};

const struct eb_manual eb_manual_doctor = {
    .program = EB_PROGRAM_DOCTOR,
    .name = "efabench doctor",
    .summary = "look whether this node is ready for EFA",
    .synopsis = {"efabench doctor [OPTIONS]"},
    .description =
        {"Looks whether this node is ready for EFA: what was found, why it matters, what mends it. "
         "Every node at once: mpirun ... efabench-mpi --doctor"},
    .examples =
        {
            {"efabench doctor", "this node", EB_RUNS_ANYWHERE},
            {"efabench doctor --format json", "the same for programs", EB_RUNS_ANYWHERE},
        },
    .exits =
        {
            {"0", "ready (warnings are printed)", NULL},
            {"1", "something is wrong", NULL},
            {"2", "usage", NULL},
            {"77", "no EFA here", NULL},
        },
    .files = {{"/sys, /proc", "what is looked at; --sysroot DIR looks below DIR", NULL}},
    .environment = {{"FI_*, RDMAV_*, I_MPI_*, LD_LIBRARY_PATH",
                     "looked at too: some make EFA fail or be left out", NULL}},
    .see_also = {"efabench adapters", "efabench-mpi"},
};
