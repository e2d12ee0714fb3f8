#include "cli/commands.h"
#include "cli/judgement_output.h"
#include "cli/output.h"
#include "common/record.h"
#include "judge/compare.h"
#include "judge/likeness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char program[] = "efabench compare";

/* What is compared: one word and two sides of it, or two words. */
static enum eb_status check_words(const struct eb_options *options, struct eb_error *err)
{
    size_t sides = options->arm_side_count + options->variant_side_count;
    struct stat base;
    struct stat now;
    if (options->arm_side_count == 1 && options->variant_side_count == 1)
        return eb_error_set(err, EB_USAGE, program, 0,
                            "one arm and one variant are named: it takes two arms, or two variants");
    if (sides == 1)
        return eb_error_set(err, EB_USAGE, program, 0,
                            "only one %s is named, '%.64s': with what is it compared?",
                            options->arm_side_count == 1 ? "arm" : "variant", options->sides[0]);
    if (options->word_count != 1 && options->word_count != 2)
        return eb_error_set(
            err, EB_USAGE, program, 0,
            "BASE and NEW are wanted, or one RUN with two arms or variants of it: %zu records "
            "were given",
            options->word_count);
    if (options->word_count == 1 && sides == 0)
        return eb_error_set(
            err, EB_USAGE, program, 0,
            "with what is '%.200s' compared? Another record is wanted, or --arm BASE --arm NEW, "
            "or --variant BASE NEW",
            options->words[0]);
    if (options->word_count == 2 && stat(options->words[0], &base) == 0 &&
        stat(options->words[1], &now) == 0 && base.st_dev == now.st_dev && base.st_ino == now.st_ino)
        return eb_error_set(err, EB_USAGE, program, 0, "'%.200s' is compared with itself", options->words[1]);
    return EB_OK;
}

static enum eb_status check_options(const struct eb_options *options, struct eb_error *err)
{
    enum eb_status status = check_words(options, err);
    if (status == EB_OK)
        status = eb_likeness_check_allow(options->allow, err);
    return status == EB_OK ? eb_judgement_output_check(options, options->words, options->word_count, err)
                           : status;
}

/* *verdict is what the comparison says, when it could be made and written. */
static enum eb_status compare(const struct eb_options *options, enum eb_status *verdict, struct eb_error *err)
{
    json_t *records[2] = {NULL, NULL};
    struct eb_series_set *sets[2] = {NULL, NULL};
    struct eb_judgement *judgement = NULL;
    const struct eb_compare_options how = {.alpha = options->alpha,
                                           .delta = log1p(options->delta),
                                           .tolerance = log1p(options->tolerance),
                                           .seed = options->seed == UINT64_MAX ? 1 : options->seed,
                                           .allow = options->allow};
    enum eb_status status = check_options(options, err);
    for (size_t i = 0; status == EB_OK && i < options->word_count; i++) {
        status = eb_record_load(options->words[i], &records[i], err);
        if (status == EB_OK)
            status = eb_compare_thin(records[i], options->words[i], &sets[i], err);
    }
    if (status == EB_OK && options->word_count == 2 &&
        json_equal(json_object_get(records[0], "launches"), json_object_get(records[1], "launches")))
        status = eb_error_set(err, EB_USAGE, program, 0,
                              "'%.160s' holds the launches of '%.160s': it is compared with itself",
                              options->words[1], options->words[0]);
    if (status == EB_OK) {
        size_t last = options->word_count - 1;
        struct eb_side base = {.record = records[0], .path = options->words[0], .set = sets[0]};
        struct eb_side now = {.record = records[last], .path = options->words[last], .set = sets[last]};
        base.arm = options->arm_side_count ? options->sides[0] : NULL;
        now.arm = options->arm_side_count ? options->sides[1] : NULL;
        base.variant = options->variant_side_count ? options->sides[0] : NULL;
        now.variant = options->variant_side_count ? options->sides[1] : NULL;
        status = eb_compare(&base, &now, &how, &judgement, err);
    }
    if (status == EB_OK)
        status = eb_judgement_output_write(judgement, options, err);
    if (status == EB_OK)
        *verdict = eb_judgement_status(judgement);
    eb_judgement_free(judgement);
    for (int i = 0; i < 2; i++) {
        eb_series_set_free(sets[i]);
        json_decref(records[i]);
    }
    return status;
}

int eb_command_compare(int argc, char **argv)
{
    static const struct eb_command command = {program, EB_PROGRAM_COMPARE, compare};
    return eb_command_start(&command, argc, argv);
}
