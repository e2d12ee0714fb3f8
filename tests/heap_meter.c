#include "heap_meter.h"

#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local struct heap_meter *used;

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
int __real_posix_memalign(void **memory, size_t alignment, size_t bytes);
void __real_free(void *memory);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t bytes);
void __wrap_free(void *memory);

static void *came(void *memory)
{
    if (!used || !memory)
        return memory;
    used->now_bytes += malloc_usable_size(memory);
    if (used->now_bytes > used->most_bytes)
        used->most_bytes = used->now_bytes;
    return memory;
}

static void goes(void *memory)
{
    size_t bytes = used && memory ? malloc_usable_size(memory) : 0;
    if (bytes > 0)
        used->now_bytes -= bytes < used->now_bytes ? bytes : used->now_bytes;
}

void *__wrap_malloc(size_t bytes)
{
    return came(__real_malloc(bytes));
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return came(__real_calloc(count, bytes));
}

void *__wrap_realloc(void *memory, size_t bytes)
{
    goes(memory);
    return came(__real_realloc(memory, bytes));
}

int __wrap_posix_memalign(void **memory, size_t alignment, size_t bytes)
{
    int failure = __real_posix_memalign(memory, alignment, bytes);
    if (!failure)
        came(*memory);
    return failure;
}

void __wrap_free(void *memory)
{
    goes(memory);
    __real_free(memory);
}

void heap_meter_use(struct heap_meter *meter)
{
    used = meter;
}

void heap_meter_watch_jansson(void)
{
    json_set_alloc_funcs(__wrap_malloc, __wrap_free);
}
