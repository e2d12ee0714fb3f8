/* What efabench history does to a database: words, for the command, --help and the completion. */
#ifndef EB_CLI_HISTORY_ACTIONS_H
#define EB_CLI_HISTORY_ACTIONS_H

#include "cli/manual.h"

enum eb_history_action {
    EB_HISTORY_ADD,
    EB_HISTORY_LIST_NIGHTS,
    EB_HISTORY_SHOW_SERIES,
    EB_HISTORY_ACCEPT,
    EB_HISTORY_EXPORT_ALL,
    EB_HISTORY_CHECK,
    EB_HISTORY_REBUILD,
    EB_HISTORY_ACTIONS,
};

/* words are the records that an action takes; NULL: none. */
extern const struct eb_manual_term eb_history_actions[EB_HISTORY_ACTIONS];

/* The same as a list of the manual. */
int eb_history_action_term(size_t index, struct eb_manual_term *term);

#endif
