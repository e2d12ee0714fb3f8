/* The line that a rank says when it is told to end: launchers send SIGTERM to all ranks when one of them has
 * died, and the dead one can say nothing. */
#ifndef EB_CLI_FAREWELL_H
#define EB_CLI_FAREWELL_H

#include "common/status.h"
#include "measure/whereabouts.h"

#include <pthread.h>
#include <signal.h>

struct eb_farewell {
    struct eb_whereabouts whereabouts; /* nothing: there is nothing to say */
    const char *program;
    int rank;
    int is_open;
    pthread_t thread;
    sigset_t old_mask;
};

/* From now on SIGTERM is heard by a thread of its own, which sleeps until then. It says on standard error
 * what the rank was doing, and lets the signal end the process. Of all ranks only 0 and 1 (or a process that
 * is none, below 0) say it: whichever has died, one line is there, and not thousands. To be called before
 * other threads are started. farewell is zeroed, and must stay where it is until it is closed.
 * EB_INTERNAL: no thread is to be had. */
enum eb_status eb_farewell_open(struct eb_farewell *farewell, const char *program, int rank,
                                struct eb_error *err);
void eb_farewell_close(struct eb_farewell *farewell); /* takes a zeroed one */

#endif
