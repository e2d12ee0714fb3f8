/* In place of manual_measure.c in programs that do not hold the measuring wing. */
#include "cli/manual_measure.h"

static int none(struct eb_manual_term *term)
{
    *term = (struct eb_manual_term){0};
    return 0;
}

int eb_manual_kernel(size_t index, struct eb_manual_term *term)
{
    (void)index;
    return none(term);
}

int eb_manual_algorithm(size_t index, struct eb_manual_term *term)
{
    (void)index;
    return none(term);
}

int eb_manual_transport(size_t index, struct eb_manual_term *term)
{
    (void)index;
    return none(term);
}

const char *eb_manual_type(size_t index)
{
    (void)index;
    return NULL;
}

const char *eb_manual_operation(size_t index)
{
    (void)index;
    return NULL;
}

const char *eb_manual_bind(size_t index)
{
    (void)index;
    return NULL;
}
