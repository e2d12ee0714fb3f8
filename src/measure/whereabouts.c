#include "measure/whereabouts.h"

#include <stdarg.h>
#include <stdio.h>

void eb_whereabouts_set(struct eb_whereabouts *whereabouts, const atomic_int *awaited, const char *format,
                        ...)
{
    va_list args;
    if (!whereabouts)
        return;
    const char *now = atomic_load(&whereabouts->now);
    char *next = whereabouts->texts[now == whereabouts->texts[0]];
    atomic_store(&whereabouts->awaited, NULL);
    if (format) {
        va_start(args, format);
        vsnprintf(next, sizeof whereabouts->texts[0], format, args);
        va_end(args);
    }
    atomic_store(&whereabouts->now, format ? next : NULL);
    atomic_store(&whereabouts->awaited, awaited);
}

char *eb_whereabouts_say(const struct eb_whereabouts *whereabouts, char *text, size_t room, int *awaited)
{
    const char *now = atomic_load(&whereabouts->now);
    const atomic_int *rank = now ? atomic_load(&whereabouts->awaited) : NULL;
    *awaited = rank ? atomic_load_explicit(rank, memory_order_relaxed) : -1;
    snprintf(text, room, "%s", now ? now : "");
    return text;
}
