#include "cli/history_actions.h"
#include "cli/manual_rows.h"
#include "judge/import/import.h"
#include "judge/nights.h"

#define TEXT_OF(number) #number
#define AS_TEXT(number) TEXT_OF(number)
#define A_RECORD "efabench-record/1, as JSON, or the journal of a launch that was cut short"

static int importer(size_t index, struct eb_manual_term *term)
{
    const struct eb_importer *const *importers = eb_importers();
    size_t i = 0;
    while (i < index && importers[i])
        i++;
    if (!importers[i])
        return 0;
    *term = (struct eb_manual_term){.name = importers[i]->name, .text = importers[i]->summary};
    return 1;
}

const struct eb_manual eb_manual_report = {
    .program = EB_PROGRAM_REPORT,
    .name = "efabench report",
    .summary = "show a record: as text, csv, json, a page with plots, and more",
    .synopsis = {"efabench report [OPTIONS] RECORD", "efabench report [OPTIONS] --format html RUN..."},
    .description =
        {"Shows a record, or the journal of a launch that was cut short; as a page of one file, with plots "
         "where gnuplot is installed, also several. A value is the median over "
         "launches of each launch's median, a ratio that of an arm to the baseline arm, with its 95% "
         "interval where there are launches enough."},
    .examples =
        {
            {"efabench report run.json", "as text for a terminal", EB_RUNS_ANYWHERE},
            {"efabench report run.json --against results/baselines/c5n.18xlarge-2019.json",
             "beside what others measured", EB_RUNS_ANYWHERE},
            {"efabench report run.json --format csv -o run.csv", "into a file, for a spreadsheet",
             EB_RUNS_ANYWHERE},
            {"efabench report --format html -o run.html run.json", "a page for a browser", EB_RUNS_ANYWHERE},
            {"efabench report --format html -o week.html today.json yesterday.json", "two runs on one page",
             EB_RUNS_ANYWHERE},
        },
    .exits =
        {
            {"0", "shown", NULL},
            {"2", "usage, or the output cannot be written", NULL},
            {"4", "the record is missing, cut or invalid", NULL},
            {"5", "the witness refused every path", NULL},
        },
    .files = {{"RECORD, RUN", A_RECORD, NULL}},
    .environment = {EB_MANUAL_TERMINAL},
    .see_also = {"efabench run", "efabench plot", "efabench compare"},
};

const struct eb_manual eb_manual_plot = {
    .program = EB_PROGRAM_PLOT,
    .name = "efabench plot",
    .summary = "a record's pictures as SVG or PNG files, drawn by gnuplot",
    .synopsis = {"efabench plot [OPTIONS] RECORD [PICTURE...]"},
    .description =
        {"Draws the pictures of a report as files, for a paper or a slide, and prints their names: "
         "DIR/latency.svg and so on. A PICTURE is such a name, or its first words (tail: all of "
         "tail-8B, tail-4KiB, ...); without any all are drawn. Needs gnuplot."},
    .examples =
        {
            {"efabench plot run.json", "all pictures, in this directory", EB_RUNS_WITH_GNUPLOT},
            {"efabench plot run.json -o figures latency bandwidth", "two of them, in another one",
             EB_RUNS_WITH_GNUPLOT},
            {"efabench plot run.json -o latency.png latency", "one of them, as PNG", EB_RUNS_WITH_GNUPLOT},
        },
    .exits =
        {
            {"0", "drawn", NULL},
            {"2", "usage, a picture that is not there, or a file that cannot be written", NULL},
            {"4", "a record or the database cannot be read", NULL},
            {"5", "the witness refused every path", NULL},
            {"77", "no gnuplot that can draw", NULL},
        },
    .files = {{"RECORD", A_RECORD, NULL}},
    .see_also = {"efabench report", "efabench history"},
};

const struct eb_manual eb_manual_compare = {
    .program = EB_PROGRAM_COMPARE,
    .name = "efabench compare",
    .summary = "which series are worse, better or the same, and how surely",
    .synopsis = {"efabench compare [OPTIONS] BASE NEW", "efabench compare [OPTIONS] RUN --arm BASE --arm NEW",
                 "efabench compare [OPTIONS] RUN --variant BASE NEW"},
    .description =
        {"Says of every series whether it is worse, better, the same or not known, by how much and how "
         "surely, with one error rate for the whole table. BASE, NEW and RUN are records. Records "
         "that are not alike are not compared: see --allow."},
    .examples =
        {
            {"efabench compare yesterday.json today.json", "two records", EB_RUNS_ANYWHERE},
            {"efabench compare run.json --arm ena --arm efa --write markdown=sum.md",
             "two arms of one record, launch by launch, and a summary for a merge request", EB_RUNS_ANYWHERE},
            {"efabench compare run.json --variant old new --delta 1 --format json",
             "two variants of one record, block by block; 1% is worth telling", EB_RUNS_ANYWHERE},
        },
    .exits =
        {
            {"0", "nothing is worse", NULL},
            {"1", "something is worse", NULL},
            {"2", "usage", NULL},
            {"3", "inconclusive: the last line says what would help", NULL},
            {"4", "a series is missing, the records are not alike or cannot be read", NULL},
            {"5", "the witness refused every path, or one whose figures were kept (--allow=path)", NULL},
        },
    .files = {{"BASE, NEW, RUN", A_RECORD, NULL}},
    .see_also = {"efabench run", "efabench gate", "efabench report"},
};

const struct eb_manual eb_manual_gate = {
    .program = EB_PROGRAM_GATE,
    .name = "efabench gate",
    .summary = "one exit code: against a baseline, a control or the nights before",
    .synopsis = {"efabench gate RECORD --baseline FILE",
                 "efabench gate RECORD --control VARIANT [--baseline FILE | --history DB]",
                 "efabench gate RECORD --history DB"},
    .description =
        {"One exit code for a nightly job. A control is a variant of RECORD that does not change, such as a "
         "known-good library, measured in the same blocks as the others (efabench run --variant): the "
         "surest, "
         "because night and place cancel. With --baseline or --history beside it the control itself is held "
         "against these: where it has moved the verdict is environment, unless a series is worse than a "
         "control "
         "that has not moved there. A --baseline of no use to a control is a note.",
         "Launches: at --alpha 0.05 at least 6 blocks for one variant beside the control, 7 for two, 8 for "
         "four "
         "(2/2^k may be at most alpha/variants), or 4 launches of a record and of its --baseline; fewer can "
         "find "
         "nothing: too few."},
    .examples =
        {
            {"efabench gate tonight.json --control old --write junit=gate.xml",
             "against the variant old of the same run, and the verdicts for a CI server", EB_RUNS_ANYWHERE},
            {"efabench gate today.json --baseline yesterday.json", "against another record",
             EB_RUNS_ANYWHERE},
            {"efabench gate tonight.json --history nights.db", "against the nights before",
             EB_RUNS_WITH_SQLITE},
        },
    .exits =
        {
            {"0", "pass", NULL},
            {"1", "regressed", NULL},
            {"2", "usage", NULL},
            {"3",
             "inconclusive: suspect (once out of line with the past: a second run decides), environment (the "
             "control has moved as well), too few launches or nights, or too wide",
             NULL},
            {"4",
             "a series, or a variant that the run names, is missing, or records are not alike or cannot be "
             "read",
             NULL},
            {"5", "the witness refused every path", NULL},
        },
    .files = {{"RECORD, FILE", A_RECORD, NULL}, {"DB", "a database of efabench history", NULL}},
    .see_also = {"efabench run", "efabench compare", "efabench history"},
};

const struct eb_manual eb_manual_history = {
    .program = EB_PROGRAM_HISTORY,
    .name = "efabench history",
    .summary = "the nights before: add, list, show, accept, export, check",
    .synopsis = {"efabench history DB ACTION [OPTIONS] ..."},
    .description =
        {"Keeps the records of many nights in one file, for efabench gate --history.",
         "A night is learning while fewer than " AS_TEXT(
             EB_NIGHTS_LEAST) " nights are before it, quiet, suspect when it is out of line, red when "
                              "the run beside it is suspect too. Red nights are no measure for later "
                              "ones; a shift becomes one when somebody accepts it."},
    .lists = {{"Actions", eb_history_action_term}},
    .examples =
        {
            {"efabench history nights.db add tonight.json", "one more night", EB_RUNS_WITH_SQLITE},
            {"efabench history nights.db list --last 7", "the nights of a week", EB_RUNS_WITH_SQLITE},
            {"efabench history nights.db show --match \"bandwidth bandwidth, efa\"",
             "where some series changed", EB_RUNS_WITH_SQLITE},
            {"efabench history nights.db export --format json -o nights.json", "everything, for programs",
             EB_RUNS_WITH_SQLITE},
        },
    .exits =
        {
            {"0", "good", NULL},
            {"2", "usage", NULL},
            {"4", "a record or the database cannot be read", NULL},
            {"5", "figures of a record went another path (--allow-wrong-path)", NULL},
        },
    .files = {{"DB", "an SQLite database", NULL}},
    .see_also = {"efabench gate", "efabench run"},
};

const struct eb_manual eb_manual_import = {
    .program = EB_PROGRAM_IMPORT,
    .name = "efabench import",
    .summary = "make a record of what OSU or another tool printed",
    .synopsis = {"efabench import TOOL [OPTIONS] FILE..."},
    .description =
        {"Makes a record of what another tool printed; FILE may be - for standard input. A figure that "
         "stands in several files is one of several runs, so that six files give it an interval. "
         "Without -o the record goes to standard output."},
    .lists = {{"Tools", importer}},
    .examples =
        {
            {"efabench import osu osu_latency.txt --arm efa --instance c5n.18xlarge --nodes 2 -o theirs.json",
             "what osu_latency printed, and what it claims to be", EB_RUNS_ANYWHERE},
            {"efabench import osu -o osu.json --arm efa=ofi:efa --nodes 2 run*/osu_latency",
             "several runs, for intervals", EB_RUNS_ANYWHERE},
        },
    .exits =
        {
            {"0", "imported; lines that were left aside are counted on standard error", NULL},
            {"2", "usage, or the record cannot be written", NULL},
            {"4", "a file cannot be read, holds no figure or contradicts itself", NULL},
        },
    .see_also = {"efabench audit", "efabench report"},
};

const struct eb_manual eb_manual_audit = {
    .program = EB_PROGRAM_AUDIT,
    .name = "efabench audit",
    .summary = "is it too good to be true? holds a record against what is possible",
    .synopsis = {"efabench audit [OPTIONS] RECORD"},
    .description =
        {"Holds every figure of a record, imported or measured, against what is physically possible for "
         "the adapter and the instance type that it claims."},
    .examples =
        {
            {"efabench audit theirs.json", "an imported record", EB_RUNS_ANYWHERE},
            {"efabench audit run.json --format json -o audit.json",
             "every figure and every check, for programs", EB_RUNS_ANYWHERE},
        },
    .exits =
        {
            {"0", "nothing is implausible", NULL},
            {"1", "something is implausible", NULL},
            {"2", "usage", NULL},
            {"3", "nothing could be judged", NULL},
            {"4", "the record cannot be read", NULL},
        },
    .files = {{"RECORD", A_RECORD, NULL}},
    .see_also = {"efabench import", "efabench adapters"},
};

const struct eb_manual eb_manual_screen = {
    .program = EB_PROGRAM_SCREEN,
    .name = "efabench screen",
    .summary = "which host, NIC or link is slow? reads the matrix of all pairs of hosts",
    .synopsis = {"efabench screen [OPTIONS] RECORD"},
    .description = {"Reads a record of efabench run screen, in which all pairs of hosts were measured, and "
                    "names the host, "
                    "NIC or link that is slower than the others by --delta, with its evidence, at one error "
                    "rate for all "
                    "that may be named; then the matrices. What most do is not slow.",
                    "--hostfile writes the hosts that are left: without those that are named, alone or with "
                    "their NIC, and "
                    "without one end of each link that is named (the end of more such links; of as many, the "
                    "slower one)."},
    .examples =
        {
            {"efabench screen screen.json", "who is slow, and the matrices", EB_RUNS_ANYWHERE},
            {"efabench screen screen.json --hostfile good.hosts",
             "the hosts without the slow ones, for mpirun --hostfile good.hosts", EB_RUNS_ANYWHERE},
            {"efabench screen screen.json --format csv -o pairs.csv", "a row for each pair and metric",
             EB_RUNS_ANYWHERE},
        },
    .exits =
        {
            {"0", "nobody is slow", NULL},
            {"1", "somebody is named", NULL},
            {"2", "usage, or a file cannot be written", NULL},
            {"3", "inconclusive: too few hosts or sweeps, or too much noise, to tell", NULL},
            {"4",
             "the record holds no screening, or cannot be read; a hostfile would be empty, or ranks of one "
             "host were screened",
             NULL},
            {"5", "the witness refused every path", NULL},
        },
    .files = {{"RECORD", A_RECORD, NULL}},
    .environment = {EB_MANUAL_TERMINAL},
    .see_also = {"efabench run", "efabench report"},
};
