/* JSON of any shape, as provenance holds it, for people. */
#include "common/plain.h"
#include "judge/report/html/parts.h"
#include "judge/report/judgement_escape.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 6
#define ROWS_MAX 12 /* of a table that is shown at once */

static void write_value(FILE *file, const char *name, const json_t *value, int depth);

/* "created_utc" as "created utc"; names that somebody else gave, such as those of variables, as they are. */
static void write_key(FILE *file, const char *key)
{
    int is_ours = 1;
    for (const char *c = key; *c; c++)
        is_ours &= (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '_' || *c == ' ';
    if (!is_ours) {
        fputs("<code>", file);
        eb_escape_xml(file, key);
        fputs("</code>", file);
        return;
    }
    for (const char *c = key; *c; c++)
        fputc(*c == '_' ? ' ' : *c, file);
}

static int is_plain(const json_t *value)
{
    return !json_is_object(value) && !json_is_array(value);
}

static void write_plain(FILE *file, const json_t *value)
{
    char number[EB_PLAIN_NUMBER];
    if (json_is_string(value))
        eb_escape_xml(file, json_string_length(value) > 0 ? json_string_value(value) : "(empty)");
    else if (json_is_integer(value))
        fprintf(file, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        fputs(eb_plain_number(json_real_value(value), 9, number), file);
    else
        fputs(json_is_true(value) ? "yes" : json_is_false(value) ? "no" : "none", file);
}

static void write_object(FILE *file, const json_t *object, int depth)
{
    const char *key;
    json_t *value;
    if (json_object_size(object) == 0) {
        fputs("none", file);
        return;
    }
    fputs("<dl>", file);
    json_object_foreach((json_t *)object, key, value)
    {
        fputs("<dt>", file);
        write_key(file, key);
        fputs("</dt><dd>", file);
        write_value(file, key, value, depth);
        fputs("</dd>\n", file);
    }
    fputs("</dl>", file);
}

/* Whether all are objects with the same keys in the first's order, and nothing deep in them. */
static int is_table(const json_t *array)
{
    const json_t *first = json_array_get(array, 0);
    size_t i;
    const json_t *row;
    json_array_foreach(array, i, row)
    {
        const char *key;
        json_t *value;
        if (!json_is_object(row) || json_object_size(row) != json_object_size(first))
            return 0;
        json_object_foreach((json_t *)row, key, value)
        {
            if (!json_object_get(first, key) || !is_plain(value))
                return 0;
        }
    }
    return json_array_size(array) > 0 && json_object_size(first) > 0;
}

static void write_table(FILE *file, const char *name, const json_t *array)
{
    const json_t *first = json_array_get(array, 0);
    size_t i;
    const json_t *row;
    const char *key;
    json_t *value;
    size_t rows = json_array_size(array);
    if (rows > ROWS_MAX)
        fprintf(file, "<details><summary>%zu rows</summary>\n", rows);
    eb_html_scroll(file, name);
    fputs("<table><thead><tr>", file);
    json_object_foreach((json_t *)first, key, value)
    {
        fputs("<th scope=\"col\">", file);
        write_key(file, key);
        fputs("</th>", file);
    }
    fputs("</tr></thead><tbody>\n", file);
    json_array_foreach(array, i, row)
    {
        fputs("<tr>", file);
        json_object_foreach((json_t *)first, key, value)
        {
            fputs("<td>", file);
            write_plain(file, json_object_get(row, key));
            fputs("</td>", file);
        }
        fputs("</tr>\n", file);
    }
    fputs("</tbody></table>", file);
    eb_html_scroll_end(file);
    fputs(rows > ROWS_MAX ? "</details>\n" : "", file);
}

static void write_array(FILE *file, const char *name, const json_t *array, int depth)
{
    size_t i;
    const json_t *value;
    int is_list = 0;
    json_array_foreach(array, i, value)
    {
        is_list |= !is_plain(value);
    }
    if (is_table(array)) {
        write_table(file, name, array);
        return;
    }
    if (is_list)
        fputs("<ol>", file);
    json_array_foreach(array, i, value)
    {
        fputs(is_list ? "<li>" : i ? ", " : "", file);
        write_value(file, name, value, depth);
        if (is_list)
            fputs("</li>\n", file);
    }
    if (is_list)
        fputs("</ol>", file);
    else if (json_array_size(array) == 0)
        fputs("none", file);
}

static void write_value(FILE *file, const char *name, const json_t *value, int depth)
{
    if (json_is_integer(value) && strcmp(name, "provider_version") == 0) {
        long long version = json_integer_value(value); /* FI_VERSION of libfabric */
        fprintf(file, "%lld.%lld", version >> 16, version & 0xffff);
    } else if (is_plain(value)) {
        write_plain(file, value);
    } else if (depth >= DEPTH_MAX) {
        char *text = json_dumps(value, 0);
        eb_escape_xml(file, text ? text : "...");
        free(text);
    } else if (json_is_object(value)) {
        write_object(file, value, depth + 1);
    } else {
        write_array(file, name, value, depth + 1);
    }
}

void eb_html_value(FILE *file, const char *name, const json_t *value)
{
    write_value(file, name, value, 0);
}

static int is_same_in_all(const json_t *const *objects, size_t count, const char *key, const json_t *value)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *other = json_object_get(objects[i], key);
        if (!other || !json_equal(other, value))
            return 0;
    }
    return 1;
}

/* The keys that are not the same in all, in their order of appearance, as keys of an object; NULL when out of
 * memory. */
static json_t *differing(const json_t *const *objects, size_t count)
{
    json_t *keys = json_object();
    for (size_t i = 0; keys && i < count; i++) {
        const char *key;
        json_t *value;
        json_object_foreach((json_t *)objects[i], key, value)
        {
            int is_decided = i > 0 && json_object_get(objects[0], key);
            if (!is_decided && !is_same_in_all(objects, count, key, value) &&
                json_object_set_new(keys, key, json_true()) != 0) {
                json_decref(keys);
                return NULL;
            }
        }
    }
    return keys;
}

static void write_differing(FILE *file, const json_t *const *objects, const char *const *labels, size_t count,
                            const char *what, const json_t *keys)
{
    const char *key;
    json_t *unused;
    char label[128];
    snprintf(label, sizeof label, "%s by launch", what);
    eb_html_scroll(file, label);
    fputs("<table><thead><tr><th scope=\"col\">launch</th>", file);
    json_object_foreach((json_t *)keys, key, unused)
    {
        fputs("<th scope=\"col\">", file);
        write_key(file, key);
        fputs("</th>", file);
    }
    fputs("</tr></thead><tbody>\n", file);
    for (size_t i = 0; i < count; i++) {
        fputs("<tr><th scope=\"row\">", file);
        eb_escape_xml(file, labels[i]);
        fputs("</th>", file);
        json_object_foreach((json_t *)keys, key, unused)
        {
            const json_t *value = json_object_get(objects[i], key);
            fputs("<td>", file);
            if (value)
                eb_html_value(file, key, value);
            fputs("</td>", file);
        }
        fputs("</tr>\n", file);
    }
    fputs("</tbody></table>", file);
    eb_html_scroll_end(file);
}

enum eb_status eb_html_objects(FILE *file, const json_t *const *objects, const char *const *labels,
                               size_t count, const char *what, struct eb_error *err)
{
    const char *key;
    json_t *value;
    int any = 0;
    json_t *keys = differing(objects, count);
    if (!keys)
        return eb_html_out_of_memory(err);
    if (count > 0)
        json_object_foreach((json_t *)objects[0], key, value)
        {
            if (json_object_get(keys, key))
                continue;
            fputs(any ? "" : "<dl>", file);
            fputs("<dt>", file);
            write_key(file, key);
            fputs("</dt><dd>", file);
            eb_html_value(file, key, value);
            fputs("</dd>\n", file);
            any = 1;
        }
    fputs(any ? "</dl>\n" : "", file);
    if (json_object_size(keys) > 0)
        write_differing(file, objects, labels, count, what, keys);
    json_decref(keys);
    return EB_OK;
}
