/* A screening as comma separated values: one row for each pair of hosts and metric. */
#include "common/plain.h"
#include "judge/report/judgement_escape.h"
#include "judge/report/screen_words.h"
#include "judge/report/screen_write.h"

#include <inttypes.h>
#include <math.h>

static void write_text(FILE *file, const char *text)
{
    eb_escape_csv(file, text);
    fputc(',', file);
}

static void write_number(FILE *file, double value)
{
    char text[EB_PLAIN_NUMBER];
    fprintf(file, "%s,", isfinite(value) ? eb_plain_number(value, 9, text) : "");
}

static void write_pair(FILE *file, const struct eb_screen *screen, const struct eb_screen_table *table,
                       const struct eb_screen_pair *pair)
{
    const struct eb_screen_host *a = &screen->hosts[pair->a];
    const struct eb_screen_host *b = &screen->hosts[pair->b];
    write_text(file, table->kernel->name);
    write_text(file, table->arm);
    write_text(file, table->device);
    write_text(file, screen->variant);
    fprintf(file, "%s,%s,%" PRIu64 ",", eb_screen_metric_name(table), table->metric->unit, table->size_bytes);
    write_text(file, a->name);
    write_text(file, b->name);
    fprintf(file, "%" PRIu64 ",%" PRIu64 ",", a->rank, b->rank);
    write_number(file, pair->value);
    write_number(file, eb_screen_share(table, pair));
    fprintf(file, "%zu,%s\n", pair->count, eb_screen_pair_word(table, pair));
}

enum eb_status eb_screen_csv(const struct eb_screen *screen, const char *path, const struct eb_style *style,
                             FILE *file, struct eb_error *err)
{
    (void)path;
    (void)style;
    (void)err;
    fputs("kernel,arm,device,variant,metric,unit,size_bytes,host_a,host_b,rank_a,rank_b,value,share,sweeps,"
          "verdict\n",
          file);
    for (size_t i = 0; i < screen->table_count; i++)
        for (size_t j = 0; j < screen->tables[i].pair_count; j++)
            write_pair(file, screen, &screen->tables[i], &screen->tables[i].pairs[j]);
    return EB_OK;
}
