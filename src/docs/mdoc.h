/* mdoc.h - the few mdoc(7) constructions that the manual uses. */
#ifndef SEG_DOCS_MDOC_H
#define SEG_DOCS_MDOC_H

#include "../base/text.h"
#include "../cli/options.h"

/* Title line and NAME section. */
void seg_mdoc_begin(seg_string *out, const char *page, int section, const char *name, const char *about);

/* Running text: a new line for each sentence, wrapped, paragraphs kept. */
void seg_mdoc_text(seg_string *out, const char *text);

/* Text as a sentence: a capital in front, unless it begins with a name such as "dt:" or "a2pn", and a period behind.
 * Nothing for an empty text. */
void seg_mdoc_sentence(seg_string *out, const char *text);

/* Text for the arguments of a macro: no leading dot, no stray quotes. */
void seg_mdoc_word(seg_string *out, const char *text);

/* An unfilled block. */
void seg_mdoc_literal(seg_string *out, const char *text);

/* An indented block whose lines stay apart but are wrapped where they are too long. */
void seg_mdoc_lines(seg_string *out, const char *text);

/* A headline followed by text; nothing when the text is NULL. */
void seg_mdoc_part(seg_string *out, const char *title, const char *text);

/* The options as a tagged list. */
void seg_mdoc_options(seg_string *out, const seg_option *rows);

#endif
