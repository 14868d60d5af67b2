/* inert.h - names from files and command lines, written so that they do nothing in the place where they are read.
 *
 * In every form a tab or line break becomes a blank; in XML a line break stays one. Other control characters (U+0000 to
 * U+001F, U+007F to U+009F), marks that change the direction of text or hide (U+061C, U+200B to U+200F, U+2028 to U+202E,
 * U+2060 to U+2069, U+FEFF), and bytes that are not UTF-8 become U+FFFD, in LaTeX and messages "?". What has a meaning in
 * the form is escaped. */
#ifndef SEG_BASE_INERT_H
#define SEG_BASE_INERT_H

#include "text.h"

typedef enum {
    SEG_INERT_TERMINAL, /* plain text */
    SEG_INERT_MARKDOWN, /* in a cell of a table or a line */
    SEG_INERT_LATEX,    /* also as the first text of a row */
    SEG_INERT_XML       /* in HTML and SVG, also in an attribute with double quotes */
} seg_inert_form;

void seg_inert_add(seg_string *out, seg_inert_form form, const char *text);

/* The same for a message of one line, without memory: each character that is replaced becomes "?". */
void seg_inert_line(char *text);

#endif
