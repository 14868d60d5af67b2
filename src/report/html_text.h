/* html_text.h - text and numbers inside HTML and inside the drawings of a page. */
#ifndef SEG_REPORT_HTML_TEXT_H
#define SEG_REPORT_HTML_TEXT_H

#include "../base/text.h"

/* Adds the text with markup escaped, bytes that are not UTF-8 as U+FFFD, and control characters and marks that change
 * the direction of writing as U+FFFD, too. NULL adds nothing. */
void seg_html_text(seg_string *out, const char *text);

/* Adds a name as people write it: blanks for underscores. */
void seg_html_name(seg_string *out, const char *name);

/* Adds a formatted text, escaped as a whole. */
void seg_html_printf(seg_string *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds a byte string percent-encoded, for a data: link. */
void seg_html_percent(seg_string *out, const char *text);

#endif
