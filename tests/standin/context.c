/* FI_CONTEXT2: who posts hands over a struct fi_context2 that the provider writes into until the completion.
 * The stand-in does write into it, and looks whether anybody else did. */
#include "standin.h"

static void *mark_of(const struct si_ep *ep, const void *context, size_t i)
{
    return (void *)((uintptr_t)ep ^ (uintptr_t)context ^ (i * 0x9e3779b9u));
}

void si_context_take(struct si_ep *ep, const char *call, void *context)
{
    struct fi_context2 *whole = context;
    if (!context)
        si_trap("context", call,
                "efa-direct needs a struct fi_context2 (FI_CONTEXT2), and the context is NULL");
    for (size_t i = 0; i < ep->context_count; i++) {
        const char *other = ep->contexts[i];
        const char *mine = context;
        if (mine == other)
            si_trap("context", call, "the context %p is that of an operation still under way", context);
        if (mine < other + sizeof *whole && other < mine + sizeof *whole)
            si_trap("context", call,
                    "the %zu bytes of the context %p overlap those of an operation under way", sizeof *whole,
                    context);
    }
    for (size_t i = 0; i < 8; i++)
        whole->internal[i] = mark_of(ep, context, i);
    ep->contexts[ep->context_count++] = context;
}

void si_context_give_back(struct si_ep *ep, void *context)
{
    const struct fi_context2 *whole = context;
    for (size_t i = 0; i < ep->context_count; i++)
        if (ep->contexts[i] == context)
            ep->contexts[i] = ep->contexts[--ep->context_count];
    for (size_t i = 0; i < 8; i++)
        if (whole->internal[i] != mark_of(ep, context, i))
            si_trap("context-changed", "fi_cq_read",
                    "the context %p was written to while its operation was under way", context);
}
