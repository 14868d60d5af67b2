/* class_block.c - blocks of one class of a pair, without the ignored voxels, and sums along distance maps. */
#include "class_block.h"

#include "../../base/blocks.h"
#include "../../base/octet.h"
#include "../../volume/stretch.h"

const char *const seg_distance_words[] = {"voxel", "mm", NULL};

size_t seg_class_block(const seg_pair *pair, int class, size_t begin, size_t n, double *y, double *t)
{
    uint16_t code[SEG_BLOCK];
    size_t kept = 0;

    seg_pair_prob(pair, class, begin, n, y);
    seg_pair_target(pair, class, begin, n, t);
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

void seg_class_prob(const seg_pair *pair, int class, size_t begin, size_t n, double *y)
{
    seg_pair_prob(pair, class, begin, n, y);
    seg_class_ignore(pair, begin, n, y);
}

/* A truth of labels is 1 on the stretches of the class and 0 elsewhere: only there is anything to subtract. */
static void subtract_stretches(const seg_pair *pair, int class, size_t begin, size_t n, double *e)
{
    seg_stretches truth = seg_stretches_of(&pair->truth, begin, begin + n);
    seg_stretch s;

    while (seg_stretches_next(&truth, &s))
        for (size_t i = s.begin; i < s.end && s.code == (uint32_t)class; i++)
            e[i - begin] -= 1;
}

void seg_class_error(const seg_pair *pair, int class, size_t begin, size_t n, double *e)
{
    double p[SEG_BLOCK];

    seg_class_prob(pair, class, begin, n, e);
    if (!seg_pair_soft(pair)) {
        subtract_stretches(pair, class, begin, n, e);
        return;
    }
    seg_pair_target(pair, class, begin, n, p);
    for (size_t i = 0; i < n; i++)
        e[i] -= p[i];
}

/* Eight voxels at a time: each has both lines, and the sign of its distance chooses. */
SEG_OCTET_KERNEL static double add_lines(const seg_two_lines *l, const float *d, const double *y, size_t n)
{
    seg_double8 sum = {0};
    double total;
    size_t i = 0;

    for (; i + SEG_OCTET <= n; i += SEG_OCTET) {
        seg_float8 stored;
        seg_double8 x, weight;
        seg_long8 inside, outside, below;

        memcpy(&stored, d + i, sizeof stored);
        memcpy(&weight, y + i, sizeof weight);
        x = __builtin_convertvector(stored, seg_double8);
        below = (seg_long8)x >> 63;
        inside = (seg_long8)(l->inside[0] + l->inside[1] * x);
        outside = (seg_long8)(l->outside[0] + l->outside[1] * x);
        sum += (seg_double8)((inside & below) | (outside & ~below)) * weight;
    }
    total = seg_octet_sum(&sum);
    for (; i < n; i++)
        total += seg_two_lines_at(l, d[i]) * y[i];
    return total;
}

double seg_two_lines_sum(const seg_two_lines *l, const float *d, const double *y, size_t n)
{
    return add_lines(l, d, y, n);
}
