/* print.c - stdout for the commands that print text. */
#include "print.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../cli/help.h"
#include "../cli/terminal.h"

enum { WIDTH = 100 };

seg_status seg_print(const seg_string *text, seg_error *err)
{
    seg_status st = seg_strings_check(err);

    if (!st)
        st = seg_string_check(text, err);
    if (!st && text->length && (fwrite(text->text, 1, text->length, stdout) != text->length || fflush(stdout)) &&
        errno != EPIPE)
        st = seg_fail(err, SEG_WRITE, "stdout: %s (free some space, or write elsewhere)", strerror(errno));
    return st;
}

void seg_print_section(seg_string *out, const char *title, const char *text)
{
    if (!text || !*text)
        return;
    seg_string_printf(out, "\n%s\n    ", title);
    seg_help_wrap(out, text, 4, 4, seg_text_columns(WIDTH));
}
