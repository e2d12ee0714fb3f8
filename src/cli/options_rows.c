#include "cli/options_rows.h"

#include <stddef.h>

#define AT(field) offsetof(struct eb_options, field)
#define FLAG EB_OPTION_FLAG
#define TEXT EB_OPTION_TEXT
#define COUNT EB_OPTION_COUNT
#define PERCENT EB_OPTION_PERCENT
#define LEVEL EB_OPTION_LEVEL
#define PROVIDER EB_OPTION_PROVIDER
#define LIST EB_OPTION_LIST
#define ARM_SIDES EB_OPTION_ARM_SIDES
#define VARIANT_SIDES EB_OPTION_VARIANT_SIDES
#define ALLOW EB_OPTION_ALLOW
#define RUN EB_PROGRAM_RUN
#define REPORT EB_PROGRAM_REPORT
#define WORKER EB_PROGRAM_WORKER
#define IMPORT EB_PROGRAM_IMPORT
#define AUDIT EB_PROGRAM_AUDIT
#define ADAPTERS EB_PROGRAM_ADAPTERS
#define DOCTOR EB_PROGRAM_DOCTOR
#define COMPARE EB_PROGRAM_COMPARE
#define GATE EB_PROGRAM_GATE
#define HISTORY EB_PROGRAM_HISTORY
#define PLOT EB_PROGRAM_PLOT
#define SCREEN EB_PROGRAM_SCREEN
#define JUDGES (COMPARE | GATE)
#define ALL (RUN | REPORT | WORKER | IMPORT | AUDIT | ADAPTERS | DOCTOR | JUDGES | HISTORY | PLOT | SCREEN)

const struct eb_option_row eb_option_rows[EB_OPTION_ROWS] = {
    {"arm", 'a', "ARM",
     "a way to move bytes, may stand several times: NAME=TRANSPORT[:PROVIDER][@INTERFACE][,key=value...]",
     RUN | WORKER, EB_OPTION_ARM, 0, 0, 0},
    {"provider", 'p', "PROVIDER", "short for --arm PROVIDER=ofi:PROVIDER", RUN | WORKER, PROVIDER, 0, 0, 0},
    {"sizes", 's', "LIST",
     "message sizes: 8, or 1,8,64K, or ranges: 1:4M (doubling), 4:1G:x4, 60K:68K:+1K (1:4M); screen: the "
     "smallest for pingpong, the largest for bandwidth (8,1M)",
     RUN | WORKER, TEXT, AT(sizes_text), 0, 0},
    {"window", 'w', "N", "messages in flight in bandwidth, bibandwidth and message_rate (64)", RUN | WORKER,
     COUNT, AT(window), 1, 65536},
    {"pairs", 0, "N", "pairs at work at once, rank i with i + n/2 (1; message_rate: all)", RUN | WORKER,
     COUNT, AT(pairs), 1, 50000},
    {"algorithm", 0, "NAME",
     "of the all-reduce: auto, recursive_doubling, ring, rabenseifner, native (auto: measured, and native on "
     "mpi)",
     RUN | WORKER, TEXT, AT(algorithm), 0, 0},
    {"type", 0, "NAME", "elements of the all-reduce: f32, f64, i32, i64 (f32)", RUN | WORKER, TEXT, AT(type),
     0, 0},
    {"operation", 0, "NAME", "of the all-reduce: sum, min, max (sum)", RUN | WORKER, TEXT, AT(operation), 0,
     0},
    {"segment", 0, "SIZE", "what the ring cuts its chunks into (1M)", RUN | WORKER, TEXT, AT(segment), 0, 0},
    {"in-place", 0, NULL, "all-reduce in place: the result takes the vector's place", RUN | WORKER, FLAG,
     AT(in_place), 0, 0},
    {"bind", 0, "WHERE",
     "core:LIST, nic (a core near the first arm's NIC) or none (nic where the launcher bound nothing)",
     RUN | WORKER, TEXT, AT(bind), 0, 0},
    {"launches", 'k', "N",
     "launches of mpirun (6: the least that gives a 95% interval of a median; screen: 1)", RUN, COUNT,
     AT(launches), 1, 500},
    {"ranks", 'n', "N", "ranks of each launch (2)", RUN, COUNT, AT(ranks), 2, 100000},
    {"sweeps", 0, "N",
     "times that each launch goes over all cases; the first is marked and left out (4; screen: 5; --osu: 1, "
     "counted)",
     RUN | WORKER, COUNT, AT(sweeps), 1, 1000},
    {"time", 't', "MS", "time budget of a case in a sweep, in milliseconds (10)", RUN | WORKER, COUNT,
     AT(time_ms), 1, 3600000},
    {"iterations", 'i', "N", "iterations of a case in a sweep, in place of the time budget", RUN | WORKER,
     COUNT, AT(iterations), 1, 10000000},
    {"min-iterations", 0, "N", "the least, whatever the time budget says (3)", RUN | WORKER, COUNT,
     AT(min_iterations), 1, 10000000},
    {"warmup", 'x', "N", "iterations before those that count (a tenth)", RUN | WORKER, COUNT, AT(warmup), 0,
     10000000},
    {"precision", 0, "PERCENT",
     "end a case in a sweep when half the 95% interval of its median is below this; --time bounds it",
     RUN | WORKER, TEXT, AT(precision), 0, 0},
    {"osu", 0, NULL,
     "as the OSU Micro-Benchmarks 7.4 do: their counts, where they post, what they time and average",
     RUN | WORKER, FLAG, AT(osu), 0, 0},
    {"cold", 0, NULL, "rotate buffers over twice the last-level cache", RUN | WORKER, FLAG, AT(cold), 0, 0},
    {"huge-pages", 0, NULL, "buffers of huge pages", RUN | WORKER, FLAG, AT(huge_pages), 0, 0},
    {"refine", 0, NULL, "look for jumps between two sizes, and measure sizes closer to them", RUN | WORKER,
     FLAG, AT(refine), 0, 0},
    {"seed", 0, "N", "repeats the order of a run (else random; the record says it)", RUN | WORKER, COUNT,
     AT(seed), 0, INT64_MAX},
    {"validate", 0, NULL, "check every byte in iterations of their own; a wrong one is exit 4", RUN | WORKER,
     FLAG, AT(validate), 0, 0},
    {"raw", 0, NULL, "keep every sample in the record", RUN | WORKER, FLAG, AT(raw), 0, 0},
    {"allow-same-host", 0, NULL,
     "let an arm that means an adapter run with all ranks on one host, and screen take several ranks of one; "
     "the record is marked",
     RUN | WORKER, FLAG, AT(allow_same_host), 0, 0},
    {"allow-wrong-path", 0, NULL,
     "keep figures that the NIC's counters, or the arm's own name, contradict; they are marked", RUN | WORKER,
     FLAG, AT(allow_wrong_path), 0, 0},
    {"arm", 0, "ARM", "what the figures claim to be: a name, or an arm such as ena=sockets@ena,flows=1",
     IMPORT | AUDIT, TEXT, AT(claimed_arm), 0, 0},
    {"instance", 0, "TYPE", "the EC2 instance type, such as c5n.18xlarge", IMPORT | AUDIT | ADAPTERS, TEXT,
     AT(instance), 0, 0},
    {"nodes", 0, "N", "hosts that the figures were measured on", IMPORT | AUDIT, COUNT, AT(nodes), 1, 100000},
    {"ranks", 0, "N", "ranks that they were measured with, where the text does not say", IMPORT, COUNT,
     AT(told_ranks), 1, 10000000},
    {"sysroot", 0, "DIR", "look for sysfs, procfs and limits below DIR instead of on this host",
     ADAPTERS | DOCTOR | WORKER, TEXT, AT(sysroot), 0, 0},
    {"doctor", 0, NULL, "look whether every node is ready for EFA, and measure nothing", WORKER, FLAG,
     AT(doctor), 0, 0},
    {"timeout", 0, "S", "seconds without any sign of a rank before the launch is ended (60)", RUN | WORKER,
     COUNT, AT(timeout_s), 1, 86400},
    {"launcher", 0, "COMMAND", "what starts the ranks, without a shell; '-n RANKS' is appended (mpirun)", RUN,
     TEXT, AT(launcher), 0, 0},
    {"worker", 0, "FILE", "the efabench-mpi to start (the one beside efabench)", RUN, TEXT, AT(worker), 0, 0},
    {"variant", 0, "NAME[=ENV]",
     "launches under an environment, such as old=LD_LIBRARY_PATH=/opt/old/lib (several variables: spaces "
     "between); may stand "
     "several times, and their launches are interleaved at random",
     RUN, LIST, AT(variants), AT(variant_count), EB_VARIANTS_MAX},
    {"variant", 0, "NAME", "name of the environment of this launch in the record (default)", WORKER, TEXT,
     AT(variant), 0, 0},
    {"launch-index", 0, "N", "number of this launch in a run: part of the seed (0)", WORKER, COUNT,
     AT(launch_index), 0, 1000000},
    {"crossover", 0, "ARM=NAME:SIZE", "what auto is: recursive doubling up to the size, NAME above", WORKER,
     LIST, AT(crossovers), AT(crossover_count), EB_ARMS_MAX},
    {"added", 0, "KERNEL=SIZE", "one more size of one kernel, as --refine found it", WORKER, LIST, AT(added),
     AT(added_count), EB_ADDED_MAX},
    {"stream", 0, NULL, "write the journal to standard output, for efabench run", WORKER, FLAG, AT(stream), 0,
     0},
    {"arm", 0, "ARM", "compare two arms of one record: --arm BASE --arm NEW", COMPARE, ARM_SIDES, 0, 0, 0},
    {"variant", 0, "NAME", "compare two variants of one record: --variant BASE NEW", COMPARE, VARIANT_SIDES,
     0, 0, 0},
    {"baseline", 'b', "RECORD", "hold it against another record", GATE, TEXT, AT(baseline_record), 0, 0},
    {"control", 0, "VARIANT",
     "hold it against the pinned control whose launches were interleaved with it; with --history or "
     "--baseline too the "
     "control is held against these, and where it moved as well the verdict is ENVIRONMENT",
     GATE, TEXT, AT(control), 0, 0},
    {"history", 0, "DB", "hold it against the nights before, from efabench history", GATE, TEXT, AT(history),
     0, 0},
    {"alpha", 0, "LEVEL", "family-wise error rate of the table (0.05)", JUDGES, LEVEL, AT(alpha), 0, 0},
    {"delta", 0, "PERCENT",
     "a change that is not worth telling (2; with gate --history that of the database)", JUDGES, PERCENT,
     AT(delta), 0, 0},
    {"delta", 0, "PERCENT",
     "add and rebuild: what a new database takes as not worth telling, for all its nights (2)", HISTORY,
     PERCENT, AT(delta), 0, 0},
    {"tolerance", 0, "PERCENT",
     "no pass while the interval of a series leaves room for it to be worse by more (5)", JUDGES, PERCENT,
     AT(tolerance), 0, 0},
    {"allow", 0, "[=WHAT]",
     "compare what is not alike: kind, kernels, arms, ranks, hosts, instance, definition, path (kept "
     "by --allow-wrong-path), missing, with commas; all without a "
     "word; the result says so",
     JUDGES, ALLOW, AT(allow), 0, 0},
    {"seed", 0, "N", "of random relabellings (1)", JUDGES, COUNT, AT(seed), 0, INT64_MAX},
    {"job", 0, "NAME",
     "what prometheus and emf call this check (label and dimension 'profile'), so that several of one host "
     "do "
     "not collide (efabench)",
     JUDGES, TEXT, AT(job), 0, 0},
    {"write", 0, "FORMAT=FILE", "one more file in one more format; may stand several times", JUDGES, LIST,
     AT(writes), AT(write_count), EB_WRITES_MAX},
    {"alpha", 0, "LEVEL", "family-wise error rate of all that may be named (0.05)", SCREEN, LEVEL, AT(alpha),
     0, 0},
    {"delta", 0, "PERCENT",
     "a host or link that is slower by less is not slow; of tails five times that (10)", SCREEN, PERCENT,
     AT(delta), 0, 0},
    {"variant", 0, "NAME", "of a record with several variants: the one that is screened", SCREEN, TEXT,
     AT(variant), 0, 0},
    {"hostfile", 0, "FILE",
     "of a screening: write the hosts without the slow ones, one a line, for mpirun --hostfile and srun "
     "--nodelist",
     RUN | SCREEN, TEXT, AT(hostfile), 0, 0},
    {"reason", 0, "TEXT", "accept: why the shift is accepted", HISTORY, TEXT, AT(reason), 0, 0},
    {"by", 0, "NAME", "accept: who accepts it", HISTORY, TEXT, AT(by), 0, 0},
    {"from", 0, "NIGHT",
     "accept: the first night of the new level, as list shows them (the first of the red or suspect run that "
     "reaches the latest night)",
     HISTORY, TEXT, AT(from), 0, 0},
    {"match", 0, "TEXT", "show: the series whose name holds this", HISTORY, TEXT, AT(match), 0, 0},
    {"last", 0, "N", "list and show: the latest nights only", HISTORY, COUNT, AT(last), 1, 1000000},
    {"history", 0, "DB", "with html and pictures: the nights before, from efabench history", REPORT | PLOT,
     TEXT, AT(history), 0, 0},
    {"output", 'o', "WHERE",
     "a directory for the pictures, or a file that ends in .svg or .png for one (the directory here)", PLOT,
     TEXT, AT(output), 0, 0},
    {"output", 'o', "FILE", "the record; what FILE held is kept as FILE~", RUN | WORKER, TEXT, AT(output), 0,
     0},
    {"resume", 0, "FILE",
     "go on with the run that made this record and was ended before its last launch: same options, same "
     "order; "
     "its partial launch is done again",
     RUN, TEXT, AT(resume), 0, 0},
    {"output", 'o', "FILE", "the record, in place of standard output", IMPORT, TEXT, AT(output), 0, 0},
    {"output", 'o', "FILE", "where to write, in place of standard output",
     REPORT | AUDIT | JUDGES | HISTORY | SCREEN, TEXT, AT(output), 0, 0},
    {"format", 'f', "NAME",
     "text, csv, json, html (a page with plots), or without ratios: markdown, bencher, benchmark-smaller, "
     "benchmark-bigger, prometheus, emf (text)",
     REPORT, TEXT, AT(format), 0, 0},
    {"format", 0, "NAME", "text or json (text)", AUDIT | ADAPTERS | DOCTOR, TEXT, AT(format), 0, 0},
    {"format", 'f', "NAME",
     "text, csv, markdown, json, junit, bencher, benchmark-smaller, benchmark-bigger, prometheus or emf "
     "(text)",
     JUDGES, TEXT, AT(format), 0, 0},
    {"format", 'f', "NAME", "text, csv (a row for each pair) or json (text)", SCREEN, TEXT, AT(format), 0, 0},
    {"format", 'f', "NAME", "svg or png (svg)", PLOT, TEXT, AT(format), 0, 0},
    {"format", 'f', "NAME", "text, csv or json (text)", RUN | WORKER | HISTORY, TEXT, AT(format), 0, 0},
    {"baseline", 'b', "ARM", "the arm that ratios are taken to (the first kernel TCP arm)",
     RUN | REPORT | WORKER | PLOT, TEXT, AT(baseline), 0, 0},
    {"against", 0, "RECORD", "another record to show beside it", RUN | REPORT | PLOT, TEXT, AT(against), 0,
     0},
    {"help", 'h', NULL, "this text", ALL, FLAG, AT(help), 0, 0},
    {"version", 0, NULL, "version and source", ALL, FLAG, AT(version), 0, 0},
};
