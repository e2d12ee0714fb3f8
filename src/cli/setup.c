#include "cli/setup.h"

#include "common/clock.h"
#include "common/rng.h"
#include "measure/kernel/allreduce.h"
#include "measure/topology/nic.h"
#include "measure/transport/transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_SWEEPS 4
#define DEFAULT_LAUNCHES 6
/* Of a screening: after the first sweep, which is marked, two each way; and pairs that are many tell what
 * launches would. */
#define SCREEN_SWEEPS 5
#define SCREEN_LAUNCHES 1
#define SCREEN_SIZES "8,1M"

static const char *const efa_arms[] = {"efa=ofi:efa@efa", "ena=sockets@ena,flows=1",
                                       "ena8=sockets@ena,flows=8", NULL};
static const char *const local_arms[] = {"kernel-tcp=sockets@lo", "tcp=ofi:tcp@lo", NULL};

static enum eb_status default_arms(struct eb_options *options, struct eb_error *err)
{
    /* An adapter takes two hosts, and those only a launcher of the user's own can name. */
    const char *const *specs = options->launcher && eb_nic_has_efa() ? efa_arms : local_arms;
    if (options->arm_count > 0)
        return EB_OK;
    for (; *specs; specs++) {
        enum eb_status status = eb_arm_parse(*specs, &options->arms[options->arm_count], err);
        if (status != EB_OK)
            return status;
        options->arm_count++;
    }
    return EB_OK;
}

/* The record is JSON, which is UTF-8. */
static enum eb_status check_variant(const char *variant, struct eb_error *err)
{
    json_t *text = json_string(variant);
    json_decref(text);
    return text && variant[0]
               ? EB_OK
               : eb_error_set(err, EB_USAGE, "setup", 0, "--variant: '%s' is empty or no UTF-8", variant);
}

static int is_screening(const struct eb_options *options)
{
    for (size_t i = 0; i < options->word_count; i++)
        if (strcmp(options->words[i], EB_SCREEN_WORD) == 0)
            return 1;
    return 0;
}

/* What a screening measures, and how often where nobody says; it goes with no other kernel. */
static enum eb_status make_screening(struct eb_setup *setup, struct eb_options *options, size_t *count,
                                     struct eb_error *err)
{
    static const char *const names[] = {"pingpong", "bandwidth"};
    enum eb_status status = EB_OK;
    for (size_t i = 0; i < options->word_count; i++)
        if (strcmp(options->words[i], EB_SCREEN_WORD) != 0)
            return eb_error_set(err, EB_USAGE, "setup", 0,
                                "screen measures pingpong and bandwidth, and goes with no other kernel: '%s' "
                                "is one too many",
                                options->words[i]);
    for (*count = 0; status == EB_OK && *count < sizeof names / sizeof *names; ++*count)
        status = eb_kernel_find(names[*count], &setup->kernels[*count], err);
    if (status == EB_OK && !options->sizes_text) {
        eb_size_list_free(&options->sizes);
        status = eb_size_list_parse(SCREEN_SIZES, &options->sizes, err);
    }
    if (options->sweeps == 0)
        options->sweeps = SCREEN_SWEEPS;
    if (options->launches == 0)
        options->launches = SCREEN_LAUNCHES;
    return status;
}

static enum eb_status find_kernels(struct eb_setup *setup, const struct eb_options *options, size_t *count,
                                   struct eb_error *err)
{
    *count = 0;
    int all = options->word_count == 1 && strcmp(options->words[0], "all") == 0;
    for (size_t i = 0; (options->word_count == 0 || all) && eb_kernels[i]; i++)
        if (all || eb_kernels[i]->by_default)
            setup->kernels[(*count)++] = eb_kernels[i];
    if (all)
        return EB_OK;
    for (size_t i = 0; i < options->word_count; i++) {
        const struct eb_kernel_ops *kernel = NULL;
        enum eb_status status = eb_kernel_find(options->words[i], &kernel, err);
        if (status != EB_OK) {
            struct eb_error inner = *err;
            return eb_error_set(err, status, inner.origin, inner.code,
                                "%s; and screen, by itself: all pairs of hosts", inner.text);
        }
        size_t known = 0;
        while (known < *count && setup->kernels[known] != kernel)
            known++;
        if (known == *count && *count < EB_KERNELS_MAX)
            setup->kernels[(*count)++] = kernel;
    }
    return EB_OK;
}

/* A baseline that is no arm would be found only after everything was measured. */
static enum eb_status check_baseline(const struct eb_options *options, struct eb_error *err)
{
    char names[300] = "";
    size_t used = 0;
    for (size_t i = 0; i < options->arm_count; i++) {
        if (!options->baseline || strcmp(options->baseline, options->arms[i].name) == 0)
            return EB_OK;
        if (used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "",
                                     options->arms[i].name);
    }
    return eb_error_set(err, EB_USAGE, "setup", 0, "--baseline: there is no arm '%s': there are %s",
                        options->baseline, names);
}

static enum eb_status parse_crossover(const char *text, struct eb_crossover *crossover, struct eb_error *err)
{
    char above[64] = "";
    char bytes[32] = "";
    if (sscanf(text, "%39[^=]=%63[^:]:%31s", crossover->arm, above, bytes) != 3)
        return eb_error_set(err, EB_USAGE, "setup", 0, "--crossover: '%s' is not ARM=NAME:SIZE", text);
    enum eb_status status = eb_algorithm_find(above, &crossover->above, err);
    return status == EB_OK ? eb_count_parse("--crossover", bytes, 0, INT64_MAX, &crossover->bytes, err)
                           : status;
}

static enum eb_status parse_added(const char *text, struct eb_added_size *added, struct eb_error *err)
{
    char kernel[64] = "";
    char bytes[32] = "";
    if (sscanf(text, "%63[^=]=%31s", kernel, bytes) != 2)
        return eb_error_set(err, EB_USAGE, "setup", 0, "--added: '%s' is not KERNEL=SIZE", text);
    enum eb_status status = eb_kernel_find(kernel, &added->kernel, err);
    return status == EB_OK ? eb_size_parse(bytes, &added->bytes, err) : status;
}

/* What options say in words. */
static enum eb_status parse_words(struct eb_setup *setup, const struct eb_options *options,
                                  struct eb_error *err)
{
    struct eb_session_options *session = &setup->session;
    uint64_t segment = 0;
    struct eb_error inner = {0};
    enum eb_status status = eb_reduction_find(options->type, options->operation, &session->reduction, err);
    if (status == EB_OK)
        status = options->precision
                     ? eb_percent_parse("--precision", options->precision, &session->precision, err)
                     : EB_OK;
    if (status == EB_OK && eb_size_parse(options->segment, &segment, &inner) != EB_OK)
        status = eb_error_set(err, EB_USAGE, "setup", 0, "--segment: %s", inner.text);
    session->segment_bytes = segment;
    for (size_t i = 0; status == EB_OK && i < options->crossover_count; i++)
        status = parse_crossover(options->crossovers[i], &setup->crossovers[i], err);
    for (size_t i = 0; status == EB_OK && i < options->added_count; i++)
        status = parse_added(options->added[i], &setup->added[i], err);
    return status;
}

static uint64_t seed_from_clock(void)
{
    struct eb_rng rng;
    eb_rng_seed(&rng, eb_clock_ns() ^ ((uint64_t)time(NULL) << 20) ^ ((uint64_t)getpid() << 44));
    return eb_rng_next(&rng) >> 16; /* short enough to be typed again */
}

enum eb_status eb_setup_make(struct eb_setup *setup, struct eb_options *options, struct eb_error *err)
{
    size_t kernel_count = 0;
    enum eb_status status = default_arms(options, err);
    if (status == EB_OK)
        status = check_baseline(options, err);
    if (status == EB_OK)
        status = check_variant(options->variant, err);
    int screen = is_screening(options);
    if (status == EB_OK)
        status = screen ? make_screening(setup, options, &kernel_count, err)
                        : find_kernels(setup, options, &kernel_count, err);
    if (status != EB_OK)
        return status;
    if (options->launches == 0)
        options->launches = DEFAULT_LAUNCHES;
    if (options->seed == UINT64_MAX)
        options->seed = seed_from_clock();
    setup->session = (struct eb_session_options){
        .arms = options->arms,
        .arm_count = options->arm_count,
        .kernels = setup->kernels,
        .kernel_count = kernel_count,
        .sizes = options->sizes,
        .default_sizes = !options->sizes_text,
        .variant = options->variant,
        .window = (unsigned)options->window,
        .pairs = (unsigned)options->pairs,
        .screen = screen,
        .algorithm = options->algorithm,
        .crossovers = setup->crossovers,
        .crossover_count = options->crossover_count,
        .in_place = options->in_place,
        .bind = options->bind,
        .iterations = options->iterations,
        .warmup = options->warmup,
        .block_ns = options->time_ms * 1000000u,
        .min_iterations = options->min_iterations,
        .sweeps = options->sweeps ? options->sweeps
                  : options->osu  ? 1
                                  : DEFAULT_SWEEPS,
        .osu = options->osu,
        .cold = options->cold,
        .huge_pages = options->huge_pages,
        .refine = options->refine,
        .added = setup->added,
        .added_count = options->added_count,
        .seed = options->seed,
        .launch_index = options->launch_index,
        .validate = options->validate,
        .raw = options->raw,
        .allow_same_host = options->allow_same_host,
        .allow_wrong_path = options->allow_wrong_path,
        .sysroot = options->sysroot,
    };
    status = parse_words(setup, options, err);
    return status == EB_OK ? eb_session_check(&setup->session, err) : status;
}
