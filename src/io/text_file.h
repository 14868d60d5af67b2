/* text_file.h - small files of text or JSON that say something about the data. */
#ifndef SEG_IO_TEXT_FILE_H
#define SEG_IO_TEXT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"
#include "../base/json.h"

/* *text = the whole file, terminated and without a byte order mark; free() it. `what` names it in errors ("a label file").
 * SEG_READ when it is missing, larger than 16 MB, or not text. */
seg_status seg_text_file_read(char **text, const char *path, const char *what, seg_error *err);

/* Whether the text begins as a JSON object. */
bool seg_text_is_json(const char *text);

/* Parses a text that has to be a JSON object; seg_json_free() it, also after an error. */
seg_status seg_text_parse_json(seg_json_document *document, const char *text, const char *path, seg_error *err);

/* The next line of a text, without blanks around it; "#" and "//" lines are skipped. *number counts all lines. NULL at the
 * end. The text is changed. */
char *seg_text_line(char **rest, size_t *number);

#endif
