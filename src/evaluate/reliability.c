/* reliability.c - sums of bins, from cases to one table. */
#include "reliability.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../metrics/calibration.h"

enum { PRESET_BINS = 15, FIELDS = 3 };

int seg_reliability_bins(const seg_plan *plan)
{
    for (size_t i = 0; i < plan->metrics.n; i++) {
        const seg_metric_job *job = &plan->metrics.job[i];

        for (const seg_param *row = job->metric->params; job->params && row->name; row++)
            if (!strcmp(job->metric->name, "ece") && !strcmp(row->name, "bins")) {
                int bins;

                memcpy(&bins, (const char *)job->params + row->at, sizeof bins);
                return bins ? bins : PRESET_BINS;
            }
    }
    return PRESET_BINS;
}

static void add_class(double *out, const seg_pair *pair, int cls, size_t bins)
{
    seg_calibration_bin bin[SEG_CALIBRATION_BINS] = {{0, 0, 0}};

    seg_calibration_bins_add(bin, pair, cls, (int)bins, false);
    for (size_t k = 0; k < bins; k++) {
        out[FIELDS * k] = bin[k].n;
        out[FIELDS * k + 1] = bin[k].p;
        out[FIELDS * k + 2] = bin[k].hits;
    }
}

seg_status seg_reliability_of_case(seg_case *out, const seg_scene *scene, int bins, seg_error *err)
{
    size_t width = FIELDS * (size_t)bins;
    seg_status st = seg_alloc(&out->reliability, out->n_classes, width * sizeof *out->reliability, "bins", err);

    out->reliability_bins = (size_t)bins;
    for (size_t k = 0; k < out->n_classes && !st; k++)
        if (scene->independent)
            add_class(out->reliability + k * width, &scene->pair[k], 1, (size_t)bins);
        else
            add_class(out->reliability + k * width, &scene->pair[0], (int)k, (size_t)bins);
    return st;
}

/* The sums of a class, at 0 when it is new. */
static seg_status find_class(seg_reliability *s, int64_t id, double **bin, seg_error *err)
{
    size_t width = FIELDS * s->bins, k = 0;
    seg_status st = SEG_OK;

    while (k < s->n && s->id[k] != id)
        k++;
    if (k == s->n) {
        st = seg_grow(&s->id, &s->room, s->n + 1, sizeof *s->id, "bins", err);
        if (!st)
            st = seg_grow(&s->bin, &s->bin_room, (s->n + 1) * width, sizeof *s->bin, "bins", err);
        if (st)
            return st;
        s->id[s->n++] = id;
        memset(s->bin + k * width, 0, width * sizeof *s->bin);
    }
    *bin = s->bin + k * width;
    return st;
}

seg_status seg_reliability_add(seg_reliability *s, const seg_case *c, seg_error *err)
{
    seg_status st = SEG_OK;

    if (!c->reliability)
        return SEG_OK;
    s->bins = c->reliability_bins;
    for (size_t k = 0; k < c->n_classes && !st; k++) {
        size_t width = FIELDS * s->bins;
        double *bin;

        st = find_class(s, c->classes[k].id, &bin, err);
        for (size_t i = 0; i < width && !st; i++)
            bin[i] += c->reliability[k * width + i];
    }
    return st;
}

static void add_line(seg_string *out, int64_t id, size_t k, size_t bins, const double *bin)
{
    char low[SEG_NUMBER_ROOM], high[SEG_NUMBER_ROOM], n[SEG_NUMBER_ROOM], p[SEG_NUMBER_ROOM], hits[SEG_NUMBER_ROOM];
    bool any = bin[0] > 0;

    seg_string_printf(out, "%lld,%zu,%s,%s,%s,%s,%s\n", (long long)id, k, seg_number(low, (double)k / (double)bins),
                      seg_number(high, (double)(k + 1) / (double)bins), seg_number(n, bin[0]),
                      any ? seg_number(p, bin[1] / bin[0]) : "", any ? seg_number(hits, bin[2] / bin[0]) : "");
}

seg_status seg_reliability_table(const seg_reliability *s, seg_string *out, seg_error *err)
{
    int64_t last = INT64_MIN;

    seg_string_add(out, "class,bin,lower,upper,n,confidence,accuracy\n");
    for (size_t written = 0; written < s->n; written++) {
        size_t next = SIZE_MAX;

        for (size_t k = 0; k < s->n; k++)
            if ((written == 0 || s->id[k] > last) && (next == SIZE_MAX || s->id[k] < s->id[next]))
                next = k;
        last = s->id[next];
        for (size_t k = 0; k < s->bins; k++)
            add_line(out, last, k, s->bins, s->bin + (next * s->bins + k) * FIELDS);
    }
    return seg_string_check(out, err);
}

void seg_reliability_free(seg_reliability *s)
{
    free(s->id);
    free(s->bin);
    *s = (seg_reliability){0};
}
