#include "judge/report/judgement_write.h"

#include <errno.h>
#include <string.h>

static const struct {
    const char *name;
    enum eb_status (*write)(const struct eb_judgement *judgement, FILE *file, struct eb_error *err);
} formats[] = {
    {"text", eb_judgement_text},
    {"csv", eb_judgement_csv},
    {"json", eb_judgement_json},
    {"markdown", eb_judgement_markdown},
    {"junit", eb_judgement_junit},
    {"bencher", eb_judgement_bencher},
    {"benchmark-smaller", eb_judgement_smaller},
    {"benchmark-bigger", eb_judgement_bigger},
    {"prometheus", eb_judgement_prometheus},
    {"emf", eb_judgement_emf},
};

#define FORMAT_COUNT (sizeof formats / sizeof *formats)

static size_t find(const char *format)
{
    size_t i = 0;
    while (i < FORMAT_COUNT && strcmp(formats[i].name, format) != 0)
        i++;
    return i;
}

const char *eb_judgement_format_at(size_t index)
{
    return index < FORMAT_COUNT ? formats[index].name : NULL;
}

enum eb_status eb_judgement_check_format(const char *format, struct eb_error *err)
{
    char names[200] = "";
    if (find(format) < FORMAT_COUNT)
        return EB_OK;
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", formats[i].name);
    }
    return eb_error_set(err, EB_USAGE, "judgement", 0, "--format: there is no '%.40s': %s", format, names);
}

enum eb_status eb_judgement_write(const struct eb_judgement *judgement, const char *format, FILE *file,
                                  struct eb_error *err)
{
    enum eb_status status = eb_judgement_check_format(format, err);
    if (status != EB_OK)
        return status;
    errno = 0;
    status = formats[find(format)].write(judgement, file, err);
    if (status == EB_OK && (fflush(file) != 0 || ferror(file)))
        status = eb_error_set(err, EB_INTERNAL, "judgement", errno, "cannot write the judgement: %s",
                              errno ? strerror(errno) : "the file does not take it");
    return status;
}
