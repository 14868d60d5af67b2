/* json.c - yajl's events become a tree.
 *
 * yajl does not check what its allocations return. So the functions it is given never return NULL: on failure they
 * leave the parser with longjmp, and its blocks, which are kept in a list, are freed here. */
#include "json.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "text.h"
#include "utf8.h"

/* Memory of the parser and of the tree: blocks in a doubly linked list. */
typedef struct seg_json_block {
    struct seg_json_block *next, *previous;
} block;

enum { CHUNK_MIN = 4096, CHUNK_MAX = 1 << 20 };

typedef struct {
    block *parser_blocks, *tree_blocks;
    jmp_buf *no_memory;
    char *chunk; /* the tree grows in chunks */
    size_t left, chunk_size;
    seg_json root;                      /* an array whose only element is the document */
    seg_json *open[SEG_JSON_DEPTH + 1]; /* arrays and objects that have not ended; open[0] is &root */
    seg_json *last[SEG_JSON_DEPTH + 1]; /* their newest elements */
    int depth;
    const char *key;     /* of the next value */
    const char *refusal; /* why a callback ended the parsing */
    bool cut_off;
} builder;

/* ---- memory ---- */

static void link_block(block **list, block *b)
{
    *b = (block){*list, NULL};
    if (*list)
        (*list)->previous = b;
    *list = b;
}

static void unlink_block(block **list, block *b)
{
    if (b->next)
        b->next->previous = b->previous;
    *(b->previous ? &b->previous->next : list) = b->next;
}

static void free_blocks(block *b)
{
    while (b) {
        block *next = b->next;

        free(b);
        b = next;
    }
}

static void *new_block(builder *b, block **list, size_t size)
{
    block *fresh = size < SIZE_MAX / 2 ? malloc(sizeof *fresh + size) : NULL;

    if (!fresh)
        longjmp(*b->no_memory, 1);
    link_block(list, fresh);
    return fresh + 1;
}

static void *parser_malloc(void *context, size_t size)
{
    builder *b = context;

    return new_block(b, &b->parser_blocks, size);
}

static void parser_free(void *context, void *memory)
{
    builder *b = context;

    if (!memory)
        return;
    unlink_block(&b->parser_blocks, (block *)memory - 1);
    free((block *)memory - 1);
}

static void *parser_realloc(void *context, void *memory, size_t size)
{
    builder *b = context;
    block *old, *fresh;

    if (!memory)
        return parser_malloc(context, size);
    old = (block *)memory - 1;
    unlink_block(&b->parser_blocks, old);
    fresh = size < SIZE_MAX / 2 ? realloc(old, sizeof *fresh + size) : NULL;
    link_block(&b->parser_blocks, fresh ? fresh : old);
    if (!fresh)
        longjmp(*b->no_memory, 1);
    return fresh + 1;
}

/* Memory of the tree, aligned for a seg_json. */
static void *take(builder *b, size_t size)
{
    void *taken;

    size = (size + 7) & ~(size_t)7;
    if (size > b->left) {
        b->left = size > b->chunk_size ? size : b->chunk_size;
        b->chunk = new_block(b, &b->tree_blocks, b->left);
    }
    taken = b->chunk;
    b->chunk += size;
    b->left -= size;
    return taken;
}

/* ---- what yajl reports ---- */

static int refuse(builder *b, const char *why)
{
    b->refusal = why;
    return 0;
}

static const char INVALID[] = "a text has a character that is not valid";

/* yajl lets through overlong forms, surrogates and "\u0000", which no name or label can have. */
static bool is_valid(const char *text, size_t n)
{
    const char *end = text + n;
    unsigned long code;
    int length;

    while (text < end && (length = seg_utf8_next(text, &code)) > 0)
        text += length;
    return text == end;
}

/* A copy of the text in the tree; NULL when it is not valid. */
static const char *copy_text(builder *b, const unsigned char *text, size_t n)
{
    char *copy = take(b, n + 1);

    memcpy(copy, text, n);
    copy[n] = '\0';
    if (is_valid(copy, n))
        return copy;
    refuse(b, INVALID);
    return NULL;
}

static int add_value(builder *b, seg_json value)
{
    seg_json *parent = b->open[b->depth], *node = take(b, sizeof *node);

    if (parent->n == UINT32_MAX)
        return refuse(b, "a list is too long");
    *node = value;
    node->key = b->key;
    b->key = NULL;
    *(parent->n ? &b->last[b->depth]->next : &parent->first) = node;
    b->last[b->depth] = node;
    parent->n++;
    return 1;
}

static int on_null(void *context)
{
    return add_value(context, (seg_json){.type = SEG_JSON_NULL});
}

static int on_boolean(void *context, int boolean)
{
    return add_value(context, (seg_json){.type = SEG_JSON_BOOLEAN, .boolean = boolean});
}

static int on_number(void *context, const char *text, size_t n)
{
    enum { LONGEST = 1000 };
    char copy[LONGEST + 1];
    seg_json value = {.type = SEG_JSON_INTEGER};

    if (n > LONGEST)
        return refuse(context, "a number is too long");
    memcpy(copy, text, n);
    copy[n] = '\0';
    if (strcspn(copy, ".eE") == n && seg_read_int64(copy, &value.integer))
        return add_value(context, value);
    value.type = SEG_JSON_REAL;
    return seg_read_double(copy, &value.real) ? add_value(context, value) : refuse(context, "a number is too large");
}

static int on_text(void *context, const unsigned char *text, size_t n)
{
    const char *copy = copy_text(context, text, n);

    return copy ? add_value(context, (seg_json){.type = SEG_JSON_TEXT, .text = copy}) : 0;
}

static int on_key(void *context, const unsigned char *text, size_t n)
{
    builder *b = context;

    b->key = copy_text(b, text, n);
    return b->key != NULL;
}

static int begin(builder *b, seg_json_type type)
{
    if (b->depth == SEG_JSON_DEPTH)
        return refuse(b, "lists and objects are nested too deeply");
    if (!add_value(b, (seg_json){.type = (uint8_t)type}))
        return 0;
    b->open[b->depth + 1] = b->last[b->depth];
    b->depth++;
    return 1;
}

static int on_begin_object(void *context)
{
    return begin(context, SEG_JSON_OBJECT);
}

static int on_begin_array(void *context)
{
    return begin(context, SEG_JSON_ARRAY);
}

static int on_end(void *context)
{
    builder *b = context;

    b->depth--;
    return 1;
}

static const yajl_callbacks CALLBACKS = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_text,
    .yajl_map_key = on_key,
    .yajl_start_map = on_begin_object,
    .yajl_end_map = on_end,
    .yajl_start_array = on_begin_array,
    .yajl_end_array = on_end,
};

/* ---- one text ---- */

static size_t line_of(const char *text, size_t offset)
{
    size_t line = 1;

    for (size_t i = 0; i < offset; i++)
        line += text[i] == '\n';
    return line;
}

/* yajl's sentence without its line break, or ours when a callback refused. */
static seg_status not_json(builder *b, yajl_handle parser, size_t line, seg_error *err)
{
    unsigned char *why;

    if (b->refusal)
        return seg_fail(err, SEG_READ, "line %zu: is not JSON that segloss reads: %s", line, b->refusal);
    why = yajl_get_error(parser, 0, NULL, 0);
    return seg_fail(err, SEG_READ, "line %zu: is not JSON: %.*s", line, (int)strcspn((char *)why, "\n"), (char *)why);
}

/* Without the blanks at its end, so that a text that is cut off ends in the line where it stops. */
static size_t trimmed(const char *text, size_t length)
{
    while (length && (text[length - 1] == ' ' || (text[length - 1] >= '\t' && text[length - 1] <= '\r')))
        length--;
    return length;
}

/* The escape \uXXXX at text as a number; 0 when there is none. */
static unsigned escaped(const char *text, const char *end)
{
    char digits[5] = {0};

    if (end - text < 6 || text[0] != '\\' || text[1] != 'u')
        return 0;
    memcpy(digits, text + 2, 4);
    return (unsigned)strtoul(digits, NULL, 16);
}

/* The first high surrogate without a low one behind it, where yajl drops a character; NULL when there is none. */
static const char *lone_surrogate(const char *text, const char *end)
{
    while ((text = memchr(text, '\\', (size_t)(end - text))) && end - text > 1) {
        if (escaped(text, end) >> 10 != 0xd800 >> 10)
            text += 2;
        else if (escaped(text + 6, end) >> 10 == 0xdc00 >> 10)
            text += 12;
        else
            return text;
    }
    return NULL;
}

static seg_status parse(builder *b, const char *text, size_t length, seg_error *err)
{
    yajl_alloc_funcs memory = {parser_malloc, parser_realloc, parser_free, b};
    yajl_handle parser = yajl_alloc(&CALLBACKS, &memory, b);
    const char *bad = lone_surrogate(text, text + length);
    yajl_status status = yajl_parse(parser, (const unsigned char *)text, bad ? (size_t)(bad - text) : length);
    size_t offset = status == yajl_status_ok ? trimmed(text, length) : yajl_get_bytes_consumed(parser);

    if (status == yajl_status_ok && bad) {
        refuse(b, INVALID);
        return not_json(b, parser, line_of(text, (size_t)(bad - text)), err);
    }
    if (status == yajl_status_ok) {
        status = yajl_complete_parse(parser);
        b->cut_off = status == yajl_status_error && !strstr((char *)yajl_get_error(parser, 0, NULL, 0), "trailing");
    }
    if (b->cut_off)
        return seg_fail(err, SEG_READ, "line %zu: the JSON document is cut off", line_of(text, offset));
    return status == yajl_status_ok ? SEG_OK : not_json(b, parser, line_of(text, offset), err);
}

/* setjmp stands in a function of its own: the builder, which belongs to the caller, keeps its values. */
static seg_status parse_unless_memory_fails(builder *b, const char *text, size_t length, seg_error *err)
{
    jmp_buf no_memory;

    b->no_memory = &no_memory;
    if (setjmp(no_memory))
        return SEG_MEMORY;
    return parse(b, text, length, err);
}

seg_status seg_json_parse(seg_json_document *document, const char *text, size_t length, bool *cut_off, seg_error *err)
{
    builder b = {.chunk_size = length};
    seg_status st;

    b.chunk_size = b.chunk_size > CHUNK_MAX ? CHUNK_MAX : b.chunk_size < CHUNK_MIN ? CHUNK_MIN : b.chunk_size;
    b.open[0] = &b.root;
    st = parse_unless_memory_fails(&b, text, length, err);
    if (st == SEG_MEMORY)
        seg_fail(err, st, "not enough memory to read %zu bytes of JSON", length);
    free_blocks(b.parser_blocks);
    *document = (seg_json_document){b.root.first, b.tree_blocks};
    if (st)
        seg_json_free(document);
    if (cut_off)
        *cut_off = b.cut_off;
    return st;
}

void seg_json_free(seg_json_document *document)
{
    free_blocks(document->blocks);
    *document = (seg_json_document){0};
}

/* ---- the tree ---- */

bool seg_json_is(const seg_json *value, seg_json_type type)
{
    return value && value->type == type;
}

const seg_json *seg_json_get(const seg_json *object, const char *key)
{
    const seg_json *found = NULL;

    if (!seg_json_is(object, SEG_JSON_OBJECT))
        return NULL;
    for (const seg_json *value = object->first; value; value = value->next)
        if (!strcmp(value->key, key))
            found = value;
    return seg_json_is(found, SEG_JSON_NULL) ? NULL : found;
}

bool seg_json_is_number(const seg_json *value)
{
    return seg_json_is(value, SEG_JSON_INTEGER) || seg_json_is(value, SEG_JSON_REAL);
}

double seg_json_real(const seg_json *value)
{
    return seg_json_is(value, SEG_JSON_INTEGER) ? (double)value->integer
           : seg_json_is(value, SEG_JSON_REAL)  ? value->real
                                                : NAN;
}

int64_t seg_json_integer(const seg_json *value)
{
    if (seg_json_is(value, SEG_JSON_INTEGER))
        return value->integer;
    if (!seg_json_is(value, SEG_JSON_REAL))
        return 0;
    return value->real >= 0x1p63 ? INT64_MAX : value->real < -0x1p63 ? INT64_MIN : (int64_t)value->real;
}

const char *seg_json_string(const seg_json *value)
{
    return seg_json_is(value, SEG_JSON_TEXT) ? value->text : NULL;
}
