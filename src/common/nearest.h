/* Which word was meant? */
#ifndef EB_COMMON_NEAREST_H
#define EB_COMMON_NEAREST_H

/* Letters to insert, remove or replace until word, in small letters, is known (Levenshtein, Soviet Physics
 * Doklady 10, 1966). Of each at most the first 64 letters count. */
unsigned eb_nearest_distance(const char *word, const char *known);

#endif
