/* write_script.c - the panels as a script for gnuplot or pgfplots, which reads curves.csv beside it. */
#include <stdlib.h>
#include <string.h>

#include "../base/inert.h"
#include "../base/memory.h"
#include "figure.h"
#include "layout.h"
#include "write.h"

/* The column of curves.csv that is the x axis, for pgfplots. */
static const char *x_column(const seg_curves *c)
{
    static const char *const columns[] = {"x=errors", "x=severity", "x expr=1-\\thisrow{iou}", "x=berr", "x=hd95"};

    return columns[c->x];
}

typedef void line_fn(const seg_curves *c, size_t regime, size_t loss, const seg_stroke *stroke, bool last,
                     seg_string *out);

static seg_status add_lines(const seg_curves *c, size_t regime, line_fn *line, seg_string *out, seg_error *err)
{
    seg_line_styles styles = {0};
    size_t *list = NULL, n = 0;
    seg_status st = seg_alloc(&list, c->losses, sizeof *list, "losses", err);

    if (!st) {
        n = seg_losses_drawn(c, SEG_LEVELS, list);
        st = seg_line_styles_make(&styles, c, list, n, err);
    }
    for (size_t i = 0; !st && i < n; i++)
        line(c, regime, list[i], &styles.stroke[i], i + 1 == n, out);
    seg_line_styles_free(&styles);
    free(list);
    return st;
}

/* gnuplot: strings stand in double quotes. */
static void add_quoted(seg_string *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            seg_string_add(out, "\\");
        seg_string_add_n(out, text, 1);
    }
}

static void gnuplot_dash(const char *dash, seg_string *out)
{
    seg_string_add(out, " dt ");
    if (!dash || !*dash) {
        seg_string_add(out, "solid");
        return;
    }
    seg_string_add(out, "(");
    for (; *dash; dash++)
        seg_string_add_n(out, *dash == ' ' ? "," : dash, 1);
    seg_string_add(out, ")");
}

/* `smooth unique` sorts by x and takes the mean of equal x, as the figure does. */
static void gnuplot_line(const seg_curves *c, size_t regime, size_t loss, const seg_stroke *stroke, bool last,
                         seg_string *out)
{
    seg_string_add(out, "  file using (strcol(\"regime\") eq \"");
    add_quoted(out, c->regime[regime].scene.name);
    seg_string_printf(out, "\" && strcol(\"loss\") eq \"%s\" && strcol(\"params\") eq \"", c->loss[loss].name);
    add_quoted(out, c->loss[loss].params);
    seg_string_printf(out,
                      "\" && column(\"seed\") == %llu ? %s : NaN):(column(\"scaled\")) smooth unique with lines "
                      "lc rgb \"%s\" lw %.1f",
                      (unsigned long long)c->first_seed,
                      c->x == SEG_X_IOU      ? "1 - column(\"iou\")"
                      : c->x == SEG_X_ERRORS ? "column(\"errors\")"
                      : c->x == SEG_X_STEP   ? "column(\"severity\")"
                      : c->x == SEG_X_BERR   ? "column(\"berr\")"
                                             : "column(\"hd95\")",
                      stroke->colour, 1.5 * stroke->width);
    gnuplot_dash(stroke->dash, out);
    seg_string_add(out, " title \"");
    add_quoted(out, c->loss[loss].label);
    seg_string_add(out, last ? "\"\n" : "\", \\\n");
}

seg_status seg_write_gnuplot(const seg_curves_report *r, seg_string *out, seg_error *err)
{
    const seg_curves *c = r->curves;
    char title[128];
    seg_status st = SEG_OK;

    seg_string_printf(
        out,
        "# %s\n# Draws curves.csv, which lies beside this file:  gnuplot -persist curves.gp\n"
        "set encoding utf8\nset datafile separator comma\nset datafile missing \"\"\nset key outside bottom "
        "center horizontal noenhanced\nfile = \"curves.csv\"\nset multiplot layout 1,%zu title \"",
        r->heading, c->regimes);
    add_quoted(out, r->heading);
    seg_string_add(out, "\" noenhanced\n");
    for (size_t regime = 0; !st && regime < c->regimes; regime++) {
        seg_experiment_title(&c->regime[regime], title, sizeof title);
        seg_string_add(out, "set title \"");
        add_quoted(out, title);
        seg_curves_x_title(c, c->x, title, sizeof title);
        seg_string_printf(out, "\" noenhanced\nset xlabel \"%s\"\nset ylabel \"scaled loss\"\nplot \\\n", title);
        st = add_lines(c, regime, gnuplot_line, out, err);
    }
    seg_string_add(out, "unset multiplot\n");
    return st ? st : seg_string_check(out, err);
}

static void tex_dash(const char *dash, seg_string *out)
{
    bool on = true;

    if (!dash || !*dash)
        return;
    seg_string_add(out, ", dash pattern=");
    while (*dash) {
        const size_t n = strcspn(dash, " ");

        seg_string_printf(out, "%s %.*spt ", on ? "on" : "off", (int)n, dash);
        on = !on;
        dash += n + (dash[n] == ' ');
    }
}

/* The points as the figure has them. */
static void add_coordinates(const seg_curves *c, size_t regime, size_t loss, seg_string *out)
{
    double *x = calloc(2 * c->points, sizeof *x), *y = x ? x + c->points : NULL;
    size_t n = 0;

    out->failed = out->failed || !x || seg_curves_line(c, loss, regime, 0, c->x, x, y, &n, NULL);
    seg_string_add(out, "    coordinates {");
    for (size_t i = 0; !out->failed && i < n; i++)
        seg_string_printf(out, "%s(%.9g,%.9g)", i % 4 ? " " : "\n      ", x[i], y[i]);
    seg_string_add(out, "};\n");
    free(x);
}

static void add_table(const seg_curves *c, size_t regime, size_t loss, seg_string *out)
{
    seg_string_printf(out,
                      ",\n    only={regime}{%s}, only={loss}{%s}, only={params}{%s}, only={seed}{%llu}]\n"
                      "    table[%s, y=scaled] {curves.csv};\n",
                      c->regime[regime].scene.name, c->loss[loss].name, c->loss[loss].params,
                      (unsigned long long)c->first_seed, x_column(c));
}

/* TeX reads no quoted fields: the points of a curve whose name needs quotes are written into the script. */
static bool needs_quotes(const seg_curve_loss *loss)
{
    return strchr(loss->name, ',') || strchr(loss->params, ',');
}

static void pgfplots_line(const seg_curves *c, size_t regime, size_t loss, const seg_stroke *stroke, bool last,
                          seg_string *out)
{
    (void)last;
    if (seg_curves_skipped(c, loss, regime)) /* an empty plot would shift the legend */
        return;
    seg_string_printf(out, "  \\addplot[no marks, color={rgb,255:red,%ld;green,%ld;blue,%ld}, line width=%.1fpt",
                      strtol((char[]){stroke->colour[1], stroke->colour[2], 0}, NULL, 16),
                      strtol((char[]){stroke->colour[3], stroke->colour[4], 0}, NULL, 16),
                      strtol((char[]){stroke->colour[5], stroke->colour[6], 0}, NULL, 16), stroke->width);
    tex_dash(stroke->dash, out);
    if (needs_quotes(&c->loss[loss])) {
        seg_string_add(out, "]\n");
        add_coordinates(c, regime, loss, out);
    } else {
        add_table(c, regime, loss, out);
    }
    if (regime + 1 < c->regimes) /* the last panel explains the lines of all */
        return;
    seg_string_add(out, "  \\addlegendentry{");
    seg_inert_add(out, SEG_INERT_LATEX, c->loss[loss].label);
    seg_string_add(out, "}\n");
}

static const char PREAMBLE[] =
    "\\documentclass[border=2mm]{standalone}\n\\usepackage{pgfplots}\n\\pgfplotsset{compat=1.16,\n"
    "  table/col sep=comma, filter discard warning=false,\n"
    "  % Keeps the rows whose column #1 says #2; the rows of curves.csv stand in the order of x.\n"
    "  only/.style 2 args={x filter/.append code={\\edef\\have{\\thisrow{#1}}\\edef\\want{#2}%\n"
    "    \\ifx\\have\\want\\else\\def\\pgfmathresult{}\\fi}}}\n\\begin{document}\n";

seg_status seg_write_pgfplots(const seg_curves_report *r, seg_string *out, seg_error *err)
{
    const seg_curves *c = r->curves;
    char title[128];
    seg_status st = SEG_OK;

    seg_string_printf(out, "%% %s\n%% Draws curves.csv, which lies beside this file:  pdflatex curves.tex\n%s",
                      r->heading, PREAMBLE);
    for (size_t regime = 0; !st && regime < c->regimes; regime++) {
        seg_experiment_title(&c->regime[regime], title, sizeof title);
        seg_string_add(out, "\\begin{tikzpicture}[baseline]\n\\begin{axis}[title={");
        seg_inert_add(out, SEG_INERT_LATEX, title);
        seg_curves_x_title(c, c->x, title, sizeof title);
        seg_string_add(out, "}, xlabel={");
        seg_inert_add(out, SEG_INERT_LATEX, title);
        seg_string_add(out, "}, ylabel={scaled loss}, unbounded coords=discard, legend pos=outer north east, "
                            "legend cell align=left]\n");
        st = add_lines(c, regime, pgfplots_line, out, err);
        seg_string_add(out, "\\end{axis}\n\\end{tikzpicture}\n");
    }
    seg_string_add(out, "\\end{document}\n");
    return st ? st : seg_string_check(out, err);
}
