/* Packets of at most 8928 bytes to and from peers, through a provider of libfabric beneath. */
#include "standin.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define PACKETS_EACH_WAY 128
#define COMPLETIONS_AT_ONCE 32

/* An address is a mark (8 bytes), a number of its own (8), and the address beneath (16). */
#define LOWER_ADDRESS_BYTES 16
_Static_assert(sizeof(struct sockaddr_in) == LOWER_ADDRESS_BYTES, "an IPv4 address fits");

static int is_named(const struct fi_info *info, const char *netdev)
{
    return info->domain_attr->name && strcmp(info->domain_attr->name, netdev) == 0 &&
           info->addr_format == FI_SOCKADDR_IN;
}

static struct fi_info *find_with(const char *provider, const char *netdev)
{
    struct fi_info *hints = fi_allocinfo();
    struct fi_info *list = NULL;
    struct fi_info *found = NULL;
    if (!hints)
        return NULL;
    hints->caps = FI_MSG;
    hints->ep_attr->type = FI_EP_RDM;
    hints->tx_attr->msg_order = hints->rx_attr->msg_order = FI_ORDER_SAS;
    hints->fabric_attr->prov_name = strdup(provider);
    if (fi_getinfo(FI_VERSION(FI_MAJOR_VERSION, FI_MINOR_VERSION), NULL, NULL, 0, hints, &list) == 0)
        for (const struct fi_info *at = list; at && !found; at = at->next)
            if (is_named(at, netdev))
                found = fi_dupinfo(at);
    fi_freeinfo(list);
    fi_freeinfo(hints);
    return found;
}

static struct fi_info *find_lower(const struct si_settings *settings)
{
    static const char *const candidates[] = {"net", "tcp", "tcp;ofi_rxm"};
    struct fi_info *info = NULL;
    if (settings->lower[0])
        return find_with(settings->lower, settings->netdev);
    for (size_t i = 0; !info && i < sizeof candidates / sizeof *candidates; i++)
        info = find_with(candidates[i], settings->netdev);
    return info;
}

static int open_lower(struct si_ep *ep, struct fi_info *info)
{
    struct fi_av_attr av_attr = {.type = FI_AV_TABLE};
    struct fi_cq_attr cq_attr = {.size = 1024, .format = FI_CQ_FORMAT_MSG, .wait_obj = FI_WAIT_NONE};
    int code = fi_fabric(info->fabric_attr, &ep->lower_fabric, NULL);
    if (code == 0)
        code = fi_domain(ep->lower_fabric, info, &ep->lower_domain, NULL);
    if (code == 0)
        code = fi_av_open(ep->lower_domain, &av_attr, &ep->lower_av, NULL);
    if (code == 0)
        code = fi_cq_open(ep->lower_domain, &cq_attr, &ep->lower_cq, NULL);
    if (code == 0)
        code = fi_endpoint(ep->lower_domain, info, &ep->lower_ep, NULL);
    if (code == 0)
        code = fi_ep_bind(ep->lower_ep, &ep->lower_av->fid, 0);
    if (code == 0)
        code = fi_ep_bind(ep->lower_ep, &ep->lower_cq->fid, FI_TRANSMIT | FI_RECV);
    return code == 0 ? fi_enable(ep->lower_ep) : code;
}

static int post_receive(struct si_ep *ep, struct si_packet *packet)
{
    return (int)fi_recv(ep->lower_ep, &packet->head, sizeof packet->head + sizeof packet->payload, NULL,
                        FI_ADDR_UNSPEC, packet);
}

static int make_packets(struct si_ep *ep)
{
    ep->packets = calloc(2 * PACKETS_EACH_WAY, sizeof *ep->packets);
    if (!ep->packets)
        return -FI_ENOMEM;
    for (size_t i = 0; i < PACKETS_EACH_WAY; i++) {
        ep->packets[i].next = ep->idle;
        ep->idle = &ep->packets[i];
    }
    for (size_t i = PACKETS_EACH_WAY; i < 2 * PACKETS_EACH_WAY; i++) {
        ep->packets[i].is_receive = 1;
        int code = post_receive(ep, &ep->packets[i]);
        if (code != 0)
            return code;
    }
    return 0;
}

int si_wire_open(struct si_ep *ep)
{
    size_t bytes = LOWER_ADDRESS_BYTES;
    struct fi_info *info = find_lower(&ep->domain->settings);
    if (!info)
        return -FI_ENODATA;
    int code = open_lower(ep, info);
    fi_freeinfo(info);
    memcpy(ep->address.bytes, ep->direct ? "EFAdrct" : "EFArdm_", 8);
    if (code == 0 && getrandom(ep->address.bytes + 8, 8, 0) != 8)
        code = -FI_EOTHER;
    if (code == 0)
        code = fi_getname(&ep->lower_ep->fid, ep->address.bytes + 16, &bytes);
    return code == 0 ? make_packets(ep) : code;
}

void si_wire_close(struct si_ep *ep)
{
    struct fid *fids[] = {ep->lower_ep ? &ep->lower_ep->fid : NULL, ep->lower_cq ? &ep->lower_cq->fid : NULL,
                          ep->lower_av ? &ep->lower_av->fid : NULL,
                          ep->lower_domain ? &ep->lower_domain->fid : NULL,
                          ep->lower_fabric ? &ep->lower_fabric->fid : NULL};
    for (size_t i = 0; i < sizeof fids / sizeof *fids; i++)
        if (fids[i])
            fi_close(fids[i]);
    free(ep->packets);
    ep->packets = ep->idle = NULL;
}

struct si_peer *si_wire_peer(struct si_ep *ep, const struct si_address *address)
{
    for (struct si_peer *peer = ep->peers; peer; peer = peer->next)
        if (memcmp(&peer->address, address, sizeof *address) == 0)
            return peer;
    struct si_peer *peer = calloc(1, sizeof *peer);
    if (!peer || fi_av_insert(ep->lower_av, address->bytes + 16, 1, &peer->lower, 0, NULL) != 1)
        si_trap("beneath", "fi_av_insert", "the provider beneath takes no address, or memory is out");
    peer->address = *address;
    peer->ready = ep->direct; /* a device knows no handshake */
    peer->next = ep->peers;
    ep->peers = peer;
    return peer;
}

static void count_packet(struct si_ep *ep, const struct si_head *head, int sent)
{
    struct si_counters *counters = &ep->domain->counters;
    si_count(counters, sent ? SI_TX_PKTS : SI_RX_PKTS, 1);
    si_count(counters, sent ? SI_TX_BYTES : SI_RX_BYTES, head->payload + SI_WIRE_HEADER_BYTES);
    if (head->kind == SI_MESSAGE) {
        si_count(counters, sent ? SI_SEND_WRS : SI_RECV_WRS, 1);
        si_count(counters, sent ? SI_SEND_BYTES : SI_RECV_BYTES, head->payload);
    } else if (head->kind == SI_WRITE_DATA && sent) {
        si_count(counters, SI_RDMA_WRITE_WRS, 1);
        si_count(counters, SI_RDMA_WRITE_BYTES, head->payload);
    } else if (head->kind == SI_WRITE_DATA) {
        si_count(counters, SI_RDMA_WRITE_RECV_BYTES, head->payload);
    } else if (head->kind == SI_READ_ASK && sent) {
        si_count(counters, SI_RDMA_READ_WRS, 1);
    } else if (head->kind == SI_READ_DATA) {
        si_count(counters, sent ? SI_RDMA_READ_RESP_BYTES : SI_RDMA_READ_BYTES, head->payload);
    }
}

int si_wire_send(struct si_ep *ep, struct si_peer *peer, struct si_packet *packet)
{
    packet->peer = peer;
    packet->head.source = ep->address;
    ssize_t code = fi_send(ep->lower_ep, &packet->head, sizeof packet->head + packet->head.payload, NULL,
                           peer->lower, packet);
    if (code == -FI_EAGAIN)
        return -FI_EAGAIN;
    if (code != 0) {
        peer->broken = 1;
        return -FI_EAGAIN;
    }
    ep->packets_under_way++;
    count_packet(ep, &packet->head, 1);
    return 0;
}

void si_wire_control(struct si_ep *ep, struct si_peer *peer, enum si_packet_kind kind, uint64_t id)
{
    struct si_control *packet = calloc(1, sizeof *packet);
    struct si_control **end = &peer->control;
    (void)ep;
    if (!packet)
        si_trap("beneath", "progress", "out of memory");
    packet->head = (struct si_head){.kind = kind, .id = id};
    while (*end)
        end = &(*end)->next;
    *end = packet;
}

static int failed(struct si_ep *ep)
{
    struct fi_cq_err_entry entry = {0};
    if (fi_cq_readerr(ep->lower_cq, &entry, 0) != 1)
        return 0;
    struct si_packet *packet = entry.op_context;
    if (!packet)
        return 0;
    if (packet->is_receive) {
        if (entry.err != FI_ECANCELED)
            post_receive(ep, packet);
        return 1;
    }
    ep->packets_under_way--;
    packet->peer->broken = 1;
    packet->next = ep->idle;
    ep->idle = packet;
    return 1;
}

int si_wire_poll(struct si_ep *ep)
{
    struct fi_cq_msg_entry entries[COMPLETIONS_AT_ONCE];
    ssize_t count = fi_cq_read(ep->lower_cq, entries, COMPLETIONS_AT_ONCE);
    if (count == -FI_EAVAIL)
        return failed(ep);
    for (ssize_t i = 0; i < count; i++) {
        struct si_packet *packet = entries[i].op_context;
        if (packet->is_receive) {
            count_packet(ep, &packet->head, 0);
            si_engine_packet(ep, packet);
            post_receive(ep, packet);
        } else {
            ep->packets_under_way--;
            packet->next = ep->idle;
            ep->idle = packet;
        }
    }
    return count > 0 ? (int)count : 0;
}
