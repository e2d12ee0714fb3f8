/* How many columns of a terminal a text takes.
 *
 * The locale is not asked: reports are UTF-8 wherever they go. */
#ifndef EB_JUDGE_REPORT_COLUMNS_H
#define EB_JUDGE_REPORT_COLUMNS_H

#include <stddef.h>

/* Two for a wide or full-width character (Unicode's East Asian Width), none for a combining mark of the
 * common ones, one for any other and for a byte that is no UTF-8. */
size_t eb_columns_of(const char *text);

/* text in at most columns (at least 3), its middle replaced by "..." where it is longer. In place. Returns
 * text. */
char *eb_columns_shorten(char *text, size_t columns);

#endif
