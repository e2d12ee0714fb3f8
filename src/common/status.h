/* Statuses and the one error type of efabench.
 *
 * Whoever detects a failure fills the caller's struct eb_error with eb_error_set(); everyone
 * above passes the status on unchanged. Only src/cli turns a status into an exit code. */
#ifndef EB_COMMON_STATUS_H
#define EB_COMMON_STATUS_H

enum eb_status {
    EB_OK = 0,
    EB_REGRESSED,    /* a series is worse than its baseline */
    EB_USAGE,        /* the user asked for something that does not exist or does not fit */
    EB_INTERNAL,     /* the system or a library failed us: out of memory, a dead peer, a timeout */
    EB_INCONCLUSIVE, /* too little data for a verdict */
    EB_INVALID,      /* data missing, cut, foreign, or wrong bytes received */
    EB_WRONG_PATH,   /* the bytes would not take, or did not take, the path asked for */
    EB_NO_HARDWARE,  /* this machine lacks the device asked for */
};

struct eb_error {
    enum eb_status status;
    const char *origin; /* static string: the library or module that failed, such as "libfabric" */
    int code;           /* its native code (errno, -fi_errno, MPI class), 0 where there is none */
    char text[480];     /* one line, without the program's name and without a newline */
};

/* Fills *err (which may be NULL) and returns status, so that callers can `return eb_error_set(...)`.
 * origin must outlive the error; the text is formatted as by printf and cut to fit. */
enum eb_status eb_error_set(struct eb_error *err, enum eb_status status, const char *origin, int code,
                            const char *format, ...) __attribute__((format(printf, 5, 6)));
#ifdef __clang_analyzer__ /* it sees one file at a time, and would have failures return EB_OK */
#define eb_error_set(err, status, ...) ((void)eb_error_set(err, status, __VA_ARGS__), (status))
#endif

/* The exit code of the programs for a status: 0, 1, 2, 3, 4, 5 or 77. */
int eb_status_exit_code(enum eb_status status);

#endif
