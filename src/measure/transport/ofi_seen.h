/* Which libfabric providers others than ourselves opened in this process. */
#ifndef EB_MEASURE_TRANSPORT_OFI_SEEN_H
#define EB_MEASURE_TRANSPORT_OFI_SEEN_H

#include <jansson.h>

/* A new array of strings such as "mca_mtl_ofi: tcp;ofi_rxm", each once, in the order of opening; at most
 * EB_OFI_SEEN_MAX. Empty where none was opened. Owned by the caller. */
#define EB_OFI_SEEN_MAX 16
json_t *eb_ofi_seen(void);

#endif
