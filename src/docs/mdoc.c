/* mdoc.c - writes mdoc(7) without warnings of mandoc -T lint. */
#include "mdoc.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 76 };

/* Backslashes are mdoc's escapes; a dot or an apostrophe at the beginning of a line would be a macro. */
static void add_escaped(seg_string *out, const char *text, size_t n, bool line_start)
{
    if (line_start && n && (*text == '.' || *text == '\''))
        seg_string_add(out, "\\&");
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\\')
            seg_string_add(out, "\\e");
        else
            seg_string_add_n(out, text + i, 1);
    }
}

void seg_mdoc_word(seg_string *out, const char *text)
{
    add_escaped(out, text, strlen(text), true);
}

void seg_mdoc_begin(seg_string *out, const char *page, int section, const char *name, const char *about)
{
    seg_string_add(out, ".\\\" Written by 'make docs' from the program's own tables: change those, not this file.\n");
    seg_string_add(out, ".Dd November 21, 2026\n.Dt ");
    for (const char *c = page; *c; c++) {
        char upper = (char)toupper((unsigned char)*c);

        seg_string_add_n(out, &upper, 1);
    }
    seg_string_printf(out, " %d\n.Os segloss\n.Sh NAME\n.Nm %s\n.Nd %s\n", section, name, about);
}

/* True when a sentence ends after this word and another one begins. */
static bool ends_sentence(const char *word, size_t n, const char *next)
{
    return n > 1 && (word[n - 1] == '.' || word[n - 1] == '?') && isupper((unsigned char)*next) &&
           !(n == 2 && isupper((unsigned char)word[0])) && strncmp(word, "al.", 3) && strncmp(word, "e.g.", 4);
}

void seg_mdoc_text(seg_string *out, const char *text)
{
    size_t at = 0;

    while (*text) {
        size_t n = strcspn(text, " \n");
        const char *next = text + n;
        bool paragraph = next[0] == '\n' && next[1] == '\n';

        if (at && at + 1 + n > LINE) {
            seg_string_add(out, "\n");
            at = 0;
        } else if (at) {
            seg_string_add(out, " ");
            at++;
        }
        add_escaped(out, text, n, at == 0);
        at += n;
        next += strspn(next, " \n");
        if (paragraph && *next) {
            seg_string_add(out, "\n.Pp\n");
            at = 0;
        } else if (*next && ends_sentence(text, n, next)) {
            seg_string_add(out, "\n");
            at = 0;
        }
        text = next;
    }
    seg_string_add(out, "\n");
}

/* "dt: a voxel ..." and "a2pn sees ..." begin with a name, which has no capitals. */
static bool begins_with_name(const char *text)
{
    size_t word = strcspn(text, " ");

    return strcspn(text, "0123456789=") < word || (word <= strlen("dt:") && strcspn(text, ":") < word);
}

void seg_mdoc_sentence(seg_string *out, const char *text)
{
    seg_string line = {0};
    size_t n = strlen(text);
    char first = begins_with_name(text) ? text[0] : (char)toupper((unsigned char)text[0]);

    if (!n)
        return;
    seg_string_printf(&line, "%c%s%s", first, text + 1, text[n - 1] == '.' ? "" : ".");
    seg_mdoc_text(out, line.text ? line.text : "");
    seg_string_free(&line);
}

void seg_mdoc_lines(seg_string *out, const char *text)
{
    seg_string_add(out, ".Bd -filled -offset indent\n");
    while (*text) {
        size_t n = strcspn(text, "\n");
        char *line = seg_copy(text, n);

        seg_mdoc_text(out, line ? line : "");
        free(line);
        text += n + (text[n] == '\n');
        seg_string_add(out, *text ? ".br\n" : "");
    }
    seg_string_add(out, ".Ed\n");
}

void seg_mdoc_literal(seg_string *out, const char *text)
{
    seg_string_add(out, ".Bd -literal -offset indent\n");
    while (*text) {
        size_t n = strcspn(text, "\n");

        add_escaped(out, text, n, true);
        seg_string_add(out, "\n");
        text += n + (text[n] == '\n');
    }
    seg_string_add(out, ".Ed\n");
}

void seg_mdoc_part(seg_string *out, const char *title, const char *text)
{
    if (!text || !*text)
        return;
    seg_string_printf(out, ".Pp\n.Em %s :\n", title);
    seg_mdoc_text(out, text);
}

static void option(seg_string *out, const seg_option *row)
{
    seg_string text = {0};

    seg_string_add(out, ".It ");
    if (row->letter)
        seg_string_printf(out, "Fl %c , ", row->letter);
    seg_string_printf(out, "Fl -%s", row->name);
    if (row->argument)
        seg_string_printf(out, " Ar %s", row->argument);
    if (row->negatable)
        seg_string_printf(out, " , Fl -no-%s", row->name);
    seg_string_add(out, "\n");
    seg_string_add(&text, row->help);
    for (size_t i = 0; row->choices && row->choices[i]; i++)
        seg_string_printf(&text, "%s%s", i ? ", " : ": ", row->choices[i]);
    seg_string_add(&text, ".");
    if (row->preset)
        seg_string_printf(&text, " Default: %s.", row->preset);
    seg_mdoc_sentence(out, text.text ? text.text : "");
    seg_string_free(&text);
}

void seg_mdoc_options(seg_string *out, const seg_option *rows)
{
    seg_string_add(out, ".Bl -tag -width Ds\n");
    for (const seg_option *row = rows; row->name; row++)
        option(out, row);
    seg_string_add(out, ".It Fl h , Fl -help\nPrint the help.\n.El\n");
}
