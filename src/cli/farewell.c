#include "cli/farewell.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void heard_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGUSR2); /* ours, to end the thread */
}

static void say(const struct eb_farewell *farewell)
{
    char doing[200];
    char host[64] = "";
    char peer[64] = "";
    char line[512];
    int awaited = -1;
    eb_whereabouts_say(&farewell->whereabouts, doing, sizeof doing, &awaited);
    if (!doing[0] || farewell->rank > 1)
        return;
    gethostname(host, sizeof host - 1);
    if (awaited >= 0)
        snprintf(peer, sizeof peer, ", having waited for rank %d last", awaited);
    int length =
        snprintf(line, sizeof line,
                 "%s: %s, rank %d on host %s: told to end (SIGTERM)%s: another rank has died, or the "
                 "launch was ended\n",
                 farewell->program, doing, farewell->rank < 0 ? 0 : farewell->rank, host, peer);
    /* not through stdio, whose lock the other thread may hold for ever */
    ssize_t written = write(STDERR_FILENO, line, (size_t)length);
    (void)written;
}

static void *listen_for_end(void *argument)
{
    const struct eb_farewell *farewell = argument;
    sigset_t heard;
    int signal_number = 0;
    heard_signals(&heard);
    while (sigwait(&heard, &signal_number) != 0)
        ;
    if (signal_number != SIGTERM)
        return NULL;
    say(farewell);
    signal(SIGTERM, SIG_DFL);
    sigdelset(&heard, SIGUSR2);
    pthread_sigmask(SIG_UNBLOCK, &heard, NULL);
    raise(SIGTERM);
    return NULL;
}

enum eb_status eb_farewell_open(struct eb_farewell *farewell, const char *program, int rank,
                                struct eb_error *err)
{
    sigset_t heard;
    farewell->program = program;
    farewell->rank = rank;
    heard_signals(&heard);
    pthread_sigmask(SIG_BLOCK, &heard, &farewell->old_mask);
    int code = pthread_create(&farewell->thread, NULL, listen_for_end, farewell);
    farewell->is_open = code == 0;
    if (farewell->is_open)
        return EB_OK;
    pthread_sigmask(SIG_SETMASK, &farewell->old_mask, NULL);
    return eb_error_set(err, EB_INTERNAL, "thread", code, "pthread_create: %s", strerror(code));
}

void eb_farewell_close(struct eb_farewell *farewell)
{
    if (!farewell->is_open)
        return;
    pthread_kill(farewell->thread, SIGUSR2);
    pthread_join(farewell->thread, NULL);
    pthread_sigmask(SIG_SETMASK, &farewell->old_mask, NULL);
    farewell->is_open = 0;
}
