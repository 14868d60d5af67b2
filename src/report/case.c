/* case.c - fills and empties the rows of one case. */
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "report.h"

/* How a report names the kinds of failure; any other is "failed". */
static const struct {
    seg_status status;
    const char *word;
} FAILURES[] = {
    {SEG_READ, "unreadable"},     {SEG_MISMATCH, "mismatch"}, {SEG_MEMORY, "out-of-memory"},
    {SEG_STOPPED, "interrupted"}, {SEG_BUG, "bug"},
};

static const char *failure_word(seg_status status)
{
    for (size_t i = 0; i < sizeof FAILURES / sizeof *FAILURES; i++) {
        if (FAILURES[i].status == status)
            return FAILURES[i].word;
    }
    return "failed";
}

/* Keeps the text; NULL and what was meant as nothing are told apart from no memory. */
static seg_status keep(seg_case *c, const char **place, const char *text, seg_error *err)
{
    *place = seg_intern_keep(&c->pool, text);
    return text && !*place ? seg_fail(err, SEG_MEMORY, "not enough memory for the texts of a report") : SEG_OK;
}

seg_status seg_case_name(seg_case *c, const char *name, const char *prediction, const char *truth, seg_error *err)
{
    seg_status st = keep(c, &c->name, name ? name : "", err);

    if (!st)
        st = keep(c, &c->prediction, prediction, err);
    if (!st)
        st = keep(c, &c->truth, truth, err);
    if (!st)
        st = keep(c, &c->status, "ok", err);
    return st;
}

seg_status seg_case_add_class(seg_case *c, int64_t id, const char *label, seg_error *err)
{
    seg_status st = seg_grow(&c->classes, &c->room_classes, c->n_classes + 1, sizeof *c->classes, "classes", err);
    seg_case_class cls = {id, NULL};

    if (!st)
        st = keep(c, &cls.label, label && *label ? label : NULL, err);
    if (!st)
        c->classes[c->n_classes++] = cls;
    return st;
}

seg_status seg_case_add_counts(seg_case *c, seg_error *err)
{
    return c->counts ? SEG_OK : seg_alloc(&c->counts, c->n_classes, sizeof *c->counts, "class counts", err);
}

seg_status seg_case_add_confusion(seg_case *c, size_t confused, seg_error *err)
{
    c->confused = confused;
    return seg_alloc(&c->confusion, confused * confused, sizeof *c->confusion, "a confusion matrix", err);
}

seg_status seg_case_add(seg_case *c, const seg_row *row, seg_error *err)
{
    seg_status st = seg_grow(&c->rows, &c->room, c->n + 1, sizeof *c->rows, "the rows of a report", err);
    seg_row copy = *row;

    if (!st)
        st = keep(c, &copy.measure, row->measure, err);
    if (!st)
        st = keep(c, &copy.params, row->params ? row->params : "", err);
    if (!st)
        st = keep(c, &copy.unit, row->unit ? row->unit : "", err);
    if (!st)
        st = keep(c, &copy.status, row->status ? row->status : "ok", err);
    if (!st)
        c->rows[c->n++] = copy;
    return st;
}

seg_status seg_case_add_value(seg_case *c, seg_row row, seg_value value, seg_error *err)
{
    if (!value.asked)
        return SEG_OK;
    row.value = value.x;
    row.status = value.status;
    return seg_case_add(c, &row, err);
}

seg_status seg_case_add_error(seg_case *c, const seg_case_error *error, seg_error *err)
{
    seg_status st = seg_grow(&c->errors, &c->room_errors, c->n_errors + 1, sizeof *c->errors, "mistakes", err);
    seg_case_error copy = *error;

    if (!st)
        st = keep(c, &copy.words, error->words, err);
    if (!st)
        c->errors[c->n_errors++] = copy;
    return st;
}

seg_status seg_case_add_picture(seg_case *c, const seg_case_picture *picture, seg_error *err)
{
    seg_case_picture *p = &c->picture[c->n_pictures++];
    seg_status st;

    *p = *picture;
    st = keep(c, &p->words, picture->words, err);
    return st ? st : keep(c, &p->place, picture->place, err);
}

seg_status seg_case_set_units(seg_case *c, const char *volume, const char *depth, seg_error *err)
{
    seg_status st = keep(c, &c->volume_unit, volume, err);

    return st ? st : keep(c, &c->depth_unit, depth, err);
}

seg_status seg_case_add_curve(seg_case *c, const seg_case_curve *curve, seg_error *err)
{
    seg_case_curve *own;
    seg_status st = seg_grow(&c->curves, &c->room_curves, c->n_curves + 1, sizeof *c->curves, "a curve", err);

    if (st)
        return st;
    own = &c->curves[c->n_curves++];
    *own = *curve;
    st = keep(c, &own->measure, curve->measure, err);
    return st ? st : keep(c, &own->params, curve->params, err);
}

seg_status seg_case_fail(seg_case *c, const seg_error *why, seg_error *err)
{
    seg_status st = keep(c, &c->status, failure_word(why->status), err);

    c->n = c->n_classes = c->n_errors = c->n_curves = 0;
    free(c->counts);
    free(c->confusion);
    free(c->reliability);
    c->counts = NULL;
    c->confusion = NULL;
    c->reliability = NULL;
    c->objects.length = 0;
    if (!st)
        st = keep(c, &c->message, why->text, err);
    return st;
}

bool seg_case_ok(const seg_case *c)
{
    return !c->status || !strcmp(c->status, "ok");
}

void seg_case_free(seg_case *c)
{
    free(c->classes);
    free(c->rows);
    free(c->counts);
    free(c->confusion);
    free(c->reliability);
    free(c->curves);
    free(c->aside);
    free(c->errors);
    for (size_t i = 0; i < c->n_pictures; i++)
        free(c->picture[i].png);
    seg_string_free(&c->objects);
    seg_intern_free(&c->pool);
    *c = (seg_case){0};
}
