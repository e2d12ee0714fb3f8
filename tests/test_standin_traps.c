/* Every trap of the stand-in for the efa provider, sprung by a call that is wrong on purpose: in a child
 * process, whose one line must name the trap, the call and the reason. */
#include "cmocka_all.h"
#include "standin/bed.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void must(int code)
{
    if (code == 0)
        return;
    fprintf(stderr, "the test itself failed: %s\n", fi_strerror(-code));
    _exit(1);
}

static void sleep_ms(long milliseconds)
{
    struct timespec time = {.tv_nsec = milliseconds * 1000000};
    nanosleep(&time, NULL);
}

/* Memory
 * -----------------------------------------------------------------------------------------------------------
 */

static void unregistered(struct bed *b)
{
    fi_send(b->ep, b->buffer, 8, NULL, b->self, &b->contexts[0]);
}

static void of_another_domain(struct bed *b)
{
    struct bed other;
    must(bed_open(&other, "efa", 0));
    fi_send(b->ep, other.buffer, 8, other.desc, b->self, &b->contexts[0]);
}

static void region_closed(struct bed *b)
{
    must(fi_close(&b->mr->fid));
    fi_trecv(b->ep, b->buffer, 8, b->desc, FI_ADDR_UNSPEC, 1, 0, &b->contexts[0]);
}

static void beyond_the_region(struct bed *b)
{
    fi_recv(b->ep, b->buffer + BED_BYTES - 7, 8, b->desc, FI_ADDR_UNSPEC, &b->contexts[0]);
}

static void before_the_region(struct bed *b)
{
    fi_tsend(b->ep, b->buffer - 1, 8, b->desc, b->self, 1, &b->contexts[0]);
}

static void registered_to_send_only(struct bed *b)
{
    struct fid_mr *mr = NULL;
    must(fi_mr_reg(b->domain, b->buffer, 64, FI_SEND, 0, 0, 0, &mr, NULL));
    fi_recv(b->ep, b->buffer, 8, fi_mr_desc(mr), FI_ADDR_UNSPEC, &b->contexts[0]);
}

static void closed_in_use(struct bed *b)
{
    must((int)fi_recv(b->ep, b->buffer, 8, b->desc, FI_ADDR_UNSPEC, &b->contexts[0]));
    fi_close(&b->mr->fid);
}

/* A process is its own peer here: both ends of a one-sided operation are in it. */
static void drive(struct bed *b)
{
    struct fi_cq_tagged_entry entry;
    bed_read(b, NULL, 5000, &entry);
}

static void key_of_nobody(struct bed *b)
{
    must((int)fi_write(b->ep, b->buffer, 8, b->desc, b->self, (uint64_t)(uintptr_t)b->buffer,
                       fi_mr_key(b->mr) + 1, &b->contexts[0]));
    drive(b);
}

static void beyond_the_peers_region(struct bed *b)
{
    must((int)fi_read(b->ep, b->buffer, 8, b->desc, b->self, (uint64_t)(uintptr_t)b->buffer + BED_BYTES - 7,
                      fi_mr_key(b->mr), &b->contexts[0]));
    drive(b);
}

static void not_to_be_written_to(struct bed *b)
{
    struct fid_mr *mr = NULL;
    must(fi_mr_reg(b->domain, b->buffer, 64, FI_REMOTE_READ, 0, 0, 0, &mr, NULL));
    must((int)fi_inject_write(b->ep, b->buffer, 8, b->self, (uint64_t)(uintptr_t)b->buffer, fi_mr_key(mr)));
    drive(b);
}

/* Sizes
 * ------------------------------------------------------------------------------------------------------------
 */

static void inject_too_much(struct bed *b)
{
    fi_tinject(b->ep, b->buffer, b->info->tx_attr->inject_size + 1, b->self, 1);
}

static void inject_write_too_much(struct bed *b)
{
    fi_inject_write(b->ep, b->buffer, b->info->tx_attr->inject_size + 1, b->self,
                    (uint64_t)(uintptr_t)b->buffer, fi_mr_key(b->mr));
}

static void inline_too_much(struct bed *b)
{
    fi_inject(b->ep, b->buffer, 33, b->self);
}

static void message_too_long(struct bed *b)
{
    fi_send(b->ep, b->buffer, 8929, b->desc, b->self, &b->contexts[0]);
}

static void data_too_wide(struct bed *b)
{
    fi_writedata(b->ep, b->buffer, 8, b->desc, UINT64_C(1) << 32, b->self, (uint64_t)(uintptr_t)b->buffer,
                 fi_mr_key(b->mr), &b->contexts[0]);
}

static void tagged_on_direct(struct bed *b)
{
    fi_tsend(b->ep, b->buffer, 8, b->desc, b->self, 1, &b->contexts[0]);
}

/* Contexts
 * ---------------------------------------------------------------------------------------------------------
 */

static void no_context(struct bed *b)
{
    fi_send(b->ep, b->buffer, 8, b->desc, b->self, NULL);
}

static void context_in_use(struct bed *b)
{
    must((int)fi_recv(b->ep, b->buffer, 8, b->desc, FI_ADDR_UNSPEC, &b->contexts[0]));
    fi_recv(b->ep, b->buffer, 8, b->desc, FI_ADDR_UNSPEC, &b->contexts[0]);
}

/* A struct fi_context has half of the room. */
static void context_too_small(struct bed *b)
{
    struct fi_context *small = (struct fi_context *)(void *)b->contexts;
    must((int)fi_recv(b->ep, b->buffer, 8, b->desc, FI_ADDR_UNSPEC, &small[0]));
    fi_recv(b->ep, b->buffer, 8, b->desc, FI_ADDR_UNSPEC, &small[1]);
}

static void context_written_to(struct bed *b)
{
    must((int)fi_recv(b->ep, b->buffer, 8, b->desc, FI_ADDR_UNSPEC, &b->contexts[0]));
    b->contexts[0].internal[7] = NULL;
    must((int)fi_inject(b->ep, b->buffer, 8, b->self));
    drive(b);
}

/* Progress and queues
 * ---------------------------------------------------------------------------------------------- */

static void never_reads(struct bed *b)
{
    must((int)fi_tinject(b->ep, b->buffer, 8, b->self, 1));
    sleep_ms(300);
    fi_trecv(b->ep, b->buffer, 8, b->desc, FI_ADDR_UNSPEC, 1, 0, &b->contexts[0]);
}

/* efa-direct completes by itself: four completions fill this queue, and a fifth comes. */
static void reads_too_late(struct bed *b)
{
    for (int i = 0; i < 500; i++) {
        if (i < 6)
            must((int)fi_write(b->ep, b->buffer, 8, b->desc, b->self, (uint64_t)(uintptr_t)b->buffer + 64,
                               fi_mr_key(b->mr), &b->contexts[i]));
        else /* every call lets the device go on */
            must((int)fi_inject(b->ep, b->buffer, 8, b->self) == -FI_EAGAIN);
        sleep_ms(2);
    }
}

/* Objects
 * ----------------------------------------------------------------------------------------------------------
 */

static void send_after_close(struct bed *b)
{
    must(fi_close(&b->ep->fid));
    fi_tsend(b->ep, b->buffer, 8, b->desc, b->self, 1, &b->contexts[0]);
}

static void close_twice(struct bed *b)
{
    must(fi_close(&b->mr->fid));
    fi_close(&b->mr->fid);
}

static void read_after_close(struct bed *b)
{
    must(fi_close(&b->ep->fid));
    must(fi_close(&b->cq->fid));
    drive(b);
}

static void insert_after_close(struct bed *b)
{
    char address[32] = "";
    fi_addr_t place;
    must(fi_close(&b->ep->fid));
    must(fi_close(&b->av->fid));
    fi_av_insert(b->av, address, 1, &place, 0, NULL);
}

static void register_after_close(struct bed *b)
{
    struct fid_mr *mr = NULL;
    must(fi_close(&b->ep->fid));
    must(fi_close(&b->mr->fid));
    must(fi_close(&b->cq->fid));
    must(fi_close(&b->av->fid));
    must(fi_close(&b->domain->fid));
    fi_mr_reg(b->domain, b->buffer, 64, FI_SEND, 0, 0, 0, &mr, NULL);
}

static void domain_in_use(struct bed *b)
{
    fi_close(&b->domain->fid);
}

static void queue_in_use(struct bed *b)
{
    fi_close(&b->cq->fid);
}

static void addresses_in_use(struct bed *b)
{
    fi_close(&b->av->fid);
}

static void fabric_in_use(struct bed *b)
{
    fi_close(&b->fabric->fid);
}

static void queue_of_another_domain(struct bed *b)
{
    struct bed other;
    struct fid_ep *ep = NULL;
    must(bed_open(&other, "efa", 0));
    must(fi_endpoint(b->domain, b->info, &ep, NULL));
    fi_ep_bind(ep, &other.cq->fid, FI_TRANSMIT | FI_RECV);
}

static void not_enabled(struct bed *b)
{
    struct fid_ep *ep = NULL;
    must(fi_endpoint(b->domain, b->info, &ep, NULL));
    fi_inject(ep, b->buffer, 8, b->self);
}

static void no_such_address(struct bed *b)
{
    fi_inject(b->ep, b->buffer, 8, b->self + 1);
}

struct trap {
    const char *name;
    const char *fabric;
    void (*broken)(struct bed *bed);
    const char *line; /* how it begins, after "efa stand-in: TRAP " */
    const char *reason;
    size_t cq_size;
};

static const struct trap traps[] = {
    {"no descriptor", "efa", unregistered, "unregistered: fi_send: ", "without a descriptor", 0},
    {"no descriptor on efa-direct", "efa-direct", unregistered, "unregistered: fi_send: ", "FI_MR_LOCAL", 0},
    {"another domain's region", "efa", of_another_domain, "foreign-desc: fi_send: ", "of this domain", 0},
    {"a closed region", "efa", region_closed, "foreign-desc: fi_trecv: ", "no open memory region", 0},
    {"past a region's end", "efa", beyond_the_region, "mr-range: fi_recv: ", "8 bytes at", 0},
    {"before a region", "efa", before_the_region, "mr-range: fi_tsend: ", "not within the region's 1048576",
     0},
    {"a region for something else", "efa", registered_to_send_only, "mr-access: fi_recv: ", "not registered",
     0},
    {"a region closed in use", "efa", closed_in_use, "mr-busy: fi_close(mr): ", "1 operations", 0},
    {"a key of nobody", "efa", key_of_nobody, "rma-key: fi_write: ", "no open region", 0},
    {"a key of nobody, direct", "efa-direct", key_of_nobody, "rma-key: fi_write: ", "no open region", 0},
    {"past a peer's region", "efa", beyond_the_peers_region, "rma-range: fi_read: ", "8 bytes at", 0},
    {"a region not for writes", "efa", not_to_be_written_to, "rma-access: fi_write: ", "not registered", 0},
    {"inject above the limit", "efa", inject_too_much, "inject-size: fi_tinject: ", "4097 bytes", 0},
    {"inject_write above it", "efa", inject_write_too_much, "inject-size: fi_inject_write: ", "4097 bytes",
     0},
    {"inject above inline size", "efa-direct", inline_too_much, "inject-size: fi_inject: ", "33 bytes", 0},
    {"message above the MTU", "efa-direct", message_too_long, "message-size: fi_send: ", "8929 bytes", 0},
    {"data of 5 bytes", "efa", data_too_wide, "cq-data: fi_writedata: ", "0x100000000", 0},
    {"tags on efa-direct", "efa-direct", tagged_on_direct, "no-tagged: fi_tsend: ", "no tagged", 0},
    {"no context", "efa-direct", no_context, "context: fi_send: ", "FI_CONTEXT2", 0},
    {"a context in use", "efa-direct", context_in_use, "context: fi_recv: ", "still under way", 0},
    {"a context of 32 bytes", "efa-direct", context_too_small, "context: fi_recv: ", "64 bytes", 0},
    {"a context written to", "efa-direct", context_written_to, "context-changed: fi_cq_read: ", "written to",
     0},
    {"no progress", "efa", never_reads, "starved: fi_trecv: ", "1 operations are under way", 0},
    {"unread completions", "efa-direct", reads_too_late, "cq-overrun: ", "in a queue of 4", 4},
    {"a closed endpoint", "efa", send_after_close, "use-after-close: fi_tsend: ", "the endpoint", 0},
    {"a region closed twice", "efa", close_twice, "use-after-close: fi_close(mr): ", "the memory region", 0},
    {"a closed queue", "efa", read_after_close, "use-after-close: fi_cq_read: ", "the completion queue", 0},
    {"a closed address vector", "efa", insert_after_close, "use-after-close: fi_av_insert: ", "address", 0},
    {"a closed domain", "efa", register_after_close, "use-after-close: fi_mr_reg: ", "the domain", 0},
    {"a domain in use", "efa", domain_in_use, "open-children: fi_close(domain): ", "the domain", 0},
    {"a queue in use", "efa", queue_in_use, "open-children: fi_close(cq): ", "the completion queue", 0},
    {"an address vector in use", "efa", addresses_in_use, "open-children: fi_close(av): ", "address", 0},
    {"a fabric in use", "efa", fabric_in_use, "open-children: fi_close(fabric): ", "the fabric", 0},
    {"another domain's queue", "efa", queue_of_another_domain, "foreign-object: fi_ep_bind: ", "queue", 0},
    {"an endpoint not enabled", "efa", not_enabled, "not-enabled: fi_inject: ", "not enabled", 0},
    {"an address of nobody", "efa", no_such_address, "no-address: fi_inject: ", "address 1", 0},
};

static void prepare_child(int error_fd)
{
    char path[4096];
    char here[4000];
    dup2(error_fd, STDERR_FILENO);
    snprintf(path, sizeof path, "%s/tests/standin", getcwd(here, sizeof here) ? here : ".");
    setenv("FI_PROVIDER_PATH", path, 1);
    setenv("EFA_STANDIN_STARVE_MS", "200", 1);
    signal(SIGABRT, SIG_DFL); /* cmocka takes it */
    alarm(60);
}

/* Runs the broken call in a child; its status, and what it said. */
static int spring(const struct trap *trap, char *said, size_t room)
{
    int ends[2];
    size_t used = 0;
    ssize_t got;
    int status = -1;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct bed bed;
        prepare_child(ends[1]);
        must(bed_open(&bed, trap->fabric, trap->cq_size));
        trap->broken(&bed);
        _exit(0); /* nothing was sprung */
    }
    close(ends[1]);
    while (used + 1 < room && (got = read(ends[0], said + used, room - 1 - used)) > 0)
        used += (size_t)got;
    said[used] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void test_trap(void **state)
{
    const struct trap *trap = *state;
    char said[4096];
    char begin[200];
    setenv("EFA_STANDIN_TRAP", "exit", 1);
    int status = spring(trap, said, sizeof said);
    snprintf(begin, sizeof begin, "efa stand-in: TRAP %s", trap->line);
    const char *line = strstr(said, begin);
    if (!line || !strstr(line, trap->reason))
        fail_msg("'%s...%s' is not in '%s'", begin, trap->reason, said);
    assert_null(strstr(line + strlen(begin), "TRAP"));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 99);
}

static void test_a_trap_aborts(void **state)
{
    char said[4096];
    (void)state;
    setenv("EFA_STANDIN_TRAP", "abort", 1);
    int status = spring(&traps[0], said, sizeof said);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void harmless(struct bed *b)
{
    struct fi_cq_tagged_entry entry;
    must((int)fi_trecv(b->ep, b->buffer + 64, 8, b->desc, FI_ADDR_UNSPEC, 1, 0, &b->contexts[0]));
    must((int)fi_tsend(b->ep, b->buffer, 8, b->desc, b->self, 1, &b->contexts[1]));
    must(bed_read(b, NULL, 5000, &entry) != 1);
    must(bed_read(b, NULL, 5000, &entry) != 1);
    sleep_ms(300);
    must((int)fi_tinject(b->ep, b->buffer, 4096, b->self, 1)); /* idle before: nothing was starved */
    bed_close(b);
}

static void test_right_calls_spring_nothing(void **state)
{
    static const struct trap right = {"right", "efa", harmless, "", "", 0};
    char said[4096];
    (void)state;
    int status = spring(&right, said, sizeof said);
    assert_string_equal(said, "");
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    enum { COUNT = sizeof traps / sizeof *traps };
    struct CMUnitTest tests[COUNT + 2];
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){
            .name = traps[i].name, .test_func = test_trap, .initial_state = (void *)(uintptr_t)&traps[i]};
    tests[COUNT] = (struct CMUnitTest){.name = "a trap aborts", .test_func = test_a_trap_aborts};
    tests[COUNT + 1] = (struct CMUnitTest){.name = "right calls spring nothing",
                                           .test_func = test_right_calls_spring_nothing};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
