#include "judge/report/judgement_write.h"

#include "judge/report/format.h"

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

const char *eb_judgement_format_at(size_t index)
{
    return index < FORMAT_COUNT ? formats[index].name : NULL;
}

enum eb_status eb_judgement_check_format(const char *format, struct eb_error *err)
{
    return eb_format_find("judgement", eb_judgement_format_at, format, NULL, err);
}

enum eb_status eb_judgement_write(const struct eb_judgement *judgement, const char *format, FILE *file,
                                  struct eb_error *err)
{
    size_t place = 0;
    enum eb_status status = eb_format_find("judgement", eb_judgement_format_at, format, &place, err);
    if (status == EB_OK)
        status = formats[place].write(judgement, file, err);
    return status == EB_OK ? eb_format_flush("judgement", file, err) : status;
}
