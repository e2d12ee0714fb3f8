#include "cli/advice.h"

#include "common/status.h"

#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The words before the worker's: those of the launcher, its "-n RANKS" among them. */
static size_t launcher_words(const struct eb_run_command *command)
{
    size_t count = 0;
    while (count < command->count && strcmp(command->words[count], command->worker) != 0 &&
           strcmp(command->words[count], "env") != 0)
        count++;
    return count;
}

static int has_word(const struct eb_run_command *command, const char *wanted)
{
    size_t count = launcher_words(command);
    for (size_t i = 0; i < count; i++)
        if (strcmp(command->words[i], wanted) == 0)
            return 1;
    return 0;
}

static const char *launcher_name(const struct eb_run_command *command)
{
    const char *slash = strrchr(command->words[0], '/');
    return slash ? slash + 1 : command->words[0];
}

static int is_srun(const struct eb_run_command *command)
{
    return strcmp(launcher_name(command), "srun") == 0;
}

/* Whether the program of that name is MPICH's, to where its links lead. */
static int is_mpich(const char *name)
{
    char file[PATH_MAX];
    char target[PATH_MAX];
    const char *path = getenv("PATH");
    for (const char *at = strchr(name, '/') ? "" : path; at;
         at = strchr(at, ':') ? strchr(at, ':') + 1 : NULL) {
        snprintf(file, sizeof file, "%.*s%s%s", (int)strcspn(at, ":"), at, *at ? "/" : "", name);
        if (access(file, X_OK) == 0)
            return realpath(file, target) && (strstr(target, "mpich") || strstr(target, "hydra"));
    }
    return 0;
}

static int is_open_mpi(const struct eb_run_command *command)
{
    static const char *const names[] = {"mpirun", "mpiexec", "orterun", "prterun", "mpirun.openmpi"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(launcher_name(command), names[i]) == 0)
            return !is_mpich(command->words[0]);
    return 0;
}

static int is_stopped_as_root(const struct eb_run_command *command)
{
    return geteuid() == 0 && is_open_mpi(command) && !has_word(command, "--allow-run-as-root") &&
           !(getenv("OMPI_ALLOW_RUN_AS_ROOT") && getenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"));
}

/* Open MPI's slots are cores, of which hardware threads may show two. With hosts it counts otherwise. */
static int may_lack_slots(const struct eb_run_command *command, uint64_t ranks)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return is_open_mpi(command) && !has_word(command, "--oversubscribe") && !has_word(command, "--host") &&
           !has_word(command, "-host") && !has_word(command, "--hostfile") &&
           !has_word(command, "-hostfile") && processors > 0 && 2 * ranks > (uint64_t)processors;
}

char *eb_advice_not_started(const struct eb_run_command *command, char *text, size_t room)
{
    if (is_open_mpi(command))
        snprintf(
            text, room,
            "install Open MPI (Debian's openmpi-bin, Fedora's openmpi) or add its bin directory to PATH; "
            "--launcher names another program to start the ranks, such as srun");
    else
        snprintf(text, room, "--launcher wants a program to start the ranks, such as mpirun or srun");
    return text;
}

/* The launcher's words with a harmless program behind them, for the user to try. */
static char *trial(const struct eb_run_command *command, char *text, size_t room)
{
    size_t count = launcher_words(command);
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count && used < room; i++)
        used += (size_t)snprintf(text + used, room - used, "%s ", command->words[i]);
    if (used < room)
        snprintf(text + used, room - used, "hostname");
    return text;
}

char *eb_advice_not_measured(const struct eb_run_command *command, uint64_t ranks, int exit_code, char *text,
                             size_t room)
{
    char words[160];
    if (exit_code == eb_status_exit_code(EB_NO_HARDWARE))
        snprintf(text, room,
                 "what it lacks stands above; 'efabench doctor' says what to mend, and -p tcp "
                 "measures without such a device");
    else if (exit_code == eb_status_exit_code(EB_USAGE) || exit_code == eb_status_exit_code(EB_INVALID) ||
             exit_code == eb_status_exit_code(EB_WRONG_PATH))
        snprintf(text, room, "why stands above");
    else if (is_stopped_as_root(command))
        snprintf(text, room,
                 "as root Open MPI wants: export OMPI_ALLOW_RUN_AS_ROOT=1 "
                 "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1");
    else if (is_srun(command) && !has_word(command, "--mpi=pmix"))
        snprintf(text, room,
                 "srun joins ranks where it is told how: --launcher \"srun --mpi=pmix\" for Open MPI, "
                 "--mpi=pmi2 for "
                 "MPICH ('srun --mpi=list' says what this Slurm knows)");
    else if (strchr(command->worker, '/') && access(command->worker, X_OK) != 0)
        snprintf(text, room, "%s is no program here; --worker names the efabench-mpi to start",
                 command->worker);
    else if (exit_code > 128)
        eb_advice_killed(exit_code - 128, text, room);
    else if (may_lack_slots(command, ranks))
        snprintf(text, room,
                 "for %" PRIu64 " ranks on few cores: --launcher \"%s --oversubscribe\"; else see whether "
                 "'%s' runs",
                 ranks, command->words[0], trial(command, words, sizeof words));
    else
        snprintf(text, room, "see whether '%s' runs, and whether %s is there on every host",
                 trial(command, words, sizeof words), command->worker);
    return text;
}

char *eb_advice_silent(const struct eb_run_command *command, char *text, size_t room)
{
    char words[160];
    snprintf(text, room, "see whether '%s' runs; --timeout S waits longer",
             trial(command, words, sizeof words));
    return text;
}

char *eb_advice_killed(int signal_number, char *text, size_t room)
{
    snprintf(text, room,
             "it, or a rank, was ended by signal %d (%s)%s; which case the others were in stands above",
             signal_number, strsignal(signal_number),
             signal_number == SIGKILL ? ", as the kernel does when memory runs out: see dmesg on that host"
                                      : "");
    return text;
}
