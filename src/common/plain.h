/* Text and numbers as they may go to a terminal or to another program. */
#ifndef EB_COMMON_PLAIN_H
#define EB_COMMON_PLAIN_H

#include <stddef.h>
#include <stdint.h>

/* Room for any text of eb_plain_number. */
#define EB_PLAIN_NUMBER 40

/* Replaces control characters by '?' in place: bytes below 0x20, 0x7f, and U+0080 to U+009F in UTF-8. Records
 * come from anywhere, and a terminal obeys such bytes. Returns text. */
char *eb_plain_clean(char *text);

/* A cleaned copy of text, owned by the caller; NULL when out of memory. */
char *eb_plain_copy(const char *text);

/* U+FFFD, which takes the place of what is no UTF-8. */
#define EB_PLAIN_NO_CHARACTER 0xfffdU
#define EB_PLAIN_REPLACEMENT "\xef\xbf\xbd"

/* The character at *text, which is moved behind it; EB_PLAIN_NO_CHARACTER for a byte that is none. */
uint32_t eb_plain_take(const char **text);

/* A copy that is UTF-8, its control characters kept: what JSON and other programs can hold. Owned by the
 * caller; NULL when out of memory. */
char *eb_plain_utf8(const char *text);

/* value with at most digits significant digits (1 to 17) and a '.' whatever the locale; buffer holds
 * EB_PLAIN_NUMBER bytes. Returns buffer. */
char *eb_plain_number(double value, int digits, char *buffer);

/* The same with a fixed number of decimals (0 to 9). */
char *eb_plain_fixed(double value, int decimals, char *buffer);

#endif
