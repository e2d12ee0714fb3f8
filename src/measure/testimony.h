/* What one host has seen of a block, and the row's "witness" that the hosts' testimonies together make. Pure:
 * tests give it numbers. Used by measure/witness alone. */
#ifndef EB_MEASURE_TESTIMONY_H
#define EB_MEASURE_TESTIMONY_H

#include "measure/topology/counters.h"
#include "measure/topology/ethtool.h"
#include "measure/traffic.h"

#include <jansson.h>
#include <stdint.h>

/* Below this share of the payload a NIC has not carried it. Counters count more than the payload, never less;
 * the rest is for those that lag behind. */
#define EB_SHARE_ENOUGH 0.9

enum eb_sighting {
    EB_SAW_NOTHING_EXPECTED, /* this rank does not look, or its host neither sends nor receives */
    EB_SAW_ALL,
    EB_SAW_TOO_FEW,    /* enough of so little that a barrier's messages could pass for it */
    EB_SAW_BACKGROUND, /* enough, but others could have made as much */
    EB_SAW_NO_DEVICE,  /* there are no counters to look at */
    EB_SAW_RESET,      /* a counter went back: the device was reset meanwhile */
    EB_SAW_NONE,       /* nothing was claimed, and no netdev saw it */
    EB_SAW_TOO_LITTLE, /* of what was claimed */
};

/* Plain data: ranks exchange it. */
struct eb_testimony {
    enum eb_sighting sighting;
    char host[64];
    char device[64];  /* that was looked at, or that saw it */
    char carrier[64]; /* EB_SAW_TOO_LITTLE: the netdev that saw it instead; "" when none did */
    double share;     /* the least of: bytes out, bytes in, packets out, packets in; over those expected */
    double carrier_share;
    uint64_t expected_bytes; /* both directions, in the block */
    uint64_t seen_bytes;
    uint64_t background_bytes_per_second; /* both directions */
    uint64_t retransmitted_bytes;         /* by an EFA; and */
    uint64_t dropped_packets;             /* dropped by one */
    int is_emulated;                      /* one-sided operations that the NIC did as sends */
    uint64_t exceeded[EB_ALLOWANCES];     /* growth within the block */
};

/* Blocks of fewer packets than this, and of fewer bytes, are proved by nothing: the barriers around a block
 * send some too. */
#define EB_PACKETS_ENOUGH 20
#define EB_BYTES_ENOUGH UINT64_C(65536)

/* What was seen of what was expected in so many iterations; infinite when nothing was expected. Of packets at
 * least one in two iterations is expected: a rank may be an iteration ahead, and TCP send the messages of two
 * together. */
double eb_share_seen(const struct eb_counters *seen, const struct eb_traffic *expected, uint64_t iterations);

/* The testimony of a device that was seen to carry `seen` in the block; background is what it would have
 * carried in that time without the block. Fills sighting (EB_SAW_ALL, EB_SAW_BACKGROUND or
 * EB_SAW_TOO_LITTLE), share and bytes. */
void eb_testify(struct eb_testimony *testimony, const struct eb_counters *seen,
                const struct eb_counters *background, const struct eb_traffic *expected, uint64_t iterations);

/* The row's "witness" out of the testimonies of all ranks; owned by the caller, NULL when out of memory. */
json_t *eb_testimony_to_json(const struct eb_testimony *testimonies, int count);

#endif
