/* The stand-in for the efa provider has EFA's attributes and manners, and misbehaves only on order. What is
 * expected stands in fi_efa(7) and in prov/efa/src/efa_prov_info.c and efa_errno.h of libfabric 2.x. */
#include "cmocka_all.h"
#include "standin/bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_MS 20000

static struct fi_info *ask(struct fi_info *hints, int wanted)
{
    struct fi_info *info = NULL;
    int code = fi_getinfo(FI_VERSION(1, 17), NULL, NULL, 0, hints, &info);
    assert_int_equal(code, wanted);
    fi_freeinfo(hints);
    return info;
}

static void test_attributes_of_efa(void **state)
{
    (void)state;
    struct fi_info *info = ask(bed_hints("efa"), 0);
    assert_null(info->next);
    assert_string_equal(info->fabric_attr->prov_name, "efa");
    assert_string_equal(info->domain_attr->name, "standin_0-rdm");
    assert_int_equal(info->addr_format, FI_ADDR_EFA);
    assert_int_equal(info->ep_attr->protocol, FI_PROTO_EFA);
    assert_int_equal(info->ep_attr->type, FI_EP_RDM);
    assert_int_equal(info->mode, 0);
    assert_int_equal(info->domain_attr->mr_mode,
                     FI_MR_LOCAL | FI_MR_VIRT_ADDR | FI_MR_ALLOCATED | FI_MR_PROV_KEY);
    assert_int_equal(info->domain_attr->data_progress, FI_PROGRESS_MANUAL);
    assert_int_equal(info->domain_attr->av_type, FI_AV_TABLE);
    assert_int_equal(info->domain_attr->cq_data_size, 4);
    assert_int_equal(info->tx_attr->inject_size, 4096);
    assert_int_equal(info->tx_attr->msg_order, FI_ORDER_SAS);
    assert_true(info->ep_attr->max_msg_size == UINT64_MAX);
    fi_freeinfo(info);
}

static void test_attributes_of_efa_direct(void **state)
{
    (void)state;
    struct fi_info *hints = bed_hints("efa-direct");
    hints->caps = FI_MSG;
    struct fi_info *info = ask(hints, 0);
    assert_int_equal(info->mode, FI_CONTEXT2);
    assert_int_equal(info->domain_attr->data_progress, FI_PROGRESS_AUTO);
    assert_true(info->domain_attr->mr_mode & FI_MR_LOCAL);
    assert_int_equal(info->tx_attr->msg_order, 0);
    assert_int_equal(info->tx_attr->inject_size, 32);
    assert_int_equal(info->ep_attr->max_msg_size, 8928);
    fi_freeinfo(info);
    info = ask(bed_hints("efa-direct"), 0);
    assert_int_equal(info->ep_attr->max_msg_size, 1 << 30);
    fi_freeinfo(info);
}

static void test_both_are_listed(void **state)
{
    (void)state;
    struct fi_info *hints = fi_allocinfo();
    hints->fabric_attr->prov_name = strdup("efa");
    hints->mode = FI_CONTEXT2;
    hints->domain_attr->mr_mode = FI_MR_LOCAL | FI_MR_VIRT_ADDR | FI_MR_ALLOCATED | FI_MR_PROV_KEY;
    struct fi_info *info = ask(hints, 0);
    assert_string_equal(info->fabric_attr->name, "efa");
    assert_non_null(info->next);
    assert_string_equal(info->next->fabric_attr->name, "efa-direct");
    assert_null(info->next->next);
    fi_freeinfo(info);
}

static void test_wishes_that_efa_cannot_fulfil(void **state)
{
    (void)state;
    for (int wish = 0; wish < 12; wish++) {
        struct fi_info *hints = bed_hints(wish < 7 ? "efa" : "efa-direct");
        switch (wish) {
        case 0:
            hints->tx_attr->msg_order = FI_ORDER_WAW;
            break;
        case 1:
            hints->domain_attr->mr_mode = FI_MR_LOCAL | FI_MR_VIRT_ADDR;
            break;
        case 2:
            hints->addr_format = FI_SOCKADDR_IN;
            break;
        case 3:
            hints->tx_attr->inject_size = 4097;
            break;
        case 4:
            hints->domain_attr->data_progress = FI_PROGRESS_AUTO;
            break;
        case 5:
            hints->ep_attr->type = FI_EP_MSG;
            break;
        case 6:
            hints->domain_attr->cq_data_size = 8;
            break;
        case 7:
            hints->mode = 0;
            break;
        case 8:
            hints->caps |= FI_TAGGED;
            break;
        case 9:
            hints->caps |= FI_ATOMIC;
            break;
        case 10:
            hints->domain_attr->mr_mode &= ~FI_MR_LOCAL;
            break;
        default:
            hints->rx_attr->msg_order = FI_ORDER_SAS;
            break;
        }
        ask(hints, -FI_ENODATA);
    }
    struct fi_info *info = NULL;
    struct fi_info *hints = bed_hints("efa");
    assert_int_equal(fi_getinfo(FI_VERSION(1, 17), "127.0.0.1", "7", FI_SOURCE, hints, &info), -FI_ENODATA);
    fi_freeinfo(hints);
}

static void test_addresses_are_opaque_and_checked(void **state)
{
    struct bed bed;
    char address[64];
    size_t bytes = 16;
    fi_addr_t place = 0;
    (void)state;
    assert_int_equal(bed_open(&bed, "efa", 0), 0);
    assert_int_equal(fi_getname(&bed.ep->fid, address, &bytes), -FI_ETOOSMALL);
    assert_int_equal(bytes, 32);
    memset(address, 1, sizeof address);
    assert_int_equal(fi_av_insert(bed.av, address, 1, &place, 0, NULL), -FI_EINVAL);
    assert_true(place == FI_ADDR_NOTAVAIL);
    bed_close(&bed);
}

static void open_pair(struct bed *a, struct bed *b, const char *fabric)
{
    assert_int_equal(bed_open(a, fabric, 0), 0);
    assert_int_equal(bed_open(b, fabric, 0), 0);
    assert_int_equal(bed_knows(a, b), 1);
    assert_int_equal(bed_knows(b, a), 1);
}

static void fill(char *data, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        data[i] = (char)(i * 2654435761u >> 13);
}

static void test_nothing_moves_where_nobody_reads(void **state)
{
    struct bed a, b;
    struct fi_cq_tagged_entry entry;
    (void)state;
    open_pair(&a, &b, "efa");
    assert_int_equal(fi_tsend(a.ep, a.buffer, 8, a.desc, 1, 7, &a.contexts[0]), 0);
    assert_int_equal(bed_read(&a, NULL, 300, &entry), 0); /* the handshake wants the peer's progress */
    assert_int_equal(bed_read(&a, &b, PATIENCE_MS, &entry), 1);
    assert_int_equal(fi_tsend(a.ep, a.buffer, 8, a.desc, 1, 7, &a.contexts[0]), 0);
    assert_int_equal(bed_read(&b, NULL, 300, &entry),
                     0); /* what was posted leaves within the sender's fi_cq_read */
    bed_close(&a);
    bed_close(&b);
}

static void test_large_messages_and_tags(void **state)
{
    struct bed a, b;
    struct fi_cq_tagged_entry entry;
    (void)state;
    open_pair(&a, &b, "efa");
    fill(a.buffer, BED_BYTES);
    assert_int_equal(fi_tsend(a.ep, a.buffer, 1000000, a.desc, 1, 5, &a.contexts[0]), 0);
    assert_int_equal(fi_tsend(a.ep, a.buffer, 100, a.desc, 1, 6, &a.contexts[1]), 0);
    assert_int_equal(fi_trecv(b.ep, b.buffer, 60, b.desc, 1, 6, 0, &b.contexts[1]), 0);
    assert_int_equal(bed_read(&b, &a, PATIENCE_MS, &entry), 0); /* too short a buffer is an error */
    struct fi_cq_err_entry error = {0};
    assert_int_equal(fi_cq_readerr(b.cq, &error, 0), 1);
    assert_int_equal(error.err, FI_ETRUNC);
    assert_int_equal(error.olen, 40);
    assert_int_equal(fi_trecv(b.ep, b.buffer, BED_BYTES, b.desc, 1, 4, 1, &b.contexts[0]), 0);
    assert_int_equal(bed_read(&b, &a, PATIENCE_MS, &entry), 1); /* unexpected, and with an ignored bit */
    assert_int_equal(entry.len, 1000000);
    assert_int_equal(entry.tag, 5);
    assert_memory_equal(a.buffer, b.buffer, 1000000);
    bed_close(&a);
    bed_close(&b);
}

static void one_sided(const char *fabric)
{
    struct bed a, b;
    struct fi_cq_tagged_entry entry;
    open_pair(&a, &b, fabric);
    uint64_t there = (uint64_t)(uintptr_t)b.buffer;
    fill(a.buffer, 50000);
    assert_int_equal(
        fi_writedata(a.ep, a.buffer, 50000, a.desc, 0x12345678, 1, there, fi_mr_key(b.mr), &a.contexts[0]),
        0);
    assert_int_equal(bed_read(&b, &a, PATIENCE_MS, &entry), 1);
    assert_true(entry.flags & FI_REMOTE_CQ_DATA);
    assert_int_equal(entry.data, 0x12345678);
    assert_memory_equal(a.buffer, b.buffer, 50000);
    assert_int_equal(
        fi_read(a.ep, a.buffer + 60000, 50000, a.desc, 1, there, fi_mr_key(b.mr), &a.contexts[1]), 0);
    for (int left = 100; left > 0 && memcmp(a.buffer + 60000, a.buffer, 50000) != 0; left--)
        bed_read(&a, &b, PATIENCE_MS, &entry);
    assert_memory_equal(a.buffer + 60000, a.buffer, 50000);
    bed_close(&a);
    bed_close(&b);
}

static void test_one_sided(void **state)
{
    (void)state;
    one_sided("efa");
    one_sided("efa-direct");
}

/* A read wants nothing of a device's other side, and everything of the emulation that `efa` has. */
static void test_progress_of_the_other_side(void **state)
{
    struct bed a, b;
    struct fi_cq_tagged_entry entry;
    (void)state;
    for (int direct = 0; direct < 2; direct++) {
        open_pair(&a, &b, direct ? "efa-direct" : "efa");
        assert_int_equal(fi_read(a.ep, a.buffer, 9000, a.desc, 1, (uint64_t)(uintptr_t)b.buffer,
                                 fi_mr_key(b.mr), &a.contexts[0]),
                         0);
        assert_int_equal(bed_read(&a, NULL, direct ? PATIENCE_MS : 300, &entry), direct);
        bed_close(&a);
        bed_close(&b);
    }
}

static void test_full_queues_say_so(void **state)
{
    struct bed bed;
    (void)state;
    setenv("EFA_STANDIN_TX_SIZE", "4", 1);
    setenv("EFA_STANDIN_RX_SIZE", "2", 1);
    assert_int_equal(bed_open(&bed, "efa", 0), 0);
    for (int i = 0; i < 6; i++)
        assert_int_equal(fi_tinject(bed.ep, bed.buffer, 8, bed.self, 1), i < 4 ? 0 : -FI_EAGAIN);
    for (int i = 0; i < 4; i++)
        assert_int_equal(fi_recv(bed.ep, bed.buffer, 8, bed.desc, FI_ADDR_UNSPEC, NULL),
                         i < 2 ? 0 : -FI_EAGAIN);
    bed_close(&bed);
    unsetenv("EFA_STANDIN_TX_SIZE");
    unsetenv("EFA_STANDIN_RX_SIZE");
}

static void test_eagain_on_order(void **state)
{
    struct bed bed;
    int refused = 0;
    (void)state;
    setenv("EFA_STANDIN_EAGAIN", "3/4", 1);
    assert_int_equal(bed_open(&bed, "efa", 0), 0);
    for (int i = 0; i < 40; i++)
        refused += fi_tinject(bed.ep, bed.buffer, 8, bed.self, 1) == -FI_EAGAIN;
    assert_int_equal(refused, 30);
    bed_close(&bed);
    unsetenv("EFA_STANDIN_EAGAIN");
}

static void test_errors_on_order(void **state)
{
    static const struct {
        const char *order;
        int code;
        int err;
        const char *text;
    } errors[] = {{"0:4126", 4126, FI_ECONNABORTED,
                   "Unresponsive receiver (reachable by EFA device but handshake failed)"},
                  {"0:15", 15, FI_EHOSTUNREACH, "Unreachable remote (never received a response)"},
                  {"0:4112", 4112, FI_EOTHER, "Failure to post internal receive buffers"}};
    (void)state;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        struct bed bed;
        struct fi_cq_tagged_entry entry;
        struct fi_cq_err_entry error = {0};
        setenv("EFA_STANDIN_ERROR", errors[i].order, 1);
        assert_int_equal(bed_open(&bed, "efa", 0), 0);
        assert_int_equal(fi_tsend(bed.ep, bed.buffer, 8, bed.desc, bed.self, 1, &bed.contexts[3]), 0);
        assert_int_equal(bed_read(&bed, NULL, PATIENCE_MS, &entry), 0);
        assert_int_equal(fi_cq_read(bed.cq, &entry, 1), -FI_EAVAIL);
        assert_int_equal(fi_cq_readerr(bed.cq, &error, 0), 1);
        assert_int_equal(error.prov_errno, errors[i].code);
        assert_int_equal(error.err, errors[i].err);
        assert_ptr_equal(error.op_context, &bed.contexts[3]);
        assert_string_equal(fi_cq_strerror(bed.cq, error.prov_errno, NULL, NULL, 0), errors[i].text);
        bed_close(&bed);
    }
    unsetenv("EFA_STANDIN_ERROR");
}

static void test_a_silent_peer_answers_nothing(void **state)
{
    struct bed a, b;
    struct fi_cq_tagged_entry entry;
    (void)state;
    assert_int_equal(bed_open(&a, "efa", 0), 0);
    setenv("EFA_STANDIN_SILENT_PEER", "0", 1);
    assert_int_equal(bed_open(&b, "efa", 0), 0);
    unsetenv("EFA_STANDIN_SILENT_PEER");
    fi_addr_t other = bed_knows(&a, &b);
    assert_int_equal(fi_tsend(a.ep, a.buffer, 8, a.desc, other, 7, &a.contexts[0]), 0);
    assert_int_equal(bed_read(&a, &b, 500, &entry), 0);
    bed_close(&a);
    bed_close(&b);
}

/* How many of 32 messages come in another order than they were sent in: [0] by their content in the order of
 * the receives, [1] by the order of the completions. */
static void disorder(const char *fabric, int *counts)
{
    struct bed a, b;
    struct fi_cq_tagged_entry entry;
    open_pair(&a, &b, fabric);
    counts[0] = counts[1] = 0;
    for (int i = 0; i < 32; i++) {
        assert_int_equal(fi_recv(b.ep, b.buffer + i, 1, b.desc, FI_ADDR_UNSPEC, &b.contexts[i]), 0);
        a.buffer[i] = (char)i;
    }
    for (int i = 0; i < 32; i++)
        assert_int_equal(fi_send(a.ep, a.buffer + i, 1, a.desc, 1, &a.contexts[i]), 0);
    for (int i = 0; i < 32; i++) {
        assert_int_equal(bed_read(&b, &a, PATIENCE_MS, &entry), 1);
        counts[1] += entry.op_context != &b.contexts[i];
    }
    int seen[32] = {0};
    for (int i = 0; i < 32; i++) {
        counts[0] += b.buffer[i] != i;
        seen[(int)b.buffer[i]]++;
    }
    for (int i = 0; i < 32; i++)
        assert_int_equal(seen[i], 1);
    bed_close(&a);
    bed_close(&b);
}

static void test_order_and_disorder(void **state)
{
    int counts[2];
    (void)state;
    disorder("efa", counts);
    assert_int_equal(counts[0] + counts[1], 0);
    setenv("EFA_STANDIN_REORDER", "1", 1);
    disorder("efa",
             counts); /* FI_ORDER_SAS says which message goes where, not which completion comes first */
    assert_int_equal(counts[0], 0);
    assert_true(counts[1] > 0);
    disorder("efa-direct", counts);
    assert_true(counts[0] > 0);
    unsetenv("EFA_STANDIN_REORDER");
}

static uint64_t counter(const char *root, const char *name)
{
    char path[512];
    unsigned long long value = 0;
    snprintf(path, sizeof path, "%s/r0/sys/class/infiniband/rdmap0s6/ports/1/hw_counters/%s", root, name);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%llu", &value), 1);
    fclose(file);
    return value;
}

/* 100000 bytes are 12 packets of at most 8928. A write follows on the same pair. */
static void test_counters(void **state)
{
    struct bed a, b;
    struct fi_cq_tagged_entry entry;
    char root[] = "standin-counters-XXXXXX";
    char order[64];
    char link[128];
    char target[128] = "";
    (void)state;
    assert_non_null(mkdtemp(root));
    snprintf(order, sizeof order, "%s/r%%r", root);
    setenv("EFA_STANDIN_DEVICE", "rdmap0s6", 1);
    setenv("EFA_STANDIN_COUNTERS", order, 1);
    open_pair(&a, &b, "efa"); /* both count in the same place, as two endpoints on one device do */
    assert_string_equal(a.info->domain_attr->name, "rdmap0s6-rdm");
    assert_int_equal(fi_trecv(b.ep, b.buffer, 100000, b.desc, 1, 7, 0, &b.contexts[0]), 0);
    assert_int_equal(fi_tsend(a.ep, a.buffer, 100000, a.desc, 1, 7, &a.contexts[0]), 0);
    assert_int_equal(bed_read(&b, &a, PATIENCE_MS, &entry), 1);
    assert_int_equal(counter(root, "send_bytes"), 100000);
    assert_int_equal(counter(root, "send_wrs"), 12);
    assert_int_equal(counter(root, "recv_bytes"), 100000);
    assert_int_equal(counter(root, "rdma_write_bytes"), 0);
    assert_int_equal(fi_writedata(a.ep, a.buffer, 9000, a.desc, 1, 1, (uint64_t)(uintptr_t)b.buffer,
                                  fi_mr_key(b.mr), &a.contexts[1]),
                     0);
    assert_int_equal(bed_read(&b, &a, PATIENCE_MS, &entry), 1);
    assert_int_equal(counter(root, "rdma_write_bytes"), 9000);
    assert_int_equal(counter(root, "rdma_write_recv_bytes"), 9000);
    assert_int_equal(counter(root, "rdma_write_wrs"), 2);
    assert_int_equal(counter(root, "send_bytes"), 100000);
    assert_true(counter(root, "tx_bytes") >= 109000 + 14 * 64);
    assert_true(counter(root, "tx_bytes") < 112000);
    bed_close(&a);
    bed_close(&b);
    snprintf(link, sizeof link, "%s/r0/sys/class/infiniband/rdmap0s6/device/driver", root);
    assert_true(readlink(link, target, sizeof target - 1) > 0);
    assert_string_equal(strrchr(target, '/'), "/efa");
    setenv("EFA_STANDIN_COUNTERS_LIE", "1/8", 1);
    open_pair(&a, &b, "efa");
    assert_int_equal(fi_trecv(b.ep, b.buffer, 80000, b.desc, 1, 7, 0, &b.contexts[0]), 0);
    assert_int_equal(fi_tsend(a.ep, a.buffer, 80000, a.desc, 1, 7, &a.contexts[0]), 0);
    assert_int_equal(bed_read(&b, &a, PATIENCE_MS, &entry), 1);
    assert_int_equal(counter(root, "send_bytes"), 110000);
    bed_close(&a);
    bed_close(&b);
    unsetenv("EFA_STANDIN_COUNTERS_LIE");
    unsetenv("EFA_STANDIN_COUNTERS");
    unsetenv("EFA_STANDIN_DEVICE");
    snprintf(order, sizeof order, "rm -rf %s", root);
    assert_int_equal(system(order), 0);
}

static void test_memory_runs_out_on_order(void **state)
{
    struct bed bed;
    struct fid_mr *mr = NULL;
    (void)state;
    setenv("EFA_STANDIN_MEMLOCK", "1048576", 1);
    assert_int_equal(bed_open(&bed, "efa", 0), 0);
    assert_int_equal(fi_mr_reg(bed.domain, bed.buffer, 1, FI_SEND, 0, 0, 0, &mr, NULL), -FI_ENOMEM);
    bed_close(&bed);
    unsetenv("EFA_STANDIN_MEMLOCK");
}

int main(void)
{
    char here[4000];
    char path[4096];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attributes_of_efa),
        cmocka_unit_test(test_attributes_of_efa_direct),
        cmocka_unit_test(test_both_are_listed),
        cmocka_unit_test(test_wishes_that_efa_cannot_fulfil),
        cmocka_unit_test(test_addresses_are_opaque_and_checked),
        cmocka_unit_test(test_nothing_moves_where_nobody_reads),
        cmocka_unit_test(test_large_messages_and_tags),
        cmocka_unit_test(test_one_sided),
        cmocka_unit_test(test_progress_of_the_other_side),
        cmocka_unit_test(test_full_queues_say_so),
        cmocka_unit_test(test_eagain_on_order),
        cmocka_unit_test(test_errors_on_order),
        cmocka_unit_test(test_a_silent_peer_answers_nothing),
        cmocka_unit_test(test_order_and_disorder),
        cmocka_unit_test(test_counters),
        cmocka_unit_test(test_memory_runs_out_on_order),
    };
    snprintf(path, sizeof path, "%s/tests/standin", getcwd(here, sizeof here) ? here : ".");
    setenv("FI_PROVIDER_PATH", path, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
