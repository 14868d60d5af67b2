/* json_text.h - adds JSON to a growing text: valid UTF-8 always, NaN and Infinity never, a lack of memory never hidden. */
#ifndef SEG_REPORT_JSON_TEXT_H
#define SEG_REPORT_JSON_TEXT_H

#include "../base/json.h"
#include "../base/text.h"

/* "text" with escapes, or null. Bytes that are not UTF-8 become U+FFFD. */
void seg_json_text(seg_string *out, const char *text);

/* The number with at most `digits` significant digits (< 1: shortest exact), or null when it is not finite. */
void seg_json_number(seg_string *out, double x, int digits);

/* A number when the text is just how we print one, else a string, or null: 0.3, "yes", null. */
void seg_json_guess(seg_string *out, const char *text);

/* "alpha=0.3;classes=fg" as {"alpha": 0.3, "classes": "fg"}. */
void seg_json_params(seg_string *out, const char *params);

/* A value that was read, on one line; numbers as the shortest text that reads back to the same double. */
void seg_json_value(seg_string *out, const seg_json *value);

#endif
