/* Completion queues, and the words of EFA's own error codes (prov/efa/src/efa_errno.h of libfabric 2.x). */
#include "standin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word {
    int code;
    int err;
    const char *text;
};

static const struct word words[] = {
    {1, FI_ECANCELED, "Flushed during queue pair destroy"},
    {2, FI_EINVAL, "Internal queue pair error (local)"},
    {5, FI_EINVAL, "Local key (LKEY) invalid or does not match IOVA"},
    {6, FI_EMSGSIZE, "Message too long"},
    {7, FI_EINVAL, "Remote key (RKEY) not registered or does not match remote IOVA"},
    {8, FI_ECONNABORTED, "Connection was reset by remote peer"},
    {9, FI_ENOTCONN, "Bad queue pair (QP) number (QP does not exist or is in error state)"},
    {10, FI_ENORX, "Destination resource not ready (no work queue entries posted on receive queue)"},
    {12, FI_EREMOTEIO, "Unexpected status returned by responder"},
    {13, FI_ECONNABORTED, "Unresponsive remote (was previously responsive)"},
    {15, FI_EHOSTUNREACH, "Unreachable remote (never received a response)"},
    {4096, FI_EOTHER, "Unknown error"},
    {4105, FI_ENOMEM, "Out of memory"},
    {4112, FI_EOTHER, "Failure to post internal receive buffers"},
    {4113, FI_EOTHER, "Failure posting handshake to peer"},
    {4124, FI_ECONNABORTED, "Unresponsive receiver (connection previously established)"},
    {4126, FI_ECONNABORTED, "Unresponsive receiver (reachable by EFA device but handshake failed)"},
};

static const struct word *word_of(int code)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].code == code)
            return &words[i];
    return NULL;
}

const char *si_strerror(int prov_errno)
{
    const struct word *word = word_of(prov_errno);
    return word ? word->text : "Unknown error";
}

int si_errno_of(int prov_errno)
{
    const struct word *word = word_of(prov_errno);
    return word ? word->err : FI_EOTHER;
}

static void append(struct si_cq *cq, const struct si_entry *entry)
{
    if (cq->count == cq->room)
        si_trap("cq-overrun", "fi_cq_read", "more than %zu completions wait in a queue of %zu", cq->room,
                cq->size);
    cq->ring[(cq->head + cq->count++) % cq->room] = *entry;
}

static void release_held(struct si_cq *cq)
{
    cq->held_rounds = 0;
    append(cq, &cq->held);
}

void si_cq_add(struct si_cq *cq, struct si_ep *ep, const struct si_entry *entry)
{
    if (!(entry->flags & FI_REMOTE_CQ_DATA) && cq->count >= cq->size)
        si_trap("cq-overrun", "fi_cq_read", "%zu completions are unread in a queue of %zu, and one more came",
                cq->count, cq->size);
    if (cq->domain->settings.reorder && cq->held_rounds == 0 && si_random(&ep->random) % 2 == 0) {
        cq->held = *entry;
        cq->held_rounds = 3;
        return;
    }
    append(cq, entry);
    if (cq->held_rounds > 0)
        release_held(cq);
}

static void progress(struct si_cq *cq)
{
    uint64_t now_ns = si_clock_ns();
    for (size_t i = 0; i < sizeof cq->endpoints / sizeof *cq->endpoints; i++)
        if (cq->endpoints[i]) {
            cq->endpoints[i]->read_ns = now_ns;
            if (cq->count <= cq->size / 2) /* who reads is given no more than the queue holds */
                si_engine_progress(cq->endpoints[i]);
        }
    if (cq->held_rounds > 0 && --cq->held_rounds == 0)
        release_held(cq);
}

static size_t write_entry(const struct si_cq *cq, const struct si_entry *entry, char *out)
{
    const struct fi_cq_tagged_entry whole = {.op_context = entry->context,
                                             .flags = entry->flags,
                                             .len = entry->bytes,
                                             .buf = entry->buffer,
                                             .data = entry->data,
                                             .tag = entry->tag};
    size_t bytes = sizeof whole; /* each format is the beginning of the next */
    if (cq->format == FI_CQ_FORMAT_CONTEXT)
        bytes = sizeof(struct fi_cq_entry);
    else if (cq->format == FI_CQ_FORMAT_MSG)
        bytes = sizeof(struct fi_cq_msg_entry);
    else if (cq->format == FI_CQ_FORMAT_DATA)
        bytes = sizeof(struct fi_cq_data_entry);
    memcpy(out, &whole, bytes);
    return bytes;
}

static ssize_t read_some(struct fid_cq *fid, void *buffer, size_t count, fi_addr_t *sources)
{
    struct si_cq *cq = (struct si_cq *)(void *)fid;
    char *out = buffer;
    size_t got = 0;
    si_alive(&cq->object, "fi_cq_read");
    progress(cq);
    for (; got < count && cq->count > 0 && cq->ring[cq->head].err == 0; got++) {
        if (sources)
            sources[got] = cq->ring[cq->head].source;
        out += write_entry(cq, &cq->ring[cq->head], out);
        cq->head = (cq->head + 1) % cq->room;
        cq->count--;
    }
    if (got > 0)
        return (ssize_t)got;
    return cq->count > 0 && cq->ring[cq->head].err != 0 ? -FI_EAVAIL : -FI_EAGAIN;
}

static ssize_t read_from(struct fid_cq *fid, void *buffer, size_t count, fi_addr_t *sources)
{
    struct si_domain *domain = ((struct si_cq *)(void *)fid)->domain;
    si_lock(domain);
    ssize_t got = read_some(fid, buffer, count, sources);
    si_unlock(domain);
    return got;
}

static ssize_t read_plain(struct fid_cq *fid, void *buffer, size_t count)
{
    return read_from(fid, buffer, count, NULL);
}

static ssize_t take_error(struct fid_cq *fid, struct fi_cq_err_entry *out, uint64_t flags)
{
    struct si_cq *cq = (struct si_cq *)(void *)fid;
    (void)flags;
    si_alive(&cq->object, "fi_cq_readerr");
    if (cq->count == 0 || cq->ring[cq->head].err == 0)
        return -FI_EAGAIN;
    const struct si_entry *entry = &cq->ring[cq->head];
    out->op_context = entry->context;
    out->flags = entry->flags;
    out->len = entry->bytes;
    out->buf = entry->buffer;
    out->data = entry->data;
    out->tag = entry->tag;
    out->olen = entry->overlong;
    out->err = entry->err;
    out->prov_errno = entry->prov_errno;
    if (out->err_data_size == 0)
        out->err_data = NULL;
    out->err_data_size = 0;
    cq->head = (cq->head + 1) % cq->room;
    cq->count--;
    return 1;
}

static ssize_t read_error(struct fid_cq *fid, struct fi_cq_err_entry *out, uint64_t flags)
{
    struct si_domain *domain = ((struct si_cq *)(void *)fid)->domain;
    si_lock(domain);
    ssize_t got = take_error(fid, out, flags);
    si_unlock(domain);
    return got;
}

static ssize_t no_sread(struct fid_cq *cq, void *buffer, size_t count, const void *condition, int timeout)
{
    (void)cq, (void)buffer, (void)count, (void)condition, (void)timeout;
    return -FI_ENOSYS;
}

static ssize_t no_sreadfrom(struct fid_cq *cq, void *buffer, size_t count, fi_addr_t *sources,
                            const void *condition, int timeout)
{
    (void)cq, (void)buffer, (void)count, (void)sources, (void)condition, (void)timeout;
    return -FI_ENOSYS;
}

static int no_signal(struct fid_cq *cq)
{
    (void)cq;
    return -FI_ENOSYS;
}

static const char *error_text(struct fid_cq *cq, int prov_errno, const void *data, char *buffer, size_t room)
{
    (void)cq, (void)data;
    if (buffer && room > 0)
        snprintf(buffer, room, "%s", si_strerror(prov_errno));
    return si_strerror(prov_errno);
}

static struct fi_ops_cq cq_ops = {.size = sizeof(struct fi_ops_cq),
                                  .read = read_plain,
                                  .readfrom = read_from,
                                  .readerr = read_error,
                                  .sread = no_sread,
                                  .sreadfrom = no_sreadfrom,
                                  .signal = no_signal,
                                  .strerror = error_text};

static int close_cq(struct fid *fid)
{
    struct si_cq *cq = (struct si_cq *)(void *)fid;
    si_retire(&cq->object, "fi_close(cq)", &cq->domain->object);
    free(cq->ring);
    cq->ring = NULL;
    return 0;
}

static struct fi_ops cq_fid_ops = {.size = sizeof(struct fi_ops),
                                   .close = close_cq,
                                   .bind = si_no_bind,
                                   .control = si_no_control,
                                   .ops_open = si_no_ops};

int si_cq_open(struct fid_domain *fid, struct fi_cq_attr *attr, struct fid_cq **out, void *context)
{
    struct si_domain *domain = (struct si_domain *)(void *)fid;
    si_alive(&domain->object, "fi_cq_open");
    if (attr->wait_obj != FI_WAIT_NONE && attr->wait_obj != FI_WAIT_UNSPEC)
        return -FI_ENOSYS;
    struct si_cq *cq = calloc(1, sizeof *cq);
    if (!cq)
        return -FI_ENOMEM;
    cq->size = attr->size ? attr->size : domain->settings.tx_size + domain->settings.rx_size;
    cq->room = 2 * cq->size + 64;
    cq->ring = calloc(cq->room, sizeof *cq->ring);
    if (!cq->ring) {
        free(cq);
        return -FI_ENOMEM;
    }
    si_open(&cq->object, "completion queue", cq, &domain->object);
    cq->domain = domain;
    cq->format = attr->format == FI_CQ_FORMAT_UNSPEC ? FI_CQ_FORMAT_CONTEXT : attr->format;
    cq->fid.fid.fclass = FI_CLASS_CQ;
    cq->fid.fid.context = context;
    cq->fid.fid.ops = &cq_fid_ops;
    cq->fid.ops = &cq_ops;
    *out = &cq->fid;
    return 0;
}
