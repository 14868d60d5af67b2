/* write_csv.c - curves.csv and scores.csv: long and tidy, RFC 4180, the same bytes for the same request. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "write.h"

/* Empty when undefined. */
static void add_number(seg_string *out, double x)
{
    char text[SEG_NUMBER_ROOM];

    seg_string_add(out, ",");
    if (!isnan(x))
        seg_string_add(out, seg_number(text, x + 0.0));
}

static void add_field(seg_string *out, const char *text)
{
    if (!strpbrk(text, ",\"\n")) {
        seg_string_add(out, text);
        return;
    }
    seg_string_add(out, "\"");
    for (; *text; text++)
        seg_string_add_n(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    seg_string_add(out, "\"");
}

void seg_loss_reduction(const seg_curve_loss *loss, seg_string *out)
{
    for (const seg_param *row = loss->job.loss ? loss->job.loss->params : NULL; row && row->name; row++)
        if (!strcmp(row->name, "reduction"))
            seg_params_write_value(row, loss->job.params, out);
}

void seg_write_counts(const seg_curves *c, size_t regime, seg_string *out)
{
    const seg_curve_point *point = seg_curves_points(c, regime, 0);

    for (size_t k = 0; k < seg_experiment_points(&c->regime[regime]); k++)
        seg_string_printf(out, "%zu,%zu,%zu,%zu\n", k, point[k].tp, point[k].fn, point[k].fp);
}

struct rank {
    double x;
    size_t k;
};

static int by_x(const void *a, const void *b)
{
    const struct rank *p = a, *q = b;

    if (isnan(p->x) != isnan(q->x))
        return isnan(p->x) ? 1 : -1;
    if (p->x < q->x || p->x > q->x)
        return p->x < q->x ? -1 : 1;
    return (p->k > q->k) - (p->k < q->k);
}

/* Steps in the order of (x, k). */
static void rank_steps(const seg_curves *c, size_t regime, size_t seed, struct rank *rank)
{
    const seg_curve_point *point = seg_curves_points(c, regime, seed);
    const size_t n = seg_experiment_points(&c->regime[regime]);

    for (size_t k = 0; k < n; k++)
        rank[k] = (struct rank){point[k].x[c->x], k};
    qsort(rank, n, sizeof *rank, by_x);
}

static void add_point(seg_string *out, const seg_curve_point *p)
{
    seg_string_printf(out, ",%zu,%zu,%zu,%zu", p->fn, p->fp, p->tp, p->fn + p->fp);
    add_number(out, p->dice);
    add_number(out, 1 - p->x[SEG_X_IOU]);
    add_number(out, p->x[SEG_X_BERR]);
    add_number(out, p->x[SEG_X_HD95]);
}

static void add_curve(const seg_curves *c, size_t regime, size_t seed, size_t loss, const struct rank *rank,
                      seg_string *out)
{
    const seg_curve_point *point = seg_curves_points(c, regime, seed);
    const double *value = seg_curves_values(c, loss, regime, seed);
    const char **reason = c->reason + (value - c->value);
    seg_string reduction = {0};
    double low, high;

    seg_string_add(&reduction, "");
    seg_loss_reduction(&c->loss[loss], &reduction);
    seg_curves_range(c, loss, regime, seed, &low, &high);
    for (size_t i = 0; i < seg_experiment_points(&c->regime[regime]); i++) {
        const size_t k = rank[i].k;

        add_field(out, c->regime[regime].scene.name);
        seg_string_printf(out, ",%llu,%zu", (unsigned long long)(c->first_seed + seed), k);
        add_number(out, point[k].x[SEG_X_STEP]);
        seg_string_printf(out, ",%zu", i);
        add_point(out, &point[k]);
        seg_string_add(out, ",");
        add_field(out, c->loss[loss].name);
        seg_string_add(out, ",");
        add_field(out, c->loss[loss].params);
        seg_string_printf(out, ",%s", reduction.text ? reduction.text : "");
        add_number(out, value[k]);
        add_number(out, seg_curves_scaled(c, value[k], low, high));
        add_number(out, c->flipped ? c->flipped[value - c->value + (ptrdiff_t)k] : NAN);
        seg_string_add(out, ",");
        add_field(out, !isnan(value[k]) ? "ok" : c->message[loss] ? c->message[loss] : reason[k] ? reason[k] : "");
        seg_string_printf(out, ",%s\n", seg_branch_word(&c->regime[regime].plan));
    }
    out->failed = out->failed || reduction.failed;
    seg_string_free(&reduction);
}

seg_status seg_write_curves_csv(const seg_curves *c, seg_string *out, seg_error *err)
{
    struct rank *rank = NULL;
    seg_status st = seg_alloc(&rank, c->points, sizeof *rank, "ranks", err);

    seg_string_add(out, "regime,seed,step,severity,rank,fn,fp,tp,errors,dice,iou,berr,hd95,loss,params,reduction,"
                        "value,scaled,flipped_gradient,status,branch\n");
    for (size_t regime = 0; !st && regime < c->regimes; regime++)
        for (size_t seed = 0; seed < c->seeds; seed++) {
            rank_steps(c, regime, seed, rank);
            for (size_t loss = 0; loss < c->losses; loss++)
                add_curve(c, regime, seed, loss, rank, out);
        }
    free(rank);
    return st ? st : seg_string_check(out, err);
}

seg_status seg_write_scores_csv(const seg_curves *c, seg_string *out, seg_error *err)
{
    seg_string_add(out, "regime,loss,params,yardstick,tau,drawdown,reversal,plateau,tail,verdict,n_seeds,tau_sd,"
                        "drawdown_sd,status,rise,borderline,branch\n");
    for (size_t regime = 0; regime < c->regimes; regime++)
        for (size_t loss = 0; loss < c->losses; loss++)
            for (int x = 0; x < SEG_XS; x++) {
                const seg_curve_score *s = &seg_curves_scores(c, loss, regime)[x];
                const char *skipped = seg_curves_skipped(c, loss, regime);

                add_field(out, c->regime[regime].scene.name);
                seg_string_add(out, ",");
                add_field(out, c->loss[loss].name);
                seg_string_add(out, ",");
                add_field(out, c->loss[loss].params);
                seg_string_printf(out, ",%s", seg_x_words[x]);
                for (int m = 0; m < SEG_RISE; m++)
                    add_number(out, s->mean[m]);
                seg_string_printf(out, ",%s,%zu", seg_trend_words[s->verdict], s->seeds);
                add_number(out, s->sd[SEG_TAU]);
                add_number(out, s->sd[SEG_DRAWDOWN]);
                seg_string_add(out, ",");
                add_field(out, skipped ? skipped : "ok");
                add_number(out, s->mean[SEG_RISE]);
                seg_string_printf(out, ",%s,%s\n", s->borderline ? "yes" : "no",
                                  seg_branch_word(&c->regime[regime].plan));
            }
    return seg_string_check(out, err);
}

seg_status seg_write_series_csv(const seg_series_point *point, size_t n, seg_string *out, seg_error *err)
{
    seg_string_add(out, "ratio,radius,jitter,drawdown,drawdown_sd,seeds\n");
    for (size_t i = 0; i < n; i++) {
        char ratio[SEG_NUMBER_ROOM];

        seg_string_add(out, seg_number(ratio, point[i].jitter / point[i].radius));
        add_number(out, point[i].radius);
        add_number(out, point[i].jitter);
        add_number(out, point[i].drawdown);
        add_number(out, point[i].drawdown_sd);
        seg_string_printf(out, ",%zu\n", point[i].seeds);
    }
    return seg_string_check(out, err);
}
