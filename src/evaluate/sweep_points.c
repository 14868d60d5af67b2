/* sweep_points.c - the points of a sweep for programs: rows of kind sweep, or JSON. */
#include <math.h>
#include <string.h>

#include "../report/csv.h"
#include "../report/json_text.h"
#include "sweep.h"

enum { NUMBERS = 6 };
static const char *const NAMES[NUMBERS] = {"n", "loss", "ratio", "boundary", "smallest", "n_eff"};

static void numbers_of(const seg_sweep_row *row, double x[NUMBERS])
{
    const double all[NUMBERS] = {(double)row->n, row->value, row->ratio, row->boundary, row->smallest, row->voxels};

    memcpy(x, all, sizeof all);
}

/* The name of a loss, or of a formula as typed. */
static const char *measure_of(const seg_sweep_family *f)
{
    return f->loss ? f->loss->name : f->grid.title;
}

/* "fn=0.3;fp=0.7": the swept parameters with the names as typed. */
static void add_params(const seg_sweep *s, const seg_sweep_family *f, size_t point, seg_string *out)
{
    for (size_t a = 0; a < f->grid.axes; a++)
        seg_string_printf(out, "%s%s=%s", a ? ";" : "", f->grid.axis[a].name,
                          f->grid.axis[a].text[seg_sweep_grid_at(&f->grid, s->zip, point, a)]);
}

/* "tau_hd95", "tau_nsd_tolerance=2" */
static void name_tau(const seg_sweep *s, size_t metric, seg_string *out)
{
    seg_string_printf(out, "tau_%s", s->metric_name[metric]);
    for (char *c = out->text; c && *c; c++)
        *c = *c == ' ' ? '_' : *c;
}

/* case,slice,class,label,kind,measure,params,value,unit,status: the name of the number stands in the column label. */
static void add_row(const seg_sweep_family *f, const char *name, double x, const char *params, char separator,
                    seg_string *out)
{
    const char *const fields[] = {"", "", "", name, "sweep", measure_of(f), params};
    char number[SEG_NUMBER_ROOM];

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        seg_csv_field(out, separator, fields[i]);
        seg_string_add_n(out, &separator, 1);
    }
    seg_string_printf(out, "%s%c%c%s\n", isnan(x) ? "" : seg_number(number, x), separator, separator,
                      isnan(x) ? "not-computed: no value" : "ok");
}

static void add_rows(const seg_sweep *s, const seg_sweep_family *f, const seg_sweep_row *row, const char *params,
                     char separator, seg_string *out)
{
    double x[NUMBERS];

    numbers_of(row, x);
    for (int i = 0; i < NUMBERS; i++)
        add_row(f, NAMES[i], x[i], params, separator, out);
    for (size_t m = 0; m < s->metrics; m++) {
        seg_string name = {0};

        name_tau(s, m, &name);
        add_row(f, name.text ? name.text : "", row->tau[m], params, separator, out);
        out->failed |= name.failed;
        seg_string_free(&name);
    }
}

static void add_object(const seg_sweep *s, const seg_sweep_family *f, const seg_sweep_row *row, const char *params,
                       seg_string *out)
{
    double x[NUMBERS];

    seg_string_add(out, "{\"kind\": \"sweep\", \"measure\": ");
    seg_json_text(out, measure_of(f));
    seg_string_add(out, ", \"params\": ");
    seg_json_params(out, params);
    numbers_of(row, x);
    for (int i = 0; i < NUMBERS; i++) {
        seg_string_printf(out, ", \"%s\": ", NAMES[i]);
        seg_json_number(out, x[i], 0);
    }
    for (size_t m = 0; m < s->metrics; m++) {
        seg_string name = {0};

        name_tau(s, m, &name);
        seg_string_add(out, ", ");
        seg_json_text(out, name.text ? name.text : "");
        seg_string_add(out, ": ");
        seg_json_number(out, row->tau[m], 0);
        out->failed |= name.failed;
        seg_string_free(&name);
    }
    seg_string_add(out, "}");
}

/* `first`: nothing stands before it in the list. */
static seg_status add_point(const seg_sweep *s, const seg_sweep_family *f, size_t point, const char *format, bool first,
                            seg_string *out, seg_error *err)
{
    seg_sweep_row row;
    seg_string params = {0};
    seg_status st = seg_sweep_row_of(&row, s, f, point, err);

    add_params(s, f, point, &params);
    if (!st)
        st = seg_string_check(&params, err);
    if (!st && (!strcmp(format, "csv") || !strcmp(format, "tsv"))) {
        add_rows(s, f, &row, params.text ? params.text : "", *format == 't' ? '\t' : ',', out);
    } else if (!st) {
        bool lines = !strcmp(format, "jsonl");

        seg_string_add(out, lines ? "" : first ? "\n  " : ",\n  ");
        add_object(s, f, &row, params.text ? params.text : "", out);
        seg_string_add(out, lines ? "\n" : "");
    }
    seg_string_free(&params);
    return st;
}

seg_status seg_sweep_points(void *sweep, const char *format, seg_string *out, seg_error *err)
{
    const seg_sweep *s = sweep;
    bool json = !strcmp(format, "json"), first = true;
    seg_status st = SEG_OK;

    seg_string_add(out, json ? ",\n \"points\": [" : "");
    for (size_t f = 0; f < s->families && !st; f++) {
        for (size_t i = 0; i < s->family[f].points && s->family[f].grid.axes && !st; i++, first = false)
            st = add_point(s, &s->family[f], i, format, first, out, err);
    }
    seg_string_add(out, json ? "]" : "");
    return st;
}
