#include "cli/style.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* More is no terminal. */
enum { COLUMNS_MOST = 10000 };

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

/* The columns of a terminal, 0 where it does not know; -1 where it is none. */
static int columns_of(int descriptor)
{
    struct winsize size = {0};
    if (!isatty(descriptor))
        return -1;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static int is_launched(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (getenv(names[i]))
            return 1;
    return 0;
}

/* Of what the parent, a launcher, writes to; -1 where that is no terminal or not to be seen. */
static int columns_of_launcher(void)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/fd/1", (long)getppid());
    int descriptor = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return -1;
    int columns = columns_of(descriptor);
    close(descriptor);
    return columns > 0 ? columns : -1;
}

/* Of characters alone, and only for as long as it takes to ask: numbers keep their point. (newlocale would
 * leave the process's locale alone, but glibc loses memory in it where LOCPATH is set.) */
int eb_style_has_utf8(void)
{
    if (!setlocale(LC_CTYPE, ""))
        return 0;
    const char *codeset = nl_langinfo(CODESET);
    int utf8 = strcasecmp(codeset, "UTF-8") == 0 || strcasecmp(codeset, "utf8") == 0;
    setlocale(LC_CTYPE, "C");
    return utf8;
}

struct eb_style eb_style_of_output(void)
{
    const char *term = variable("TERM");
    int columns = columns_of(STDOUT_FILENO);
    if (columns == 0 && is_launched())
        columns = columns_of_launcher();
    if (columns < 0)
        return (struct eb_style){0};
    if (columns == 0) {
        long asked = strtol(variable("COLUMNS"), NULL, 10);
        columns = asked > 0 && asked < COLUMNS_MOST ? (int)asked : 0;
    }
    struct eb_style style = {.width = columns > EB_STYLE_WIDTH ? (size_t)columns : EB_STYLE_WIDTH};
    style.unicode = eb_style_has_utf8() && strcmp(term, "linux") != 0; /* whose font has few of the signs */
    if (term[0] && strcmp(term, "dumb") != 0 && !variable("NO_COLOR")[0])
        style.colours = strstr(term, "256") || strstr(term, "direct") || variable("COLORTERM")[0] ? 256 : 8;
    return style;
}
