/* What the checks of an audit share. A check goes over the curves of an audit, marks figures and adds
 * findings. None of them fails: out of memory sets audit->failed, which eb_audit_new looks at. */
#ifndef EB_JUDGE_AUDIT_CHECK_H
#define EB_JUDGE_AUDIT_CHECK_H

#include "judge/audit.h"

#define EB_AUDIT_WORDS 600

/* A number with at most digits significant ones, a size, in text for a message; returned by value so that
 * several can stand in one call. */
struct eb_words {
    char text[40];
};
struct eb_words eb_words_number(double value, int digits);
struct eb_words eb_words_size(uint64_t bytes);

/* Adds a finding about points first to last of a curve (EB_NO_CURVE: of the record), of which points are
 * meant. */
void eb_audit_find(struct eb_audit *audit, const struct eb_finding *about, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What a check says of a point; a point keeps the worst that was said. */
void eb_curve_mark(struct eb_audit_curve *curve, size_t point, enum eb_audit_check_id check,
                   enum eb_outcome outcome);

/* Holds a point against a limit: usage is figure over limit. */
void eb_curve_hold(struct eb_audit_curve *curve, size_t point, enum eb_audit_check_id check, double usage,
                   double tolerance);

/* Writes what is to be said of a point: broken or not. */
typedef void eb_curve_words(const struct eb_audit *audit, const struct eb_audit_curve *curve, size_t point,
                            int broken, char words[EB_AUDIT_WORDS]);

/* After all points were held: one finding for those that broke the limit, told of the worst, and the nearest
 * of the others. */
void eb_curve_conclude(struct eb_audit *audit, size_t curve, enum eb_audit_check_id check,
                       eb_curve_words *words, const char *source);

/* Says once what a curve was not judged for want of. */
void eb_curve_miss(struct eb_audit *audit, struct eb_audit_curve *curve, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

int eb_curve_is(const struct eb_audit_curve *curve, const char *kernel);

/* Puts the series of the audit into curves, by what the claims say; -1 when out of memory. */
int eb_audit_build_curves(struct eb_audit *audit);

/* Whether two curves differ in the arm alone. Such curves are neighbours. */
int eb_curve_is_rival(const struct eb_audit_curve *a, const struct eb_audit_curve *b);

/* Claims of all arms: the record's and the user's. Errors as of eb_audit_new. */
enum eb_status eb_audit_read_claims(struct eb_audit *audit, const struct eb_audit_claims *claims,
                                    struct eb_error *err);

/* What the figure moves in bytes a second through one host's adapter in one direction, at least; NAN where
 * nothing follows. */
double eb_curve_rate(const struct eb_audit_curve *curve, size_t point);

/* The ceiling in bytes a second for that; 0 when unknown. */
double eb_curve_ceiling(const struct eb_audit_curve *curve, size_t point);

/* Which part of all that pairs move is one host's. */
double eb_curve_share(const struct eb_audit_curve *curve);

/* Whether it is a collective in which every rank waits for ranks of every other host. */
int eb_curve_waits(const struct eb_audit_curve *curve);

/* What the least latency of what is claimed is, for an instance type that the catalogue need not have. */
void eb_claim_floor(struct eb_arm_claim *claim, const char *instance);

/* The checks, in the order of enum eb_audit_check_id. */
void eb_check_floor(struct eb_audit *audit);
void eb_check_rate(struct eb_audit *audit);
void eb_check_counts(struct eb_audit *audit);
void eb_check_flow(struct eb_audit *audit);
void eb_check_clock(struct eb_audit *audit);
void eb_check_same(struct eb_audit *audit);
void eb_check_shape(struct eb_audit *audit);
void eb_check_equal(struct eb_audit *audit);
void eb_check_path(struct eb_audit *audit);

#endif
