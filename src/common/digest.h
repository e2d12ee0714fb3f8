/* SHA-256 of bytes in memory (FIPS 180-4, section 6.2): tells whether two things are the same. */
#ifndef EB_COMMON_DIGEST_H
#define EB_COMMON_DIGEST_H

#include <stddef.h>

/* 64 hexadecimal digits and the zero behind them. */
#define EB_DIGEST_TEXT 65

/* Writes the digest of data[0..bytes) in lower case; hex holds EB_DIGEST_TEXT bytes. */
void eb_digest_hex(const void *data, size_t bytes, char *hex);

#endif
