/* How many sweeps would have been enough. */
#include "judge/screen.h"

/* The fewest replicates with which some table would name a suspect; 0: none would. */
static size_t enough_of(const struct eb_screen *screen, const struct eb_suspect *suspect)
{
    size_t fewest = 0;
    for (size_t i = 0; i < screen->table_count; i++) {
        const struct eb_screen_table *table = &screen->tables[i];
        size_t enough = table->marks[suspect->host].enough;
        if (suspect->kind == EB_SUSPECT_LINK) {
            const struct eb_screen_pair *pair = eb_screen_pair_of(table, suspect->host, suspect->other);
            enough = pair ? pair->enough : 0;
        }
        if (enough > 0 && (fewest == 0 || enough < fewest))
            fewest = enough;
    }
    return fewest;
}

size_t eb_screen_sweeps_enough(const struct eb_screen *screen)
{
    size_t most = 0;
    for (size_t i = 0; i < screen->suspect_count; i++) {
        size_t enough = enough_of(screen, &screen->suspects[i]);
        if (enough == 0)
            return 0;
        most = enough > most ? enough : most;
    }
    for (size_t i = 0; screen->suspect_count == 0 && i < screen->table_count; i++) {
        const struct eb_screen_table *table = &screen->tables[i];
        if (table->is_tail || table->finds_hosts)
            continue;
        if (table->enough == 0)
            return 0;
        most = table->enough > most ? table->enough : most;
    }
    if (most == 0 || screen->launches == 0)
        return 0;
    size_t counted = (most + screen->launches - 1) / screen->launches;
    return counted + counted % 2 + 1;
}
