/* print.h - text to stdout; a full disk is an error. */
#ifndef SEG_COMMANDS_PRINT_H
#define SEG_COMMANDS_PRINT_H

#include "../base/error.h"
#include "../base/text.h"

/* Writes the text and checks that it was written. A closed pipe (`| head`) is not an error. */
seg_status seg_print(const seg_string *text, seg_error *err);

/* "title", then the text indented by four and wrapped; nothing for NULL. */
void seg_print_section(seg_string *out, const char *title, const char *text);

#endif
