#include "common/units.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SIZE_LIMIT_BYTES (UINT64_C(1) << 40)

static const struct {
    const char *suffix;
    unsigned shift;
} size_suffixes[] = {
    {"", 0},    {"B", 0},    {"K", 10}, {"KB", 10}, {"KiB", 10}, {"M", 20},
    {"MB", 20}, {"MiB", 20}, {"G", 30}, {"GB", 30}, {"GiB", 30},
};

static enum eb_status bad_size(const char *text, struct eb_error *err)
{
    return eb_error_set(
        err, EB_USAGE, "size", 0,
        "'%s' is not a size: write bytes such as 8, 64K, 4M, or a range such as 1:4M (at most "
        "1024G)",
        text);
}

enum eb_status eb_size_parse(const char *text, uint64_t *bytes, struct eb_error *err)
{
    if (!isdigit((unsigned char)text[0]))
        return bad_size(text, err);
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    for (size_t i = 0; errno == 0 && i < sizeof size_suffixes / sizeof size_suffixes[0]; i++) {
        if (strcasecmp(end, size_suffixes[i].suffix) != 0)
            continue;
        if (number == 0 || number > SIZE_LIMIT_BYTES >> size_suffixes[i].shift)
            break;
        *bytes = (uint64_t)number << size_suffixes[i].shift;
        return EB_OK;
    }
    return bad_size(text, err);
}

enum eb_status eb_size_list_insert(struct eb_size_list *list, struct eb_size size, struct eb_error *err)
{
    size_t place = 0;
    while (place < list->count && list->sizes[place].bytes < size.bytes)
        place++;
    if (place < list->count && list->sizes[place].bytes == size.bytes) {
        list->sizes[place].from_range &= size.from_range;
        list->sizes[place].added &= size.added;
        return EB_OK;
    }
    if (list->count == EB_SIZES_MAX)
        return eb_error_set(err, EB_USAGE, "size", 0, "there are more than %d sizes", EB_SIZES_MAX);
    struct eb_size *grown = realloc(list->sizes, (list->count + 1) * sizeof *grown);
    if (!grown)
        return eb_error_set(err, EB_INTERNAL, "size", ENOMEM, "out of memory for the list of sizes");
    list->sizes = grown;
    memmove(&grown[place + 1], &grown[place], (list->count - place) * sizeof *grown);
    grown[place] = size;
    list->count++;
    return EB_OK;
}

/* How a range goes on: times factor, plus step. */
struct stride {
    uint64_t factor;
    uint64_t step;
};

static enum eb_status parse_stride(const char *text, struct stride *stride, struct eb_error *err)
{
    *stride = (struct stride){.factor = 1};
    if (text[0] == 'x')
        return eb_count_parse("the factor of a range", text + 1, 2, 1024, &stride->factor, err);
    if (text[0] == '+')
        return eb_size_parse(text + 1, &stride->step, err);
    return eb_error_set(err, EB_USAGE, "size", 0,
                        "'%s' is no stride of a range: write xN to multiply or +STEP to add", text);
}

static enum eb_status add_range(struct eb_size_list *list, const char *word, char *rest, struct eb_error *err)
{
    uint64_t low = 0;
    uint64_t high = 0;
    struct stride stride = {.factor = 2};
    enum eb_status status = eb_size_parse(strsep(&rest, ":"), &low, err);
    if (status == EB_OK)
        status = eb_size_parse(strsep(&rest, ":"), &high, err);
    if (status == EB_OK && rest)
        status = parse_stride(rest, &stride, err);
    if (status != EB_OK)
        return status;
    if (low > high)
        return eb_error_set(err, EB_USAGE, "size", 0, "the range '%s' is upside down: write LOW:HIGH", word);
    for (uint64_t bytes = low; status == EB_OK && bytes <= high; bytes = bytes * stride.factor + stride.step)
        status = eb_size_list_insert(list, (struct eb_size){.bytes = bytes, .from_range = 1}, err);
    return status;
}

static enum eb_status size_list_add_word(struct eb_size_list *list, const char *word, struct eb_error *err)
{
    struct eb_size size = {0};
    if (!strchr(word, ':')) {
        enum eb_status status = eb_size_parse(word, &size.bytes, err);
        return status != EB_OK ? status : eb_size_list_insert(list, size, err);
    }
    char *copy = strdup(word);
    if (!copy)
        return eb_error_set(err, EB_INTERNAL, "size", ENOMEM, "out of memory for the list of sizes");
    enum eb_status status = add_range(list, word, copy, err);
    free(copy);
    return status;
}

enum eb_status eb_size_list_parse(const char *text, struct eb_size_list *list, struct eb_error *err)
{
    *list = (struct eb_size_list){0};
    char *copy = strdup(text);
    if (!copy)
        return eb_error_set(err, EB_INTERNAL, "size", ENOMEM, "out of memory for the list of sizes");
    enum eb_status status = EB_OK;
    char *rest = copy;
    char *word = NULL;
    while (status == EB_OK && (word = strsep(&rest, ",")))
        status = size_list_add_word(list, word, err);
    free(copy);
    if (status != EB_OK)
        eb_size_list_free(list);
    return status;
}

void eb_size_list_free(struct eb_size_list *list)
{
    if (!list)
        return;
    free(list->sizes);
    *list = (struct eb_size_list){0};
}

char *eb_size_format(uint64_t bytes, char *buffer, size_t buffer_bytes)
{
    static const char *const names[] = {"B", "KiB", "MiB", "GiB"};
    size_t unit = 0;
    while (unit + 1 < sizeof names / sizeof names[0] && bytes >= 1024 && bytes % 1024 == 0) {
        bytes /= 1024;
        unit++;
    }
    snprintf(buffer, buffer_bytes, "%" PRIu64 " %s", bytes, names[unit]);
    return buffer;
}

enum eb_status eb_count_parse(const char *what, const char *text, uint64_t low, uint64_t high,
                              uint64_t *value, struct eb_error *err)
{
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 || number < low || number > high)
        return eb_error_set(err, EB_USAGE, "count", 0,
                            "%s: '%s' is not a whole number from %" PRIu64 " to %" PRIu64, what, text, low,
                            high);
    *value = number;
    return EB_OK;
}

/* A number and whether a sign of percent stands behind it; -1 when it is none. */
static double number_of(const char *text, int *has_sign)
{
    char *end = NULL;
    double number = strtod(text, &end);
    *has_sign = end != text && *end == '%';
    return end == text || end[*has_sign] != '\0' ? -1 : number;
}

enum eb_status eb_percent_parse(const char *what, const char *text, double *share, struct eb_error *err)
{
    int has_sign = 0;
    double percent = number_of(text, &has_sign);
    if (!(percent > 0 && percent < 100))
        return eb_error_set(err, EB_USAGE, "percent", 0,
                            "%s: '%s' is no percentage between 0 and 100, such as 1 or 0.5%%", what, text);
    *share = percent / 100;
    return EB_OK;
}

enum eb_status eb_level_parse(const char *what, const char *text, double *level, struct eb_error *err)
{
    int has_sign = 0;
    double number = number_of(text, &has_sign) / (has_sign ? 100 : 1);
    if (!(number > 0 && number < 0.5))
        return eb_error_set(err, EB_USAGE, "level", 0,
                            "%s: '%s' is no level between 0 and 0.5, such as 0.05 or 5%%", what, text);
    *level = number;
    return EB_OK;
}
