#include "cli/doctor.h"

#include <string.h>

enum { WIDTH = 80, NAME = 16, COLUMN = 10, COLUMNS = (WIDTH - NAME) / COLUMN };

/* Goes on with text at column at, and in the lines that follow at column indent. */
static void wrapped(FILE *file, size_t at, size_t indent, const char *text)
{
    size_t start = at;
    for (const char *word = text + strspn(text, " "); *word; word += strspn(word, " ")) {
        size_t length = strcspn(word, " ");
        size_t shown = 0; /* what is no ASCII has bytes that take no column */
        for (size_t i = 0; i < length; i++)
            shown += ((unsigned char)word[i] & 0xc0) != 0x80;
        if (at > start && at + 1 + shown > WIDTH) {
            fprintf(file, "\n%*s", (int)indent, "");
            at = start = indent;
        } else if (at > start) {
            fputc(' ', file);
            at++;
        }
        fwrite(word, 1, length, file);
        at += shown;
        word += length;
    }
    fputc('\n', file);
}

static void write_why(FILE *file, const struct eb_check *check, const struct eb_finding *finding)
{
    fprintf(file, "%8s %-6s", "", "why:");
    wrapped(file, 15, 15, check->why);
    fprintf(file, "%8s %-6s", "", "mend:");
    wrapped(file, 15, 15, eb_finding_mend(check, finding));
}

static void write_finding(FILE *file, const struct eb_check *check, const struct eb_finding *finding,
                          int with_why)
{
    fprintf(file, "%-8s %-*s", eb_finding_state_name(finding->state), NAME, check->id);
    wrapped(file, 9 + NAME, 9 + NAME, finding->found);
    if (with_why)
        write_why(file, check, finding);
}

static void write_state(FILE *file, const struct eb_finding *findings, enum eb_finding_state state,
                        int with_why)
{
    for (size_t i = 0; i < eb_check_count(); i++)
        if (findings[i].state == state && eb_check_at(i)->look)
            write_finding(file, eb_check_at(i), &findings[i], with_why);
}

static int is_compared(const char *id)
{
    for (size_t i = 0; i < EB_ACROSS_COUNT; i++)
        if (strcmp(eb_across_at(i)->id, id) == 0)
            return 1;
    return 0;
}

static void write_unseen(FILE *file, int with_compared)
{
    static const char shows[] = "shows: ";
    fprintf(file, "\nNot checkable from here, and how it shows:\n");
    for (size_t i = 0; i < eb_check_count(); i++) {
        if (eb_check_at(i)->look || (!with_compared && is_compared(eb_check_at(i)->id)))
            continue;
        fprintf(file, "%8s %-*s", "", NAME, eb_check_at(i)->id);
        const char *why = eb_check_at(i)->why;
        wrapped(file, 9 + NAME, 9 + NAME,
                why + (strncmp(why, shows, sizeof shows - 1) == 0 ? sizeof shows - 1 : 0));
    }
}

/* What is not looked at where there is no EFA. */
static void write_unmade(FILE *file)
{
    char text[1024] = "Not made without an EFA:";
    const char *between = " ";
    for (size_t i = 0; i < eb_check_count(); i++) {
        size_t used = strlen(text);
        if (!eb_check_at(i)->look || eb_check_at(i)->needs == EB_NEEDS_NOTHING)
            continue;
        snprintf(text + used, sizeof text - used, "%s%s", between, eb_check_at(i)->id);
        between = ", ";
    }
    fputc('\n', file);
    wrapped(file, 0, 0, text);
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

void eb_doctor_text_node(FILE *file, const struct eb_node_facts *facts, const struct eb_finding *findings)
{
    size_t wrong = eb_findings_count(findings, EB_FINDING_WRONG);
    size_t warnings = eb_findings_count(findings, EB_FINDING_WARNING);
    enum eb_verdict verdict = eb_doctor_verdict(findings);
    fprintf(file, "%s, %s\n\n", facts->host[0] ? facts->host : "(host without a name)",
            facts->inventory.instance[0] ? facts->inventory.instance : "unknown type");
    for (size_t i = 0; verdict == EB_VERDICT_NO_EFA && i < eb_check_count(); i++)
        if (strcmp(eb_check_at(i)->id, "efa") == 0)
            write_finding(file, eb_check_at(i), &findings[i], 1);
    write_state(file, findings, EB_FINDING_WRONG, 1);
    write_state(file, findings, EB_FINDING_WARNING, 1);
    write_state(file, findings, EB_FINDING_OK, 0);
    write_state(file, findings, EB_FINDING_UNKNOWN, 0);
    if (verdict == EB_VERDICT_NO_EFA) {
        write_unmade(file);
        fprintf(file, "\nNo EFA here; %zu warning%s.\n", warnings, plural(warnings));
        return;
    }
    write_state(file, findings, EB_FINDING_ABSENT, 0);
    write_unseen(file, 1);
    if (verdict == EB_VERDICT_WRONG)
        fprintf(file, "\nNot ready for EFA: %zu wrong, %zu warning%s.\n", wrong, warnings, plural(warnings));
    else
        fprintf(file, "\nReady for EFA, as far as can be seen from here; %zu warning%s.\n", warnings,
                plural(warnings));
}

/* The end of a name tells hosts apart ("ip-10-0-0-11.ec2.internal"). text has room for COLUMN bytes. */
static const char *short_name(const char *host, char *text)
{
    size_t length = strcspn(host, ".");
    size_t skipped = length >= COLUMN ? length - (COLUMN - 1) : 0;
    snprintf(text, COLUMN, "%.*s", (int)(length - skipped), host + skipped);
    return text;
}

/* One row a check, one column a node; what differs from most is between asterisks. */
static void write_table(FILE *file, const struct eb_nodes *nodes, size_t from, size_t to)
{
    fprintf(file, "%-*s", NAME, "");
    for (size_t node = from; node < to; node++) {
        char name[COLUMN];
        fprintf(file, "%-*s", node + 1 < to ? COLUMN : 0, short_name(nodes->nodes[node].first->host, name));
    }
    fputc('\n', file);
    for (size_t check = 0; check < eb_check_count(); check++) {
        if (!eb_check_at(check)->look)
            continue;
        fprintf(file, "%-*s", NAME, eb_check_at(check)->id);
        for (size_t node = from; node < to; node++) {
            char word[COLUMN + 1];
            const char *mark = eb_node_is_odd(nodes, node, check) ? "*" : "";
            enum eb_finding_state state = nodes->nodes[node].findings[check].state;
            int is_bare = state == EB_FINDING_ABSENT && strcmp(eb_check_at(check)->id, "efa") != 0;
            snprintf(word, sizeof word, "%s%s%s", mark, is_bare ? "-" : eb_finding_state_name(state), mark);
            fprintf(file, "%-*s", node + 1 < to ? COLUMN : 0, word);
        }
        fputc('\n', file);
    }
    fputc('\n', file);
}

/* What was found once for all nodes that found the same. */
static int write_details(FILE *file, const struct eb_nodes *nodes, size_t check)
{
    int explained = 0;
    for (size_t node = 0; node < nodes->count; node++) {
        const struct eb_finding *finding = &nodes->nodes[node].findings[check];
        int is_efa = strcmp(eb_check_at(check)->id, "efa") == 0 && finding->state == EB_FINDING_ABSENT;
        if (finding->state != EB_FINDING_WRONG && finding->state != EB_FINDING_WARNING && !is_efa)
            continue;
        char text[sizeof finding->found + 100];
        char rank[24] = "";
        if (nodes->nodes[node].ranks > 1)
            snprintf(rank, sizeof rank, ", rank %d", nodes->nodes[node].found_by[check]);
        snprintf(text, sizeof text, "%s%s: %s", nodes->nodes[node].first->host, rank, finding->found);
        fprintf(file, "%-8s %-*s", eb_finding_state_name(finding->state), NAME, eb_check_at(check)->id);
        wrapped(file, 9 + NAME, 9 + NAME, text);
        if (!explained++)
            write_why(file, eb_check_at(check), finding);
    }
    return explained;
}

void eb_doctor_text_nodes(FILE *file, const struct eb_nodes *nodes)
{
    enum eb_verdict verdict = eb_nodes_verdict(nodes);
    int details = 0;
    fprintf(file, "%zu node%s, %d rank%s; *what* differs from most nodes, - is not looked at\n\n",
            nodes->count, plural(nodes->count), nodes->ranks, plural((size_t)nodes->ranks));
    for (size_t from = 0; from < nodes->count; from += COLUMNS)
        write_table(file, nodes, from, from + COLUMNS < nodes->count ? from + COLUMNS : nodes->count);
    for (size_t check = 0; check < eb_check_count(); check++)
        details += write_details(file, nodes, check);
    if (details > 0)
        fputc('\n', file);
    fprintf(file, "Between the nodes:\n");
    for (size_t i = 0; i < EB_ACROSS_COUNT; i++)
        write_finding(file, eb_across_at(i), &nodes->across[i],
                      nodes->across[i].state == EB_FINDING_WRONG ||
                          nodes->across[i].state == EB_FINDING_WARNING);
    if (verdict != EB_VERDICT_NO_EFA)
        write_unseen(file, 0);
    fprintf(file, "\n%s\n",
            verdict == EB_VERDICT_READY   ? "Ready for EFA, as far as can be seen from here."
            : verdict == EB_VERDICT_WRONG ? "Not ready for EFA."
                                          : "No EFA on any node.");
}
