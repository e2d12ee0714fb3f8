/* What a thread has of the heap, and what was the most: the program is linked with HEAP_METER_WRAPS
 * (Makefile.am), so that the calls of our own code come here first. What libraries allocate by themselves is
 * not seen, but for jansson's, which heap_meter_watch_jansson hands on. Counts, and no resident memory: the
 * same on every machine. */
#ifndef TESTS_HEAP_METER_H
#define TESTS_HEAP_METER_H

#include <stddef.h>

struct heap_meter {
    size_t now_bytes;
    size_t most_bytes;
};

/* What the calling thread allocates and frees counts there from now on; NULL: nowhere. Memory must be freed
 * by the thread that allocated it to be counted off. */
void heap_meter_use(struct heap_meter *meter);
void heap_meter_watch_jansson(void);

#endif
