/* How one arm stands beside another over the sizes, in clauses: "efa is 2.3x faster than ena up to 8 KiB
 * (2.0x to 3.4x), ena 1.2x faster at 16 KiB [1.1x, 1.3x]". Only the headline uses this.
 *
 * Neighbouring sizes with the same finding are a run. The number of a run is the geometric mean of the ratios
 * of its sizes, turned so that it is above 1; in parentheses stand the least and the greatest of them, of a
 * single size its 95% interval in brackets. A run of undecided sizes is "no difference shown", which is not
 * "equal". Where there are more runs than asked for, neighbours are joined, the fewest sizes first: sizes
 * that one side wins or nobody are "faster at 3 of the 5 sizes", sizes that both win "mixed". */
#ifndef EB_JUDGE_REPORT_HEADLINE_RUNS_H
#define EB_JUDGE_REPORT_HEADLINE_RUNS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* At face value, without an interval, less is not told. */
#define EB_HEADLINE_FACE 1.02

/* One size. */
struct eb_stand {
    uint64_t size_bytes;
    double speed; /* how many times as fast the arm is as the other: of times theirs over its own */
    double low;   /* 95% interval of speed; NAN: none */
    double high;
};

enum eb_finding { EB_FINDS_OTHER = -1, EB_FINDS_NOTHING = 0, EB_FINDS_ARM = 1, EB_FINDS_MIXED = 2 };

struct eb_run {
    enum eb_finding finding;
    size_t first; /* of the stands */
    size_t end;
    size_t wins;   /* sizes that the arm wins; */
    size_t losses; /* that the other does */
};

/* Zero-initialised is valid. */
struct eb_course {
    struct eb_stand *stands; /* owned, ascending by size */
    size_t count;
    int at_face_value;   /* none has an interval: a size is won where it is EB_HEADLINE_FACE apart */
    struct eb_run *runs; /* owned; none before eb_course_find */
    size_t run_count;
    int lacks_smaller; /* there are sizes without a stand that are smaller than all of them, */
    int lacks_larger;  /* or larger, */
    int lacks_any;     /* or anywhere: "all sizes" would say too much */
};

/* Whom a course is of. Names are cleaned. */
struct eb_sides {
    const char *arm;
    const char *other;    /* NULL: the same arm in the record that it is compared with, which needs no name */
    const char *quantity; /* of a rate, "bandwidth"; NULL: a time */
};

/* These three are -1 when out of memory, else 0. */
int eb_course_add(struct eb_course *course, const struct eb_stand *stand);

/* Finds the runs; to be done once, when all sizes are there. */
int eb_course_find(struct eb_course *course);

/* Writes the clauses, without a full stop, of at most so many (at least 1) runs. */
int eb_course_write(const struct eb_course *course, const struct eb_sides *sides, size_t most,
                    int with_spread, FILE *text);

/* Writes the longest run alone, or where it has less than half of the sizes that all of them are mixed. */
void eb_course_write_most(const struct eb_course *course, const struct eb_sides *sides, FILE *text);
void eb_course_free(struct eb_course *course);

/* What is found at all sizes; EB_FINDS_MIXED where they differ. */
enum eb_finding eb_course_whole(const struct eb_course *course);

/* The geometric mean, and the least and the greatest, of all sizes' speeds, or where the other side wins them
 * of what they are turned round. least and most are made smaller and larger only. */
double eb_course_mean(const struct eb_course *course, double *least, double *most);

/* What is said of undecided sizes. */
const char *eb_undecided_words(int at_face_value);

enum eb_factor_style {
    EB_FACTOR_TIMES,   /* "2.3x", "12x", below 1.095 "1.03x" */
    EB_FACTOR_FINE,    /* "2.31x", "12.3x" */
    EB_FACTOR_PERCENT, /* "4%", "0.3%" of a factor below 1.095, else as EB_FACTOR_TIMES */
};

/* factor is at least 1; text holds EB_PLAIN_NUMBER bytes. Returns text. */
char *eb_factor_words(double factor, enum eb_factor_style style, char *text);

#endif
