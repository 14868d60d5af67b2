/* help.c - lays out option tables and paragraphs for a terminal. */
#include "help.h"

#include <string.h>

#include "terminal.h"

enum { WIDTH = 100, COLUMN = 30 };

void seg_help_wrap(seg_string *out, const char *text, int indent, int at, int width)
{
    bool first = true; /* nothing on this line yet */

    while (*text) {
        size_t word = strcspn(text, " \n");

        if (!first && at + 1 + (int)word > width) {
            seg_string_printf(out, "\n%*s", indent, "");
            at = indent;
            first = true;
        }
        seg_string_printf(out, "%s%.*s", first ? "" : " ", (int)word, text);
        at += (int)word + !first;
        first = false;
        text += word;
        if (*text == '\n') {
            seg_string_printf(out, "\n%*s", text[1] == '\n' ? 0 : indent, "");
            at = indent;
            first = true;
            text++;
        }
        while (*text == ' ')
            text++;
    }
    seg_string_add(out, "\n");
}

void seg_help_option_name(seg_string *out, const seg_option *row)
{
    if (row->letter)
        seg_string_printf(out, "-%c, ", row->letter);
    else
        seg_string_add(out, "    ");
    seg_string_printf(out, "--%s%s", row->negatable ? "[no-]" : "", row->name);
    if (row->argument)
        seg_string_printf(out, " %s", row->argument);
}

static void option(seg_string *out, const seg_option *row)
{
    seg_string name = {0}, text = {0};

    seg_string_add(&name, "  ");
    seg_help_option_name(&name, row);
    seg_string_add(&text, row->help);
    for (size_t i = 0; row->choices && row->choices[i]; i++)
        seg_string_printf(&text, "%s%s", i ? ", " : ": ", row->choices[i]);
    if (row->preset)
        seg_string_printf(&text, " [%s]", row->preset);
    if (!seg_string_check(&name, NULL) && !seg_string_check(&text, NULL)) {
        if ((int)name.length < COLUMN - 1)
            seg_string_printf(out, "%-*s", COLUMN, name.text);
        else /* a long name stands on a line of its own */
            seg_string_printf(out, "%s\n%*s", name.text, COLUMN, "");
        seg_help_wrap(out, text.text, COLUMN, COLUMN, seg_text_columns(WIDTH));
    }
    seg_string_free(&name);
    seg_string_free(&text);
}

void seg_help_options(seg_string *out, const seg_option *rows)
{
    for (const seg_option *row = rows; row->name; row++)
        option(out, row);
}
