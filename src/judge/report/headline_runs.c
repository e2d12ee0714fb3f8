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

/* One clause being written. */
struct clause {
    const struct eb_course *course;
    const struct eb_run *run;
    const struct eb_sides *sides;
    int arm_wins;
    int names_both; /* no earlier clause does */
    double mean;    /* turned so that they are above 1 */
    double least;
    double most;
    int with_spread;
    enum eb_factor_style style;
};

char *eb_factor_words(double factor, enum eb_factor_style style, char *text)
{
    char number[EB_PLAIN_NUMBER];
    double percent = 100 * (factor - 1);
    int decimals = factor < 1.005 ? 3 : factor < PERCENT_BELOW ? 2 : factor < 9.95 ? 1 : 0;
    if (style == EB_FACTOR_PERCENT && percent < 0.05)
        snprintf(text, EB_PLAIN_NUMBER, "<0.1%%");
    else if (style == EB_FACTOR_PERCENT && factor < PERCENT_BELOW)
        snprintf(text, EB_PLAIN_NUMBER, "%.20s%%", eb_plain_fixed(percent, percent < 0.95 ? 1 : 0, number));
    else
        snprintf(text, EB_PLAIN_NUMBER, "%.20sx",
                 eb_plain_fixed(factor, style == EB_FACTOR_FINE && decimals < 2 ? decimals + 1 : decimals,
                                number));
    return text;
}

/* Whether the run's own interval is told. */
static int is_bracketed(const struct clause *clause)
{
    return clause->with_spread && !clause->course->at_face_value &&
           clause->run->end == clause->run->first + 1;
}

/* The numbers of a clause are all written in one way; in brackets they should be seen to differ. */
static enum eb_factor_style style_of(const struct clause *clause)
{
    char low[EB_PLAIN_NUMBER];
    char mean[EB_PLAIN_NUMBER];
    char high[EB_PLAIN_NUMBER];
    if ((clause->with_spread ? clause->most : clause->mean) < PERCENT_BELOW)
        return EB_FACTOR_PERCENT;
    eb_factor_words(clause->least, EB_FACTOR_TIMES, low);
    eb_factor_words(clause->mean, EB_FACTOR_TIMES, mean);
    eb_factor_words(clause->most, EB_FACTOR_TIMES, high);
    int coarse = strcmp(low, mean) == 0 || strcmp(mean, high) == 0;
    return is_bracketed(clause) && coarse ? EB_FACTOR_FINE : EB_FACTOR_TIMES;
}

/* The numbers of the sizes that the run's side wins. */
static void measure(struct clause *clause)
{
    const struct eb_stand *stands = clause->course->stands;
    double sum = 0;
    size_t count = 0;
    clause->least = INFINITY;
    clause->most = 0;
    for (size_t i = clause->run->first; i < clause->run->end; i++) {
        if (finding_of(clause->course, &stands[i]) != (clause->arm_wins ? EB_FINDS_ARM : EB_FINDS_OTHER))
            continue;
        double speed = clause->arm_wins ? stands[i].speed : 1 / stands[i].speed;
        sum += log(speed);
        count++;
        clause->least = fmin(clause->least, speed);
        clause->most = fmax(clause->most, speed);
    }
    clause->mean = exp(sum / (double)(count ? count : 1));
    if (is_bracketed(clause)) {
        const struct eb_stand *stand = &stands[clause->run->first];
        clause->least = clause->arm_wins ? stand->low : 1 / stand->high;
        clause->most = clause->arm_wins ? stand->high : 1 / stand->low;
    }
    clause->style = style_of(clause);
}

/* Of a rate that is lower by a factor, percent are of what is missing. */
static char *say(const struct clause *clause, double factor, char *text)
{
    int lower = !clause->sides->other && clause->sides->quantity && !clause->arm_wins;
    if (clause->style == EB_FACTOR_PERCENT && lower)
        factor = 2 - 1 / factor;
    return eb_factor_words(factor, clause->style, text);
}

/* What is not compared is not spoken of: "up to" and "all" mean the sizes that there are figures of. */
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
    else if (from_start && to_end && course->lacks_any)
        fprintf(text, " at all %zu sizes that both have", course->count);
    else if (from_start && to_end)
        fputs(" at all sizes", text);
    else if (from_start && !course->lacks_smaller)
        fprintf(text, " up to %s", last);
    else if (to_end && !course->lacks_larger)
        fprintf(text, " from %s on", first);
    else
        fprintf(text, " from %s to %s", first, last);
}

/* " at 3 of the 5 sizes from 64 B to 1 KiB": of a run that one side wins in part. */
static void write_part(const struct clause *clause, size_t won, FILE *text)
{
    size_t count = clause->run->end - clause->run->first;
    fprintf(text, " at %zu of the %zu sizes", won, count);
    if (count < clause->course->count)
        write_place(clause, text);
}

static void write_spread(const struct clause *clause, FILE *text)
{
    char mean[EB_PLAIN_NUMBER];
    char low[EB_PLAIN_NUMBER];
    char high[EB_PLAIN_NUMBER];
    if (!clause->with_spread)
        return;
    say(clause, clause->mean, mean);
    say(clause, clause->least, low);
    say(clause, clause->most, high);
    if (is_bracketed(clause))
        fprintf(text, " [%s, %s]", low, high);
    else if (strcmp(low, high) != 0 || strcmp(low, mean) != 0)
        fprintf(text, " (%s to %s)", low, high);
}

/* "efa has 4% more bandwidth than ena", later "efa 4% more"; "efa has 1.3x the bandwidth of ena", later "efa
 * 1.3x that of ena". */
static void write_more(const struct clause *clause, const char *factor, const char *winner, const char *loser,
                       FILE *text)
{
    const char *quantity = clause->sides->quantity;
    int percent = strchr(factor, '%') != NULL;
    if (clause->names_both && percent)
        fprintf(text, "%s has %s more %s than %s", winner, factor, quantity, loser);
    else if (clause->names_both)
        fprintf(text, "%s has %s the %s of %s", winner, factor, quantity, loser);
    else if (percent)
        fprintf(text, "%s %s more", winner, factor);
    else
        fprintf(text, "%s %s that of %s", winner, factor, loser);
}

static void write_win(const struct clause *clause, FILE *text)
{
    const struct eb_sides *sides = clause->sides;
    const char *winner = clause->arm_wins ? sides->arm : sides->other;
    const char *loser = clause->arm_wins ? sides->other : sides->arm;
    char factor[EB_PLAIN_NUMBER];
    say(clause, clause->mean, factor);
    if (!sides->other)
        fprintf(text, "%s %s", factor,
                sides->quantity ? (clause->arm_wins ? "higher" : "lower")
                                : (clause->arm_wins ? "faster" : "slower"));
    else if (sides->quantity)
        write_more(clause, factor, winner, loser, text);
    else if (clause->names_both)
        fprintf(text, "%s is %s faster than %s", winner, factor, loser);
    else
        fprintf(text, "%s %s faster", winner, factor);
}

static int is_decided(const struct eb_run *run)
{
    return (run->wins > 0) != (run->losses > 0);
}

static void write_undecided(const struct clause *clause, FILE *text)
{
    if (clause->run->wins > 0)
        fputs("mixed", text);
    else
        fputs(eb_undecided_words(clause->course->at_face_value), text);
    if (clause->names_both && clause->sides->other)
        fprintf(text, " between %s and %s", clause->sides->arm, clause->sides->other);
    write_place(clause, text);
    if (clause->run->wins > 0 && clause->with_spread)
        fputs(" (see the plot)", text);
}

static void write_clause(struct clause *clause, FILE *text)
{
    const struct eb_run *run = clause->run;
    size_t won = run->wins + run->losses;
    clause->arm_wins = run->wins > 0;
    if (!is_decided(run)) {
        write_undecided(clause, text);
        return;
    }
    measure(clause);
    write_win(clause, text);
    if (won < run->end - run->first)
        write_part(clause, won, text);
    else
        write_place(clause, text);
    write_spread(clause, text);
}

const char *eb_undecided_words(int at_face_value)
{
    return at_face_value ? "less than 2% apart" : "no difference shown";
}

/* The clause that names both sides: the first that is decided, or the first of all where none is. */
static size_t naming(const struct runs *runs)
{
    for (size_t i = 0; i < runs->count; i++)
        if (is_decided(&runs->list[i]))
            return i;
    return 0;
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
                                .names_both = i == naming(&runs)};
        fputs(i > 0 ? ", " : "", text);
        write_clause(&clause, text);
    }
    free(runs.list);
    return 0;
}

void eb_course_write_most(const struct eb_course *course, const struct eb_sides *sides, FILE *text)
{
    const struct eb_run *longest = NULL;
    for (size_t i = 0; i < course->run_count; i++) {
        const struct eb_run *run = &course->runs[i];
        if (!longest || run->end - run->first > longest->end - longest->first)
            longest = run;
    }
    struct eb_run all = {.finding = EB_FINDS_MIXED, .end = course->count, .wins = 1, .losses = 1};
    if (longest && 2 * (longest->end - longest->first) < course->count)
        longest = &all;
    struct clause clause = {.course = course, .run = longest, .sides = sides, .names_both = 1};
    if (longest)
        write_clause(&clause, text);
}
