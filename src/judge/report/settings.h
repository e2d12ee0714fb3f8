/* How a record was measured, as far as it was not by the defaults. */
#ifndef EB_JUDGE_REPORT_SETTINGS_H
#define EB_JUDGE_REPORT_SETTINGS_H

#include <jansson.h>

/* Text such as "as OSU, means of samples; 2 pairs at once; window 8; arm w by write"; empty where all is as
 * by default. Two records whose texts differ are not alike. With everything, what does not touch the figures
 * is said too. Cleaned; owned by the caller, NULL when out of memory. */
char *eb_settings_describe(const json_t *record, int everything);

#endif
