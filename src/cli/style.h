/* What standard output can show. */
#ifndef EB_CLI_STYLE_H
#define EB_CLI_STYLE_H

#include "judge/report/style.h"

/* Plain unless standard output is a terminal. There: no escape sequence where TERM is dumb or empty or
 * NO_COLOR is set and not empty (no-color.org); signs where the locale's characters are UTF-8; the terminal's
 * width or COLUMNS, EB_STYLE_WIDTH at least.
 *
 * Open MPI gives its ranks a terminal of no size, whatever its own output is: under a launcher such a one
 * counts as what the launcher on this host writes to. */
struct eb_style eb_style_of_output(void);

/* Whether the characters of the user's locale are UTF-8. */
int eb_style_has_utf8(void);

#endif
