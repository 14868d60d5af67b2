/* help.h - help texts from the same tables that parse the command line. */
#ifndef SEG_CLI_HELP_H
#define SEG_CLI_HELP_H

#include "../base/text.h"
#include "options.h"

/* The text wrapped at `width` columns, each line after `indent` blanks; the first line starts at column `at`. */
void seg_help_wrap(seg_string *out, const char *text, int indent, int at, int width);

/* The options of a command, in two columns. */
void seg_help_options(seg_string *out, const seg_option *rows);

/* "-l, --loss SPEC" */
void seg_help_option_name(seg_string *out, const seg_option *row);

/* "segloss VERSION", then the libraries, one a line. */
void seg_help_version(seg_string *out);

#endif
