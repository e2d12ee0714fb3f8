#include "judge/report/headline_runs.h"

#include "common/plain.h"
#include "common/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PERCENT_BELOW 1.095 /* from 1.1 on a factor says more */

int eb_course_add(struct eb_course *course, const struct eb_stand *stand)
{
    struct eb_stand *grown = realloc(course->stands, (course->count + 1) * sizeof *grown);
    if (!grown)
        return -1;
    course->stands = grown;
    grown[course->count++] = *stand;
    return 0;
}

void eb_course_free(struct eb_course *course)
{
    free(course->stands);
    free(course->runs);
    *course = (struct eb_course){0};
}

static enum eb_finding finding_of(const struct eb_course *course, const struct eb_stand *stand)
{
    double low = course->at_face_value ? stand->speed / EB_HEADLINE_FACE : stand->low;
    double high = course->at_face_value ? stand->speed * EB_HEADLINE_FACE : stand->high;
    if (low > 1) /* NAN compares as no */
        return EB_FINDS_ARM;
    return high < 1 ? EB_FINDS_OTHER : EB_FINDS_NOTHING;
}

/* Runs that are joined until there are few enough. */
struct runs {
    struct eb_run *list;
    size_t count;
};

/* Makes one run of this and the next one. */
static void join(struct runs *runs, size_t at)
{
    struct eb_run *one = &runs->list[at];
    const struct eb_run *next = one + 1;
    if (one->finding != next->finding)
        one->finding = EB_FINDS_MIXED;
    one->end = next->end;
    one->wins += next->wins;
    one->losses += next->losses;
    memmove(one + 1, one + 2, (runs->count - at - 2) * sizeof *one);
    runs->count--;
}

static void join_alike(struct runs *runs)
{
    for (size_t i = 0; i + 1 < runs->count;)
        if (runs->list[i].finding == runs->list[i + 1].finding)
            join(runs, i);
        else
            i++;
}

/* The first of the two neighbours that have the fewest sizes together. */
static size_t cheapest(const struct runs *runs)
{
    size_t found = 0;
    for (size_t i = 1; i + 1 < runs->count; i++)
        if (runs->list[i + 1].end - runs->list[i].first < runs->list[found + 1].end - runs->list[found].first)
            found = i;
    return found;
}

int eb_course_find(struct eb_course *course)
{
    struct runs runs = {.list = calloc(course->count + 1, sizeof *runs.list), .count = course->count};
    if (!runs.list)
        return -1;
    for (size_t i = 0; i < course->count; i++) {
        enum eb_finding finding = finding_of(course, &course->stands[i]);
        runs.list[i] = (struct eb_run){.finding = finding,
                                       .first = i,
                                       .end = i + 1,
                                       .wins = finding == EB_FINDS_ARM,
                                       .losses = finding == EB_FINDS_OTHER};
    }
    join_alike(&runs);
    free(course->runs);
    course->runs = runs.list;
    course->run_count = runs.count;
    return 0;
}

enum eb_finding eb_course_whole(const struct eb_course *course)
{
    return course->run_count == 1 ? course->runs[0].finding : EB_FINDS_MIXED;
}

double eb_course_mean(const struct eb_course *course, double *least, double *most)
{
    double sum = 0;
    int turned = eb_course_whole(course) == EB_FINDS_OTHER;
    for (size_t i = 0; i < course->count; i++) {
        double speed = turned ? 1 / course->stands[i].speed : course->stands[i].speed;
        sum += log(speed);
        *least = fmin(*least, speed);
        *most = fmax(*most, speed);
    }
    return exp(sum / (double)course->count);
}

int eb_factor_is_percent(double most)
{
    return most < PERCENT_BELOW;
}

/* One clause being written. */
struct clause {
    const struct eb_course *course;
    const struct eb_run *run;
    const struct eb_sides *sides;
    int arm_wins;
    int knows_names; /* an earlier clause has named both sides */
    double mean;     /* turned so that they are above 1 */
    double least;
    double most;
    int with_spread;
};

char *eb_factor_words(double factor, int with_percent, char *text)
{
    char number[EB_PLAIN_NUMBER];
    if (with_percent && eb_factor_is_percent(factor)) {
        double percent = 100 * (factor - 1);
        if (percent < 0.05)
            snprintf(text, EB_PLAIN_NUMBER, "<0.1%%");
        else
            snprintf(text, EB_PLAIN_NUMBER, "%.20s%%",
                     eb_plain_fixed(percent, percent < 0.95 ? 1 : 0, number));
        return text;
    }
    int decimals = factor < 1.005 ? 3 : factor < PERCENT_BELOW ? 2 : factor < 9.95 ? 1 : 0;
    snprintf(text, EB_PLAIN_NUMBER, "%.20sx", eb_plain_fixed(factor, decimals, number));
    return text;
}

/* Whether the run's own interval is told. */
static int is_bracketed(const struct clause *clause)
{
    return clause->with_spread && !clause->course->at_face_value &&
           clause->run->end == clause->run->first + 1;
}

static double interval_end(const struct clause *clause)
{
    const struct eb_stand *stand = &clause->course->stands[clause->run->first];
    return clause->arm_wins ? stand->high : 1 / stand->low;
}

/* The numbers of the sizes that the run's side wins. */
static void measure(struct clause *clause)
{
    double sum = 0;
    size_t count = 0;
    clause->least = INFINITY;
    clause->most = 0;
    for (size_t i = clause->run->first; i < clause->run->end; i++) {
        const struct eb_stand *stand = &clause->course->stands[i];
        enum eb_finding finding = finding_of(clause->course, stand);
        if (finding != (clause->arm_wins ? EB_FINDS_ARM : EB_FINDS_OTHER))
            continue;
        double speed = clause->arm_wins ? stand->speed : 1 / stand->speed;
        sum += log(speed);
        count++;
        clause->least = fmin(clause->least, speed);
        clause->most = fmax(clause->most, speed);
    }
    clause->mean = exp(sum / (double)(count ? count : 1));
    if (is_bracketed(clause)) /* by which the numbers of the clause are written in one way */
        clause->most = interval_end(clause);
}

/* Of a rate that is lower by a factor, what is missing is told in percent. */
static char *say(const struct clause *clause, double factor, char *text)
{
    int with_percent = eb_factor_is_percent(clause->with_spread ? clause->most : clause->mean);
    int lower = !clause->sides->other && clause->sides->quantity && !clause->arm_wins;
    if (with_percent && lower)
        factor = 2 - 1 / factor;
    return eb_factor_words(factor, with_percent, text);
}

static void write_place(const struct clause *clause, FILE *text)
{
    const struct eb_course *course = clause->course;
    const struct eb_run *run = clause->run;
    char first[32];
    char last[32];
    eb_size_format(course->stands[run->first].size_bytes, first, sizeof first);
    eb_size_format(course->stands[run->end - 1].size_bytes, last, sizeof last);
    int from_start = run->first == 0;
    int to_end = run->end == course->count;
    if (run->end == run->first + 1)
        fprintf(text, " at %s", first);
    else if (from_start && to_end)
        fputs(" at all sizes", text);
    else if (from_start)
        fprintf(text, " up to %s", last);
    else if (to_end)
        fprintf(text, " from %s on", first);
    else
        fprintf(text, " from %s to %s", first, last);
}

/* " at 3 of the 5 sizes from 64 B to 1 KiB": of a run that one side wins in part. */
static void write_part(const struct clause *clause, size_t won, FILE *text)
{
    size_t count = clause->run->end - clause->run->first;
    fprintf(text, " at %zu of %zu sizes", won, count);
    if (count < clause->course->count)
        write_place(clause, text);
}

static void write_spread(const struct clause *clause, FILE *text)
{
    char mean[EB_PLAIN_NUMBER];
    char low[EB_PLAIN_NUMBER];
    char high[EB_PLAIN_NUMBER];
    const struct eb_stand *stand = &clause->course->stands[clause->run->first];
    if (!clause->with_spread)
        return;
    if (is_bracketed(clause)) {
        say(clause, clause->arm_wins ? stand->low : 1 / stand->high, low);
        say(clause, interval_end(clause), high);
        fprintf(text, " [%s, %s]", low, high);
        return;
    }
    say(clause, clause->mean, mean);
    say(clause, clause->least, low);
    say(clause, clause->most, high);
    if (strcmp(low, high) != 0 || strcmp(low, mean) != 0)
        fprintf(text, " (%s to %s)", low, high);
}

static void write_win(const struct clause *clause, FILE *text)
{
    const struct eb_sides *sides = clause->sides;
    const char *winner = clause->arm_wins ? sides->arm : sides->other;
    const char *loser = clause->arm_wins ? sides->other : sides->arm;
    char factor[EB_PLAIN_NUMBER];
    say(clause, clause->mean, factor);
    int percent = strchr(factor, '%') != NULL;
    if (!sides->other)
        fprintf(text, "%s %s", factor,
                sides->quantity ? (clause->arm_wins ? "higher" : "lower")
                                : (clause->arm_wins ? "faster" : "slower"));
    else if (!sides->quantity)
        fprintf(text, "%s is %s faster%s%s", winner, factor, clause->knows_names ? "" : " than ",
                clause->knows_names ? "" : loser);
    else if (percent)
        fprintf(text, "%s has %s more%s%s%s%s", winner, factor, clause->knows_names ? "" : " ",
                clause->knows_names ? "" : sides->quantity, clause->knows_names ? "" : " than ",
                clause->knows_names ? "" : loser);
    else
        fprintf(text, "%s has %s %s%s of %s", winner, factor, clause->knows_names ? "that" : "the ",
                clause->knows_names ? "" : sides->quantity, loser);
}

static void write_undecided(const struct clause *clause, const char *words, FILE *text)
{
    fputs(words, text);
    if (!clause->knows_names && clause->sides->other)
        fprintf(text, " between %s and %s", clause->sides->arm, clause->sides->other);
    write_place(clause, text);
}

static void write_clause(struct clause *clause, FILE *text)
{
    const struct eb_run *run = clause->run;
    size_t won = run->wins + run->losses;
    clause->arm_wins = run->wins > 0;
    if (run->wins > 0 && run->losses > 0) {
        write_undecided(clause, "mixed", text);
        fputs(" (see the plot)", text);
    } else if (won == 0) {
        write_undecided(clause, clause->course->at_face_value ? "less than 2% apart" : "no difference shown",
                        text);
    } else {
        measure(clause);
        write_win(clause, text);
        if (won < run->end - run->first)
            write_part(clause, won, text);
        else
            write_place(clause, text);
        write_spread(clause, text);
    }
}

int eb_course_write(const struct eb_course *course, const struct eb_sides *sides, size_t most,
                    int with_spread, FILE *text)
{
    struct runs runs = {.list = calloc(course->run_count + 1, sizeof *runs.list), .count = course->run_count};
    if (!runs.list)
        return -1;
    memcpy(runs.list, course->runs, runs.count * sizeof *runs.list);
    while (runs.count > most) {
        join(&runs, cheapest(&runs));
        join_alike(&runs);
    }
    for (size_t i = 0; i < runs.count; i++) {
        struct clause clause = {.course = course,
                                .run = &runs.list[i],
                                .sides = sides,
                                .with_spread = with_spread,
                                .knows_names = i > 0};
        if (i > 0)
            fputs(", ", text);
        write_clause(&clause, text);
    }
    free(runs.list);
    return 0;
}
