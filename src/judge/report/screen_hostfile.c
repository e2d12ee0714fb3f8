#include "common/plain.h"
#include "judge/report/screen_words.h"
#include "judge/report/screen_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What every launcher takes for a host, and for nothing else: behind a colon MPICH has the host's ranks. */
static int is_plain_name(const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return name[0] && name[0] != '-' && name[strspn(name, plain)] == '\0';
}

static enum eb_status check(const struct eb_screen *screen, const unsigned char *out, const char *path,
                            struct eb_error *err)
{
    size_t left = 0;
    if (screen->of_ranks)
        return eb_error_set(
            err, EB_INVALID, "screen", 0,
            "--hostfile: ranks were screened in %.120s, not hosts: there are no hosts to list", path);
    for (size_t i = 0; i < screen->host_count; i++) {
        left += !out[i];
        if (!is_plain_name(screen->hosts[i].host))
            return eb_error_set(err, EB_INVALID, "screen", 0,
                                "--hostfile: '%.60s' in %.120s is no name of a host that a launcher takes",
                                screen->hosts[i].name, path);
    }
    if (left == 0)
        return eb_error_set(err, EB_INVALID, "screen", 0,
                            "--hostfile: of the hosts of %.120s none would be left", path);
    return EB_OK;
}

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "screen", ENOMEM, "out of memory for a hostfile");
}

/* Why a host is left out: the first suspect that it is, or is an end of. */
static void say_reason(FILE *file, const struct eb_screen *screen, size_t host)
{
    for (size_t i = 0; i < screen->suspect_count; i++) {
        const struct eb_suspect *suspect = &screen->suspects[i];
        int is_end = suspect->kind == EB_SUSPECT_LINK && suspect->other == host;
        if (!suspect->is_named || (suspect->host != host && !is_end))
            continue;
        eb_screen_say_suspect(file, screen, suspect);
        fputs(" is slow", file);
        if (suspect->kind == EB_SUSPECT_LINK)
            fputs("; one end of it is enough to leave out", file);
        return;
    }
}

/* In one line, whatever the record calls a NIC. */
static enum eb_status say_why(FILE *file, const struct eb_screen *screen, size_t host, struct eb_error *err)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *line = open_memstream(&text, &bytes);
    if (!line)
        return out_of_memory(err);
    say_reason(line, screen, host);
    enum eb_status status = fclose(line) == 0 && text ? EB_OK : out_of_memory(err);
    if (status == EB_OK)
        fprintf(file, "# left out: %s: %s\n", screen->hosts[host].host, eb_plain_clean(text));
    free(text);
    return status;
}

enum eb_status eb_screen_hostfile(const struct eb_screen *screen, const char *path, FILE *file,
                                  struct eb_error *err)
{
    unsigned char *out = eb_screen_left_out(screen);
    enum eb_status status = out ? check(screen, out, path, err) : out_of_memory(err);
    size_t left = 0;
    for (size_t i = 0; status == EB_OK && i < screen->host_count; i++)
        left += !out[i];
    if (status == EB_OK)
        fprintf(file, "# efabench screen: %zu of %zu hosts\n%s", left, screen->host_count,
                eb_screen_status(screen) == EB_INCONCLUSIVE
                    ? "# inconclusive: whoever may be slow is among them\n"
                    : "");
    for (size_t i = 0; status == EB_OK && i < screen->host_count; i++) {
        if (out[i])
            status = say_why(file, screen, i, err);
    }
    for (size_t i = 0; status == EB_OK && i < screen->host_count; i++)
        if (!out[i])
            fprintf(file, "%s\n", screen->hosts[i].host);
    free(out);
    return status;
}
