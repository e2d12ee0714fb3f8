#include "common/nearest.h"

#include <ctype.h>
#include <string.h>

#define WORD_MAX 64

unsigned eb_nearest_distance(const char *word, const char *known)
{
    unsigned row[WORD_MAX + 1];
    size_t width = strnlen(known, WORD_MAX);
    for (size_t j = 0; j <= width; j++)
        row[j] = (unsigned)j;
    for (size_t i = 0; i < WORD_MAX && word[i]; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i + 1;
        for (size_t j = 0; j < width; j++) {
            unsigned replaced = diagonal + (tolower((unsigned char)word[i]) != known[j]);
            diagonal = row[j + 1];
            row[j + 1] = (diagonal < row[j] ? diagonal : row[j]) + 1;
            if (replaced < row[j + 1])
                row[j + 1] = replaced;
        }
    }
    return row[width];
}
