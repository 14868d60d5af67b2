/* spec.h - cuts what is typed after --loss and --metric into names with parameters. */
#ifndef SEG_EVALUATE_SPEC_H
#define SEG_EVALUATE_SPEC_H

#include <stddef.h>

#include "../base/error.h"

/* "dice,tversky:alpha=.7,beta=.3,ce" is three items: a piece with '=' belongs to the name before it. */
typedef struct {
    char *name;   /* tversky */
    char *params; /* "alpha=.7,beta=.3", or "" */
} seg_spec;

typedef struct {
    size_t n, room;
    seg_spec *spec;
} seg_specs;

/* Adds the items of a text. `option` ("--loss") is named in the sentences. */
seg_status seg_specs_read(seg_specs *specs, const char *option, const char *text, seg_error *err);
void seg_specs_free(seg_specs *specs);

#endif
