/* json.h - parses a JSON text into a tree. yajl splits and checks the text; the tree and its memory are ours.
 *
 * Every failed allocation is reported as SEG_MEMORY. The tree takes at most 16 bytes for each byte of text, plus the
 * texts themselves: "1,1,1" is the worst case. */
#ifndef SEG_BASE_JSON_H
#define SEG_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

enum { SEG_JSON_DEPTH = 32 }; /* lists and objects inside each other; a deeper text is refused */

typedef enum {
    SEG_JSON_NULL,
    SEG_JSON_BOOLEAN,
    SEG_JSON_INTEGER, /* written without fraction and exponent, and within int64 */
    SEG_JSON_REAL,
    SEG_JSON_TEXT,
    SEG_JSON_ARRAY,
    SEG_JSON_OBJECT
} seg_json_type;

/* One value. Belongs to its document. */
typedef struct seg_json {
    const char *key; /* in an object, else NULL */
    union {
        bool boolean;
        int64_t integer;
        double real;
        const char *text;       /* valid UTF-8 without '\0' inside */
        struct seg_json *first; /* of an array or object; NULL when it is empty */
    };
    struct seg_json *next;
    uint32_t n; /* elements of an array or object */
    uint8_t type;
} seg_json;

/* {0} is empty. */
typedef struct {
    const seg_json *root;
    struct seg_json_block *blocks; /* all memory of the tree */
} seg_json_document;

/* Parses the one value that fills text[length], which needs no '\0' behind it. SEG_READ: "line 3: is not JSON: why" or
 * "line 9: the JSON document is cut off"; *cut_off tells them apart and may be NULL. */
seg_status seg_json_parse(seg_json_document *document, const char *text, size_t length, bool *cut_off, seg_error *err);

void seg_json_free(seg_json_document *document);

/* The value at a key, the last one when the key is there more than once; NULL when it is missing, when it is null,
 * and when `object` is NULL or no object. */
const seg_json *seg_json_get(const seg_json *object, const char *key);

/* NULL is of no type. */
bool seg_json_is(const seg_json *value, seg_json_type type);
bool seg_json_is_number(const seg_json *value);

/* The number as a double; NAN when it is none. */
double seg_json_real(const seg_json *value);

/* The number, rounded toward 0 and clamped to int64; 0 when it is none. */
int64_t seg_json_integer(const seg_json *value);

/* The text; NULL when it is none. */
const char *seg_json_string(const seg_json *value);

#endif
