/* Processes that a launch left behind on this host: ranks of a launcher that was killed, and that are
 * stopped, hear of nothing. */
#ifndef EB_CLI_ORPHANS_H
#define EB_CLI_ORPHANS_H

/* From now on whoever loses its parent below this process becomes its child. */
void eb_orphans_adopt(void);

/* Kills and reaps adopted children that run the worker, and their children that do, for 5 s at most; reaps
 * other adopted ones that have ended. What else launchers leave, such as the connection that ssh shares, is
 * none of ours. */
void eb_orphans_end(const char *worker);

#endif
