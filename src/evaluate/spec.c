/* spec.c - the comma list with parameters. */
#include "spec.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

static seg_status out_of_memory(seg_error *err)
{
    return seg_fail(err, SEG_MEMORY, "not enough memory for a list of names");
}

/* "tversky" or "tversky:alpha=.7" */
static seg_status add_name(seg_specs *specs, const char *piece, seg_error *err)
{
    size_t length = strcspn(piece, ":");
    seg_status st = seg_grow(&specs->spec, &specs->room, specs->n + 1, sizeof *specs->spec, "a list of names", err);
    seg_spec s;

    if (st)
        return st;
    s.name = seg_copy(piece, length);
    s.params = seg_copy(piece[length] ? piece + length + 1 : "", SIZE_MAX);
    if (!s.name || !s.params) {
        free(s.name);
        free(s.params);
        return out_of_memory(err);
    }
    specs->spec[specs->n++] = s;
    return SEG_OK;
}

/* ",beta=.3": goes on with the parameters of the last name. */
static seg_status add_params(seg_specs *specs, const char *option, const char *piece, size_t before, seg_error *err)
{
    seg_string params = {0};
    seg_spec *last;

    if (specs->n == before)
        return seg_fail(err, SEG_USAGE, "%s '%s' begins with a parameter, a name was wanted (as in tversky:alpha=0.7)",
                        option, piece);
    last = &specs->spec[specs->n - 1];
    seg_string_printf(&params, "%s%s%s", last->params, *last->params ? "," : "", piece);
    if (params.failed)
        return out_of_memory(err);
    free(last->params);
    last->params = params.text;
    return SEG_OK;
}

seg_status seg_specs_read(seg_specs *specs, const char *option, const char *text, seg_error *err)
{
    size_t before = specs->n;
    char *copy = seg_copy(text, SIZE_MAX), *rest = copy, *piece;
    seg_status st = copy ? SEG_OK : out_of_memory(err);

    while (!st && (piece = strsep(&rest, ","))) {
        size_t equals, colon;

        piece += strspn(piece, " "); /* "dice, ce" */
        equals = strcspn(piece, "=");
        colon = strcspn(piece, ":");
        if (!*piece)
            st = seg_fail(err, SEG_USAGE, "%s '%s' has an empty place, names separated by commas were wanted", option,
                          text);
        else if (piece[equals] && equals < colon)
            st = add_params(specs, option, piece, before, err);
        else
            st = add_name(specs, piece, err);
    }
    free(copy);
    return st;
}

void seg_specs_free(seg_specs *specs)
{
    for (size_t i = 0; i < specs->n; i++) {
        free(specs->spec[i].name);
        free(specs->spec[i].params);
    }
    free(specs->spec);
    *specs = (seg_specs){0};
}
