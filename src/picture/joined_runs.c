/* joined_runs.c - union-find over runs of neighbouring rows. */
#include "joined_runs.h"

#include <stdlib.h>

#include "../base/memory.h"

static size_t root_of(size_t *parent, size_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]]; /* path halving */
        i = parent[i];
    }
    return i;
}

/* The smaller index becomes the root, so that a root is the first run of its component. */
static void join(size_t *parent, size_t a, size_t b)
{
    a = root_of(parent, a);
    b = root_of(parent, b);
    if (a < b)
        parent[b] = a;
    else
        parent[a] = b;
}

/* Joins the runs [a, a_end) of a row with the runs [b, b_end) of a neighbouring row. Corners count, so runs meet when
 * one begins where the other ends. */
static void join_rows(const seg_wrong_run *run, size_t *parent, size_t a, size_t a_end, size_t b, size_t b_end)
{
    for (; a < a_end; a++) {
        while (b < b_end && run[b].end < run[a].begin)
            b++;
        for (size_t i = b; i < b_end && run[i].begin <= run[a].end; i++)
            if (run[i].truth == run[a].truth && run[i].called == run[a].called)
                join(parent, a, i);
    }
}

/* Joins a row with those of its neighbours that come before it in memory. */
static void join_row(const size_t n[3], const size_t *first, const seg_wrong_run *run, size_t *parent, size_t row)
{
    static const int before[4][2] = {{-1, 0}, {-1, -1}, {0, -1}, {1, -1}}; /* dy, dz */
    long y = (long)(row % n[1]), z = (long)(row / n[1]);

    for (int i = 0; i < 4; i++) {
        long ny = y + before[i][0], nz = z + before[i][1];
        size_t other = (size_t)(ny + (long)n[1] * nz);

        if (ny >= 0 && ny < (long)n[1] && nz >= 0)
            join_rows(run, parent, first[row], first[row + 1], first[other], first[other + 1]);
    }
}

seg_status seg_runs_join(const size_t n[3], const size_t *first, const seg_wrong_run *run, size_t **component,
                         size_t *components, seg_error *err)
{
    size_t rows = n[1] * n[2], runs = first[rows];
    seg_status st = seg_alloc(component, runs, sizeof **component, "connected mistakes", err);

    *components = 0;
    for (size_t i = 0; !st && i < runs; i++)
        (*component)[i] = i;
    for (size_t row = 0; !st && row < rows; row++)
        if (first[row] < first[row + 1])
            join_row(n, first, run, *component, row);
    /* A root comes before the other runs of its component, so their numbers are known when they are reached. */
    for (size_t i = 0; !st && i < runs; i++) {
        size_t parent = (*component)[i];

        (*component)[i] = parent == i ? (*components)++ : (*component)[parent];
    }
    return st;
}
