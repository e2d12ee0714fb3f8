/* What is to be known for reading the plots: what stands below several of them is said once, above them. */
#include "judge/report/html/parts.h"
#include "judge/report/judgement_escape.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* One sentence of a note, within it. */
struct sentence {
    const char *text;
    size_t length;
};

/* The sentence at *at, which is moved behind it and the blank; 0 when there is none. It ends with a full stop
 * before a capital letter or a star, or with the note. */
static int next_sentence(const char **at, struct sentence *sentence)
{
    const char *text = *at;
    size_t length = 0;
    if (!text || !text[0])
        return 0;
    while (text[length] && !(text[length] == '.' && text[length + 1] == ' ' &&
                             (isupper((unsigned char)text[length + 2]) || text[length + 2] == '*')))
        length++;
    length += text[length] == '.';
    *sentence = (struct sentence){.text = text, .length = length};
    *at = text + length + (text[length] == ' ');
    return 1;
}

static int has_sentence(const struct eb_picture *picture, const struct sentence *wanted)
{
    struct sentence sentence;
    for (const char *at = picture->note; next_sentence(&at, &sentence);)
        if (sentence.length == wanted->length && strncmp(sentence.text, wanted->text, wanted->length) == 0)
            return 1;
    return 0;
}

/* How many of pictures [begin, end) have it in their notes. */
static size_t count_of(const struct eb_page_writer *writer, size_t begin, size_t end,
                       const struct sentence *sentence)
{
    size_t count = 0;
    for (size_t i = begin; i < end; i++)
        count += (size_t)has_sentence(&writer->pictures.items[i], sentence);
    return count;
}

static void write_sentence(FILE *file, const char *before, const struct sentence *sentence, const char *after)
{
    char *text = strndup(sentence->text, sentence->length);
    fputs(before, file);
    eb_escape_xml(file, text ? text : "");
    fputs(after, file);
    free(text);
}

/* Whose stars are in the plots: nobody should have to open that. */
static int is_of_stars(const struct sentence *sentence)
{
    return sentence->text[0] == '*';
}

/* Writes each sentence that several pictures have, once. Returns how many there are. */
static size_t write_common(struct eb_page_writer *writer, size_t begin, size_t end, int of_stars,
                           const char *before, const char *after)
{
    size_t written = 0;
    for (size_t i = begin; i < end; i++) {
        struct sentence sentence;
        for (const char *at = writer->pictures.items[i].note; next_sentence(&at, &sentence);)
            if (is_of_stars(&sentence) == of_stars && count_of(writer, begin, i, &sentence) == 0 &&
                count_of(writer, i, end, &sentence) > 1) {
                write_sentence(writer->file, before, &sentence, after);
                written++;
            }
    }
    return written;
}

static int has_common(const struct eb_page_writer *writer, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        struct sentence sentence;
        for (const char *at = writer->pictures.items[i].note; next_sentence(&at, &sentence);)
            if (!is_of_stars(&sentence) && count_of(writer, i, end, &sentence) > 1)
                return 1;
    }
    return 0;
}

void eb_html_common_notes(struct eb_page_writer *writer, size_t begin, size_t end)
{
    write_common(writer, begin, end, 1, "<p class=\"note\">", "</p>\n");
    if (!has_common(writer, begin, end))
        return;
    fputs("<details class=\"reading\"><summary>How to read these plots</summary>\n<ul>\n", writer->file);
    write_common(writer, begin, end, 0, "<li>", "</li>\n");
    fputs("</ul></details>\n", writer->file);
}

void eb_html_own_note(struct eb_page_writer *writer, size_t begin, size_t end, size_t index)
{
    int written = 0;
    struct sentence sentence;
    for (const char *at = writer->pictures.items[index].note; next_sentence(&at, &sentence);)
        if (count_of(writer, begin, end, &sentence) == 1)
            write_sentence(writer->file, written++ ? " " : "<p class=\"note\">", &sentence, "");
    if (written)
        fputs("</p>\n", writer->file);
}
