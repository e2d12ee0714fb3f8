#include "cli/history_actions.h"

const struct eb_manual_term eb_history_actions[EB_HISTORY_ACTIONS] = {
    [EB_HISTORY_ADD] = {"add", "one night for each record; DB is made when it is not there", "RECORD..."},
    [EB_HISTORY_LIST_NIGHTS] = {"list", "the nights, their states, accepted shifts", NULL},
    [EB_HISTORY_SHOW_SERIES] = {"show", "each series: its level, where it changed, slow drifts", NULL},
    [EB_HISTORY_ACCEPT] = {"accept",
                           "with --reason TEXT and --by NAME: the level since the red or suspect run that is "
                           "latest, or since --from NIGHT, is good",
                           NULL},
    [EB_HISTORY_EXPORT_ALL] = {"export", "everything as csv, or with --format json", NULL},
    [EB_HISTORY_CHECK] = {"check", "is the file sound, and all that is stored right?", NULL},
    [EB_HISTORY_REBUILD] = {"rebuild", "a new DB from records; accepted shifts are kept", "RECORD..."},
};

int eb_history_action_term(size_t index, struct eb_manual_term *term)
{
    if (index >= EB_HISTORY_ACTIONS)
        return 0;
    *term = eb_history_actions[index];
    return 1;
}
