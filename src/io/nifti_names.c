/* nifti_names.c - the label table of a Caret extension:
 *
 *     <CaretExtension> ... <LabelTable><Label Key="1" Red="1" ...><![CDATA[spleen]]></Label> ... </LabelTable>
 */
#include "nifti_names.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "bytes.h"

enum { MOST_TEXT = 1 << 20, FLAG = 4, HEAD = 8 };

static seg_status add(seg_image_file *a, int64_t id, const char *text, size_t n, seg_error *err)
{
    size_t room = a->segments;
    char *name = seg_copy(text, n);
    seg_status st = name ? seg_grow(&a->segment, &room, a->segments + 1, sizeof *a->segment, "names of labels", err)
                         : seg_no_name(err);

    if (st) {
        free(name);
        return st;
    }
    a->segment[a->segments++] = (seg_segment){name, id, 0};
    return SEG_OK;
}

/* The text of an element from `at` to `end`, without CDATA around it. */
static seg_status add_text(seg_image_file *a, int64_t id, const char *at, const char *end, seg_error *err)
{
    static const char OPEN[] = "<![CDATA[", CLOSE[] = "]]>";
    size_t open = strlen(OPEN), close = strlen(CLOSE);

    if ((size_t)(end - at) >= open + close && !memcmp(at, OPEN, open) && !memcmp(end - close, CLOSE, close)) {
        at += open;
        end -= close;
    }
    return end > at ? add(a, id, at, (size_t)(end - at), err) : SEG_OK;
}

/* `text` ends with a zero byte. */
static seg_status read_table(seg_image_file *a, const char *text, seg_error *err)
{
    const char *at = strstr(text, "<CaretExtension") ? strstr(text, "<LabelTable") : NULL;
    seg_status st = SEG_OK;

    while (!st && at && (at = strstr(at, "<Label "))) {
        const char *key = strstr(at, "Key=\""), *open = strchr(at, '>'), *end = open ? strstr(open, "</Label>") : NULL;
        char number[24] = "";
        int64_t id;

        if (!end)
            break;
        if (key && key < open)
            memcpy(number, key + 5, strcspn(key + 5, "\"") < sizeof number ? strcspn(key + 5, "\"") : 0);
        if (seg_read_int64(number, &id))
            st = add_text(a, id, open + 1, end, err);
        at = end;
    }
    return st;
}

seg_status seg_nifti_names(seg_image_file *a, size_t header, bool swapped, seg_error *err)
{
    size_t n = a->data_at < header + FLAG + HEAD + MOST_TEXT ? (size_t)a->data_at : header + FLAG + HEAD + MOST_TEXT;
    bool big = swapped == seg_machine_is_little();
    const uint8_t *bytes = NULL;
    size_t got = 0, at = header + FLAG;
    seg_status st;

    if (a->data_at < header + FLAG + HEAD)
        return SEG_OK;
    st = seg_stream_peek(&a->stream, n, &bytes, &got, err);
    while (!st && got == n && bytes[header] && at + HEAD < n && !a->segments) {
        uint64_t size = big ? seg_big(bytes + at, 4) : seg_little(bytes + at, 4);
        char *text;

        if (size <= HEAD || size > n - at)
            break;
        st = seg_alloc(&text, (size_t)size - HEAD + 1, 1, "names of labels", err);
        if (st)
            break;
        memcpy(text, bytes + at + HEAD, (size_t)size - HEAD);
        st = read_table(a, text, err);
        free(text);
        at += size;
    }
    return st;
}
