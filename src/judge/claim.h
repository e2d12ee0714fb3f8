/* What an arm of a record claims to be, read once and in one way for the audit and for the reports.
 *
 * The first of these that speaks wins: (a) transports that leave no host, shared memory, the loopback: no
 * adapter; (b) the provider that was seen, of libfabric or of the MPI below; (c) the driver of its interface;
 * (d) what its source says of the adapter; (e) the specification's provider and interface; (f) the provider
 * asked for; (g) words of its path; (h) the name, of published figures only; (i) what carries kernel TCP on
 * the type. Where the name, the provider asked for, the specification or the source's adapter names another
 * adapter than the rows before it, that is a contradiction. */
#ifndef EB_JUDGE_CLAIM_H
#define EB_JUDGE_CLAIM_H

#include "common/adapter.h"
#include "judge/series.h"

#include <jansson.h>
#include <stdint.h>

enum eb_claim_kind {
    EB_CLAIM_NONE,    /* nothing says what carried it */
    EB_CLAIM_ADAPTER, /* a network adapter of the catalogue */
    EB_CLAIM_LOCAL,   /* loopback, shared memory, threads: no adapter is meant */
    EB_CLAIM_NOTHING, /* transport null: moves nothing */
    EB_CLAIM_FOREIGN, /* a provider or driver that no adapter of EC2 has */
};

/* Strings are borrowed from the arm or static, but for those that are arrays. */
struct eb_arm_claim {
    const char *arm;
    enum eb_claim_kind kind;
    const struct eb_adapter *adapter; /* NULL unless kind is EB_CLAIM_ADAPTER */
    const char *by;          /* "provider", "interface", "path", "name", "transport and instance type", ... */
    char foreign[40];        /* of EB_CLAIM_FOREIGN: "verbs", "virtio_net" */
    char contradiction[160]; /* "called efa, but its provider is tcp"; "" when there is none */
    uint64_t flows;          /* TCP connections of a pair; 0: not said */
    uint64_t cards;          /* that one rank stripes over ("cards" or "rails"); 1 unless said */
    int cards_said;
    int one_device;  /* measured by efabench through libfabric: an endpoint has one device */
    int assumed;     /* nothing claims this adapter, but none of that type is quicker */
    int reads;       /* a sample of pingpong is one read: the bytes cross once in it */
    double floor_us; /* of the audit (judge/audit/claims.c); 0: no source says */
    const char *floor_source;
    char floor_words[200];
};

/* arm is an arm object of a record; instance NULL: unknown. */
struct eb_arm_claim eb_arm_claim_of(const json_t *arm, int published, const struct eb_instance *instance);

/* "EFA", "ENA", ...: as people write it. */
const char *eb_adapter_word(const struct eb_adapter *adapter);

/* The adapter of the catalogue of a kind; never NULL. */
const struct eb_adapter *eb_adapter_of_kind(enum eb_adapter_kind kind);

/* Whether the instance type can have such an adapter. */
int eb_instance_has(const struct eb_instance *instance, const struct eb_adapter *adapter);

#endif
