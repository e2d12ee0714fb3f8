/* What a rank is doing, in words, for whoever must say it when the rank is told to end: another thread may
 * look at any time. */
#ifndef EB_MEASURE_WHEREABOUTS_H
#define EB_MEASURE_WHEREABOUTS_H

#include <stdatomic.h>
#include <stddef.h>

struct eb_whereabouts {
    char texts[2][160];        /* in turn, so that what is being read is not what is being written */
    _Atomic(const char *) now; /* one of them; NULL: nothing that anybody needs to hear of */
    _Atomic(const atomic_int *)
        awaited; /* the rank that was waited for last, below 0 none; NULL: nobody knows */
};

/* From now on the rank does this. NULL format: nothing. whereabouts may be NULL: nobody asks. */
void eb_whereabouts_set(struct eb_whereabouts *whereabouts, const atomic_int *awaited, const char *format,
                        ...) __attribute__((format(printf, 3, 4)));

/* What it does, such as "pingpong, arm k, 8 B", into text; "" when it is nothing. *awaited is the rank that
 * was waited for last, or -1. Returns text. */
char *eb_whereabouts_say(const struct eb_whereabouts *whereabouts, char *text, size_t room, int *awaited);

#endif
