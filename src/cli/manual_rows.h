/* The rows of the one table of commands, for cli/manual.c. */
#ifndef EB_CLI_MANUAL_ROWS_H
#define EB_CLI_MANUAL_ROWS_H

#include "cli/manual.h"

/* ENVIRONMENT of whatever shows a report on a terminal. */
#define EB_MANUAL_TERMINAL                                                                                   \
    {"NO_COLOR", "when it is not empty: no colours on a terminal", NULL},                                    \
    {                                                                                                        \
        "TERM, COLORTERM, LC_ALL, LC_CTYPE, LANG", "which colours and signs the terminal has", NULL          \
    }

/* cli/manual_measure_rows.c: what is and what was measured, and on what */
extern const struct eb_manual eb_manual_overview;
extern const struct eb_manual eb_manual_run;
extern const struct eb_manual eb_manual_worker;
extern const struct eb_manual eb_manual_adapters;
extern const struct eb_manual eb_manual_doctor;

/* cli/manual_judge_rows.c: what is made of records */
extern const struct eb_manual eb_manual_report;
extern const struct eb_manual eb_manual_plot;
extern const struct eb_manual eb_manual_compare;
extern const struct eb_manual eb_manual_gate;
extern const struct eb_manual eb_manual_history;
extern const struct eb_manual eb_manual_import;
extern const struct eb_manual eb_manual_audit;
extern const struct eb_manual eb_manual_screen;

#endif
