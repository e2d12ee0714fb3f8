/* Text that comes from anywhere, as the formats want it. Whatever is not UTF-8 becomes U+FFFD, and so do
 * control characters and those that turn text round, where the format has no way to write them. */
#ifndef EB_JUDGE_REPORT_JUDGEMENT_ESCAPE_H
#define EB_JUDGE_REPORT_JUDGEMENT_ESCAPE_H

#include <stdio.h>

/* For XML 1.0 and HTML, in text and in attributes with either quote: & < > " ' as entities, tab and line ends
 * as character references (a parser would make blanks of them). XML 1.0, production 2: other controls have no
 * place in it, not even as references. */
void eb_escape_xml(FILE *file, const char *text);

/* For a cell of a table or a line of GitHub's markdown: nothing in it is markup, HTML or an end of line. */
void eb_escape_markdown(FILE *file, const char *text);

/* For the value of a label in Prometheus' text format, between its quotes: \\, \" and \n. */
void eb_escape_label(FILE *file, const char *text);

/* A field of CSV (RFC 4180), in quotes where it needs them. */
void eb_escape_csv(FILE *file, const char *text);

#endif
