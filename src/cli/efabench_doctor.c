/* What only libfabric itself can say. It is asked in a child, with a bound on the time: variables such as
 * FI_EFA_MTU_SIZE make it abort, and a sick device makes it wait. */
#include "cli/doctor.h"

#include <dlfcn.h>
#include <rdma/fabric.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_S = 20 };

static void find_library(struct eb_libfabric *libfabric)
{
    Dl_info where;
    uint32_t version = fi_version();
    void *symbol = dlsym(RTLD_DEFAULT, "fi_getinfo");
    snprintf(libfabric->version, sizeof libfabric->version, "%u.%u", FI_MAJOR(version), FI_MINOR(version));
    if (!symbol || dladdr(symbol, &where) == 0 || !where.dli_fname)
        return;
    char *real = realpath(where.dli_fname, NULL);
    snprintf(libfabric->path, sizeof libfabric->path, "%s", real ? real : where.dli_fname);
    free(real);
}

/* In the child: whether fi_getinfo finds the provider. */
static int lists_efa(void)
{
    struct fi_info *hints = fi_allocinfo();
    struct fi_info *info = NULL;
    if (!hints)
        return 2;
    hints->fabric_attr->prov_name = strdup("efa");
    int found = fi_getinfo(FI_VERSION(1, 12), NULL, NULL, 0, hints, &info) == 0 && info;
    fi_freeinfo(info);
    fi_freeinfo(hints);
    return found ? 0 : 1;
}

/* In the child: dies without a trace. PSM2, which libfabric may bring, would write a backtrace into the
 * working directory, and the kernel a core. */
static void die_quietly(void)
{
    static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

void eb_doctor_ask_libfabric(struct eb_libfabric *libfabric)
{
    int status = 0;
    *libfabric = (struct eb_libfabric){0};
    find_library(libfabric);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(2);
        die_quietly();
        alarm(PATIENCE_S);
        _exit(lists_efa());
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        snprintf(libfabric->died, sizeof libfabric->died, "no answer within %d s", PATIENCE_S);
    else if (WIFSIGNALED(status))
        snprintf(libfabric->died, sizeof libfabric->died, "signal %d", WTERMSIG(status));
    else if (WEXITSTATUS(status) < 2)
        libfabric->lists_efa = WEXITSTATUS(status) == 0 ? EB_KNOWN_YES : EB_KNOWN_NO;
}
