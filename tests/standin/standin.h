/* clang-format off */
/* A stand-in for libfabric's efa provider: no EFA, and nothing measured on it says anything of one. It has
 * EFA's attributes and its rules (fi_efa(7); prov/efa of libfabric 2.x), passes packets through `net` or
 * `tcp` beneath, and ends the process when a rule is broken, where real hardware may only sometimes fail. For
 * tests only: libfabric loads libefa-fi.so from FI_PROVIDER_PATH.
 *
 * Environment, one row each:
 *
 * | variable | meaning |
 * |---|---|
 * | EFA_STANDIN_DEVICE=NAME | the RDMA device's name (standin_0); the domain is NAME-rdm |
 * | EFA_STANDIN_NETDEV=NAME | the interface beneath (lo) |
 * | EFA_STANDIN_LOWER=PROVIDER | the provider beneath (the first there is of net, tcp, tcp;ofi_rxm) |
 * | EFA_STANDIN_TX_SIZE=N, _RX_SIZE=N | the queues (256); a full one answers -FI_EAGAIN |
 * | EFA_STANDIN_MEMLOCK=BYTES | more registered memory in a domain is -FI_ENOMEM, as with a low ulimit -l |
 * | FI_EFA_ENABLE_SHM_TRANSFER=0 | inject up to 8192 bytes instead of 4096, as the real one |
 *
 * Traps: `efa stand-in: TRAP NAME: CALL: REASON` on standard error, then abort().
 *
 * | variable | meaning |
 * |---|---|
 * | EFA_STANDIN_TRAP=exit | _exit(99) instead of abort() |
 * | EFA_STANDIN_STARVE_MS=N | operations under way and no fi_cq_read for so long is a trap (5000; 0: never) |
 *
 * Misbehaviour:
 *
 * | variable | meaning |
 * |---|---|
 * | EFA_STANDIN_ONLY=TEXT | only in the rank TEXT, or where the host's name has it |
 * | EFA_STANDIN_EAGAIN=N/M | N of every M calls of an endpoint that post something answer -FI_EAGAIN |
 * | EFA_STANDIN_ERROR=AFTER:CODE | after AFTER completions of an endpoint one is an error with that prov_errno |
 * | EFA_STANDIN_SILENT_PEER=N | after N messages this process answers nothing (0: not even a handshake) |
 * | EFA_STANDIN_REORDER=1, _SEED=N | completions out of order; on efa-direct messages too |
 *
 * Counters, of this process' packets, with 64 bytes of header each, current before a completion tells of them:
 *
 * | variable | meaning |
 * |---|---|
 * | EFA_STANDIN_COUNTERS=ROOT | keeps ROOT/sys/class/infiniband/DEVICE; %r in ROOT is the rank, %h the host |
 * | EFA_STANDIN_COUNTERS_LIE=N/M | counts only that part of every number |
 */
/* clang-format on */
#ifndef EFABENCH_TESTS_STANDIN_H
#define EFABENCH_TESTS_STANDIN_H

#include <pthread.h>
#include <rdma/fabric.h>
#include <rdma/fi_cm.h>
#include <rdma/fi_domain.h>
#include <rdma/fi_endpoint.h>
#include <rdma/fi_eq.h>
#include <rdma/fi_errno.h>
#include <rdma/fi_rma.h>
#include <rdma/fi_tagged.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define SI_ADDRESS_BYTES 32
#define SI_PACKET_BYTES 8928 /* a device's max_msg_sz: the largest message of efa-direct */
#define SI_RMA_DIRECT_BYTES ((size_t)1 << 30)
#define SI_INLINE_BYTES 32      /* what a device takes inline: efa-direct's inject size */
#define SI_WIRE_HEADER_BYTES 64 /* by packet, in tx_bytes and rx_bytes */
#define SI_CQ_DATA_BYTES 4

struct si_settings {
    char device[64];
    char netdev[32];
    char lower[64];
    size_t tx_size;
    size_t rx_size;
    size_t memlock_bytes; /* 0: unlimited */
    uint64_t starve_ns;
    unsigned eagain_hits; /* of every eagain_of calls */
    unsigned eagain_of;
    long error_after; /* -1: never */
    int error_code;
    long silent_after; /* -1: never */
    int reorder;
    uint32_t seed;
    unsigned lie_hits;
    unsigned lie_of;
    char counters[512]; /* root of the tree; empty: none */
};

/* What each object keeps beside its fid. Closed objects stay in memory, so that their use can be told. */
struct si_object {
    struct si_object *next;
    void *memory;
    const char *kind;
    int closed;
    unsigned children;
};

enum si_counter {
    SI_TX_BYTES,
    SI_TX_PKTS,
    SI_RX_BYTES,
    SI_RX_PKTS,
    SI_RX_DROPS,
    SI_SEND_BYTES,
    SI_SEND_WRS,
    SI_RECV_BYTES,
    SI_RECV_WRS,
    SI_RDMA_WRITE_BYTES,
    SI_RDMA_WRITE_WRS,
    SI_RDMA_WRITE_WR_ERR,
    SI_RDMA_WRITE_RECV_BYTES,
    SI_RDMA_READ_BYTES,
    SI_RDMA_READ_WRS,
    SI_RDMA_READ_WR_ERR,
    SI_RDMA_READ_RESP_BYTES,
    SI_COUNTERS
};

struct si_counters {
    char *text[SI_COUNTERS]; /* mapped files; NULL: not kept */
    int fd[SI_COUNTERS];
    uint64_t rest[SI_COUNTERS];
    unsigned lie_hits;
    unsigned lie_of;
};

struct si_fabric {
    struct fid_fabric fid;
    struct si_object object;
    int direct;
};

struct si_domain {
    struct fid_domain fid;
    struct si_object object;
    struct si_fabric *fabric;
    struct si_settings settings;
    struct si_counters counters;
    struct si_mr *regions;
    size_t registered_bytes;
    uint32_t next_key;
    pthread_mutex_t lock; /* recursive; held within every call, and by efa-direct's progress */
    int local;            /* FI_MR_LOCAL is asked of the application */
};

struct si_mr {
    struct fid_mr fid;
    struct si_object object;
    struct si_domain *domain;
    struct si_mr *next;
    char *base;
    size_t bytes;
    uint64_t access;
    unsigned uses; /* operations under way */
};

struct si_address {
    unsigned char bytes[SI_ADDRESS_BYTES];
};

struct si_av {
    struct fid_av fid;
    struct si_object object;
    struct si_domain *domain;
    struct si_address *entries;
    size_t count;
};

struct si_entry {
    void *context;
    uint64_t flags;
    size_t bytes;
    void *buffer;
    uint64_t data;
    uint64_t tag;
    fi_addr_t source;
    int err;
    int prov_errno;
    size_t overlong; /* bytes that found no room */
};

struct si_cq {
    struct fid_cq fid;
    struct si_object object;
    struct si_domain *domain;
    enum fi_cq_format format;
    size_t size;
    struct si_entry *ring; /* of 2 * size + 64 */
    size_t room;
    size_t head;
    size_t count;
    struct si_ep *endpoints[8];
    struct si_entry held; /* with reorder: one that later ones overtake */
    unsigned held_rounds; /* 0: none */
};

enum si_kind { SI_SEND, SI_WRITE, SI_READ, SI_RESPOND, SI_RECEIVE };

struct si_op {
    struct si_op *next;
    enum si_kind kind;
    int tagged;
    int silent;  /* no completion */
    int counted; /* takes a place in a queue */
    int marked;  /* its context is the provider's for the while (FI_CONTEXT2) */
    int has_data;
    void *context;
    char *buffer;
    char *copy; /* owned: what was injected */
    size_t bytes;
    size_t moved;
    uint64_t id;
    uint64_t tag;
    uint64_t ignore;
    uint64_t data;
    uint64_t remote_address;
    uint64_t remote_key;
    struct si_peer *peer; /* of a receive: NULL is anybody */
    struct si_mr *region;
};

struct si_fifo {
    struct si_op *first;
    struct si_op *last;
};

enum si_packet_kind {
    SI_HELLO = 1,
    SI_HELLO_ANSWER,
    SI_MESSAGE,
    SI_WRITE_DATA,
    SI_READ_ASK,
    SI_READ_DATA,
    SI_ACK
};

struct si_head {
    uint32_t kind;
    uint32_t payload;
    uint32_t tagged;
    uint32_t has_data;
    struct si_address source;
    uint64_t id;
    uint64_t bytes; /* of the whole */
    uint64_t offset;
    uint64_t tag;
    uint64_t data;
    uint64_t key;
    uint64_t address;
};

struct si_packet {
    struct si_packet *next;
    struct si_peer *peer;
    int is_receive;
    struct si_head head;
    char payload[SI_PACKET_BYTES];
};

/* A packet without payload that waits to leave. */
struct si_control {
    struct si_control *next;
    struct si_head head;
};

struct si_peer {
    struct si_peer *next;
    struct si_address address;
    fi_addr_t lower;
    int ready;
    int greeted;
    int broken;
    struct si_fifo out;
    struct si_control *control; /* first in, first out */
};

/* A message that has begun to come in. */
struct si_arrival {
    struct si_arrival *next;
    struct si_peer *peer;
    struct si_head head; /* of its first packet */
    size_t got;
    struct si_op *receive; /* NULL: unexpected so far */
    char *buffer;          /* of an unexpected one */
};

struct si_ep {
    struct fid_ep fid;
    struct si_object object;
    struct si_domain *domain;
    struct si_av *av;
    struct si_cq *tx_cq;
    struct si_cq *rx_cq;
    int selective;
    uint64_t op_flags; /* of calls that take none */
    int enabled;
    int direct;
    size_t inject_bytes;
    size_t max_message_bytes;
    struct si_address address;

    struct fid_fabric *lower_fabric;
    struct fid_domain *lower_domain;
    struct fid_av *lower_av;
    struct fid_cq *lower_cq;
    struct fid_ep *lower_ep;
    struct si_packet *packets; /* all of them, to be freed */
    struct si_packet *idle;    /* to send with */
    size_t packets_under_way;

    struct si_peer *peers;
    struct si_fifo receives[2]; /* untagged, tagged */
    struct si_fifo waiting;     /* for an answer */
    struct si_arrival *arrivals;
    struct si_packet *late; /* with reorder: a message that others overtake */
    unsigned late_rounds;
    void **contexts; /* in use; efa-direct only */
    size_t context_count;
    size_t tx_under_way;
    size_t rx_under_way;
    uint64_t next_id;
    uint64_t read_ns; /* the last fi_cq_read */
    uint64_t posts;
    long completions;
    long messages; /* that came in */
    uint32_t random;
    pthread_t device; /* efa-direct: what goes on while nobody calls */
    int device_runs;
    atomic_int stop;
};

/* settings.c */
void si_settings_read(struct si_settings *settings);
uint64_t si_clock_ns(void);
uint32_t si_random(uint32_t *state);
_Noreturn void si_trap(const char *name, const char *call, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* counters.c */
void si_counters_open(struct si_counters *counters, const struct si_settings *settings);
void si_counters_close(struct si_counters *counters);
void si_count(struct si_counters *counters, enum si_counter which, uint64_t amount);

/* info.c */
int si_getinfo(uint32_t version, const char *node, const char *service, uint64_t flags,
               const struct fi_info *hints, struct fi_info **info);

/* fabric.c: objects. si_alive traps the use of a closed one; si_open counts it as a child of parent. */
void si_open(struct si_object *object, const char *kind, void *memory, struct si_object *parent);
void si_alive(const struct si_object *object, const char *call);
void si_retire(struct si_object *object, const char *call, struct si_object *parent);
void si_lock(struct si_domain *domain);
void si_unlock(struct si_domain *domain);
int si_no_bind(struct fid *fid, struct fid *other, uint64_t flags);
int si_no_control(struct fid *fid, int command, void *argument);
int si_no_ops(struct fid *fid, const char *name, uint64_t flags, void **ops, void *context);

/* region.c, address.c, queue.c, endpoint.c: what a domain opens */
extern struct fi_ops_mr si_mr_ops;
int si_av_open(struct fid_domain *domain, struct fi_av_attr *attr, struct fid_av **av, void *context);
int si_cq_open(struct fid_domain *domain, struct fi_cq_attr *attr, struct fid_cq **cq, void *context);
int si_endpoint(struct fid_domain *domain, struct fi_info *info, struct fid_ep **ep, void *context);

/* The region that desc names, after all checks of [buffer, buffer + bytes); NULL where none is needed. */
struct si_mr *si_region_local(struct si_domain *domain, const char *call, const void *buffer, size_t bytes,
                              void *desc, uint64_t access);
/* Where a peer's operation goes: traps what is not there. */
char *si_region_remote(struct si_domain *domain, const char *call, uint64_t key, uint64_t address,
                       size_t bytes, uint64_t access);

/* wire.c: packets through the provider beneath. */
int si_wire_open(struct si_ep *ep);
void si_wire_close(struct si_ep *ep);
struct si_peer *si_wire_peer(struct si_ep *ep, const struct si_address *address);
int si_wire_send(struct si_ep *ep, struct si_peer *peer, struct si_packet *packet); /* 0 or -FI_EAGAIN */
void si_wire_control(struct si_ep *ep, struct si_peer *peer, enum si_packet_kind kind, uint64_t id);
int si_wire_poll(struct si_ep *ep);

/* engine.c: operations and what comes in. */
void si_push(struct si_fifo *fifo, struct si_op *op);
void si_remove(struct si_fifo *fifo, struct si_op *op);
void si_engine_receive(struct si_ep *ep, struct si_op *op);
void si_engine_packet(struct si_ep *ep, struct si_packet *packet);
void si_engine_broken(struct si_ep *ep, struct si_peer *peer);
void si_engine_push_out(struct si_ep *ep);
void si_engine_progress(struct si_ep *ep);
void si_engine_finish(struct si_ep *ep, struct si_op *op, int err, int prov_errno);
void si_engine_close(struct si_ep *ep);

/* context.c: FI_CONTEXT2: 64 bytes of the application's that are the provider's while an operation is under
 * way. */
void si_context_take(struct si_ep *ep, const char *call, void *context);
void si_context_give_back(struct si_ep *ep, void *context);

/* queue.c */
void si_cq_add(struct si_cq *cq, struct si_ep *ep, const struct si_entry *entry);
const char *si_strerror(int prov_errno);
int si_errno_of(int prov_errno);

/* calls.c, calls_rma.c */
extern struct fi_ops_msg si_msg_ops;
extern struct fi_ops_tagged si_tagged_ops;
extern struct fi_ops_rma si_rma_ops;

#endif
