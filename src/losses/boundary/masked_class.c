/* masked_class.c - blocks of one class of a pair, without the ignored voxels. */
#include "masked_class.h"

#include "../../base/parallel.h"
#include "../../image/label_runs.h"

const char *const seg_distance_words[] = {"voxel", "mm", NULL};

size_t seg_class_block(const seg_pair *pair, int cls, size_t begin, size_t n, double *y, double *t)
{
    uint16_t code[SEG_BLOCK];
    size_t kept = 0;

    seg_pair_prob(pair, cls, begin, n, y);
    seg_pair_target(pair, cls, begin, n, t);
    if (!pair->ignores)
        return n;
    seg_pair_codes(pair, begin, n, code);
    for (size_t i = 0; i < n; i++)
        if (code[i] < pair->classes) {
            y[kept] = y[i];
            t[kept++] = t[i];
        }
    return kept;
}

void seg_class_ignore(const seg_pair *pair, size_t begin, size_t n, double *x)
{
    uint16_t code[SEG_BLOCK];

    for (size_t done = 0; pair->ignores && done < n; done += SEG_BLOCK) {
        size_t part = n - done < SEG_BLOCK ? n - done : SEG_BLOCK;

        seg_pair_codes(pair, begin + done, part, code);
        for (size_t i = 0; i < part; i++)
            if (code[i] == pair->classes)
                x[done + i] = 0;
    }
}

void seg_class_prob(const seg_pair *pair, int cls, size_t begin, size_t n, double *y)
{
    seg_pair_prob(pair, cls, begin, n, y);
    seg_class_ignore(pair, begin, n, y);
}

/* A truth of labels is 1 on the stretches of the class and 0 elsewhere: only there is anything to subtract. */
static void subtract_stretches(const seg_pair *pair, int cls, size_t begin, size_t n, double *e)
{
    seg_label_runs truth = seg_label_runs_of(&pair->truth, begin, begin + n);
    seg_label_run s;

    while (seg_label_runs_next(&truth, &s))
        for (size_t i = s.begin; i < s.end && s.code == (uint32_t)cls; i++)
            e[i - begin] -= 1;
}

void seg_class_error(const seg_pair *pair, int cls, size_t begin, size_t n, double *e)
{
    double p[SEG_BLOCK];

    seg_class_prob(pair, cls, begin, n, e);
    if (!seg_pair_soft(pair)) {
        subtract_stretches(pair, cls, begin, n, e);
        return;
    }
    seg_pair_target(pair, cls, begin, n, p);
    for (size_t i = 0; i < n; i++)
        e[i] -= p[i];
}
