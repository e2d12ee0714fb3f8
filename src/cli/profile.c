#include "cli/profile.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "profile", ENOMEM, "out of memory for a profile");
}

enum eb_status eb_profile_keep(char ***storage, size_t *storage_count, char *text, struct eb_error *err)
{
    char **grown = text ? realloc(*storage, (*storage_count + 1) * sizeof *grown) : NULL;
    if (!grown) {
        free(text);
        return out_of_memory(err);
    }
    *storage = grown;
    grown[(*storage_count)++] = text;
    return EB_OK;
}

/* A list of words that grows; the words themselves are borrowed. */
struct words {
    char **items;
    int count;
};

static enum eb_status add_word(struct words *words, char *word, struct eb_error *err)
{
    char **grown = realloc(words->items, ((size_t)words->count + 2) * sizeof *grown);
    if (!grown)
        return out_of_memory(err);
    words->items = grown;
    grown[words->count++] = word;
    grown[words->count] = NULL;
    return EB_OK;
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    return text;
}

/* One line: an option with its value behind a space, an option with '=' or none, or a plain word. */
static enum eb_status add_line(struct words *words, char *line, struct eb_error *err)
{
    char *text = trim(line);
    char *value = text[0] == '-' ? strpbrk(text, " \t=") : NULL;
    if (text[0] == '\0' || text[0] == '#')
        return EB_OK;
    if (!value || *value == '=')
        return add_word(words, text, err);
    *value = '\0';
    enum eb_status status = add_word(words, text, err);
    return status == EB_OK ? add_word(words, trim(value + 1), err) : status;
}

static enum eb_status add_profile(struct words *words, const char *path, char ***storage,
                                  size_t *storage_count, struct eb_error *err)
{
    FILE *file = fopen(path, "re");
    enum eb_status status = EB_OK;
    if (!file)
        return eb_error_set(err, EB_USAGE, "profile", errno, "profile '@%s': %s", path, strerror(errno));
    for (;;) {
        char *line = NULL;
        size_t room = 0;
        if (status != EB_OK || getline(&line, &room, file) < 0) {
            free(line);
            break;
        }
        status = eb_profile_keep(storage, storage_count, line, err);
        if (status == EB_OK)
            status = add_line(words, line, err);
    }
    if (status == EB_OK && ferror(file))
        status = eb_error_set(err, EB_USAGE, "profile", errno, "profile '@%s': %s", path, strerror(errno));
    fclose(file);
    return status;
}

enum eb_status eb_profile_unfold(int argc, char **argv, int *unfolded_count, char ***unfolded,
                                 char ***storage, size_t *storage_count, struct eb_error *err)
{
    struct words words = {0};
    enum eb_status status = EB_OK;
    for (int i = 0; status == EB_OK && i < argc; i++)
        status = i > 0 && argv[i][0] == '@' ? add_profile(&words, argv[i] + 1, storage, storage_count, err)
                                            : add_word(&words, argv[i], err);
    *unfolded = words.items;
    *unfolded_count = words.count;
    /* the list itself lives as long as the options */
    if (words.items && eb_profile_keep(storage, storage_count, (char *)words.items, err) != EB_OK)
        return EB_INTERNAL;
    return status;
}
