/* object_assign.c - optimal assignment, one connected part of the graph at a time.
 *
 * Objects of both sides overlap few others, so the graph falls into small parts, each solved alone by the Hungarian
 * method with potentials (Kuhn 1955, Munkres 1957; O(n^2 m) for n rows and m columns). A pair is worth 1 + score / (2 n):
 * the scores of a part add up to less than one pair more.
 */
#include "object_assign.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "../base/memory.h"

/* ---- parts: union-find over rows and columns ---- */

static uint32_t root_of(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

static void join_all(uint32_t *parent, const seg_assign_edge *edge, size_t n, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows + columns; i++)
        parent[i] = (uint32_t)i;
    for (size_t i = 0; i < n; i++) {
        uint32_t a = root_of(parent, edge[i].row), b = root_of(parent, (uint32_t)rows + edge[i].column);

        parent[a > b ? a : b] = a > b ? b : a;
    }
}

/* An edge with the number of its part. */
struct part_edge {
    uint32_t part;
    seg_assign_edge edge;
};

static int by_part(const void *x, const void *y)
{
    const struct part_edge *p = x, *q = y;

    if (p->part != q->part)
        return p->part < q->part ? -1 : 1;
    if (p->edge.row != q->edge.row)
        return p->edge.row < q->edge.row ? -1 : 1;
    return p->edge.column < q->edge.column ? -1 : p->edge.column > q->edge.column;
}

/* ---- one part ---- */

/* A dense cost matrix with n <= m, rows and columns counted from 1 as usual for this method; column 0 is a helper. */
struct hungarian {
    size_t n, m;
    double *cost; /* [n][m] */
    double *u, *v, *least;
    size_t *match, *way; /* [m + 1] row of each column; the column before it on the path */
    bool *used;
};

static void free_hungarian(struct hungarian *h)
{
    free(h->cost);
    free(h->u);
    free(h->v);
    free(h->least);
    free(h->match);
    free(h->way);
    free(h->used);
}

static seg_status alloc_hungarian(struct hungarian *h, size_t n, size_t m, seg_error *err)
{
    seg_status st;

    *h = (struct hungarian){.n = n, .m = m};
    st = seg_alloc(&h->cost, n, m * sizeof *h->cost, "an assignment of objects", err);
    if (!st)
        st = seg_alloc(&h->u, n + 1, sizeof *h->u, "an assignment of objects", err);
    if (!st)
        st = seg_alloc(&h->v, m + 1, sizeof *h->v, "an assignment of objects", err);
    if (!st)
        st = seg_alloc(&h->least, m + 1, sizeof *h->least, "an assignment of objects", err);
    if (!st)
        st = seg_alloc(&h->match, m + 1, sizeof *h->match, "an assignment of objects", err);
    if (!st)
        st = seg_alloc(&h->way, m + 1, sizeof *h->way, "an assignment of objects", err);
    if (!st)
        st = seg_alloc(&h->used, m + 1, sizeof *h->used, "an assignment of objects", err);
    return st;
}

/* The free column that the tree reaches at the least cost, after the potentials have moved. */
static size_t grow_tree(struct hungarian *h, size_t column)
{
    size_t row = h->match[column], next = 0;
    double step = INFINITY;

    h->used[column] = true;
    for (size_t j = 1; j <= h->m; j++) {
        double reduced = h->cost[(row - 1) * h->m + j - 1] - h->u[row] - h->v[j];

        if (h->used[j])
            continue;
        if (reduced < h->least[j]) {
            h->least[j] = reduced;
            h->way[j] = column;
        }
        if (h->least[j] < step) {
            step = h->least[j];
            next = j;
        }
    }
    for (size_t j = 0; j <= h->m; j++)
        if (h->used[j]) {
            h->u[h->match[j]] += step;
            h->v[j] -= step;
        } else {
            h->least[j] -= step;
        }
    return next;
}

static void solve(struct hungarian *h)
{
    for (size_t row = 1; row <= h->n; row++) {
        size_t column = 0;

        h->match[0] = row;
        for (size_t j = 0; j <= h->m; j++) {
            h->least[j] = INFINITY;
            h->used[j] = false;
        }
        do
            column = grow_tree(h, column);
        while (h->match[column]);
        for (; column; column = h->way[column])
            h->match[column] = h->match[h->way[column]];
    }
}

/* Ranks of the rows (or columns) of a part: rank[x] for those that occur, and list[rank] = x. Returns how many. */
static size_t rank_ends(const struct part_edge *e, size_t n, bool columns, uint32_t *rank, uint32_t *list)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++) {
        uint32_t x = columns ? e[i].edge.column : e[i].edge.row;

        if (rank[x] == UINT32_MAX) {
            rank[x] = (uint32_t)found;
            list[found++] = x;
        }
    }
    return found;
}

struct ends {
    uint32_t *rank[2], *list[2]; /* of rows, columns */
};

static seg_status solve_part(const struct part_edge *e, size_t n, struct ends *of, uint32_t *row_of, seg_error *err)
{
    size_t rows = rank_ends(e, n, false, of->rank[0], of->list[0]);
    size_t columns = rank_ends(e, n, true, of->rank[1], of->list[1]);
    bool turned = rows > columns;
    size_t few = turned ? columns : rows, many = turned ? rows : columns;
    struct hungarian h;
    seg_status st = alloc_hungarian(&h, few, many, err);

    for (size_t i = 0; i < n && !st; i++) {
        size_t a = of->rank[0][e[i].edge.row], b = of->rank[1][e[i].edge.column];

        h.cost[turned ? b * many + a : a * many + b] = -(1 + e[i].edge.score / (2 * (double)few));
    }
    if (!st)
        solve(&h);
    for (size_t j = 1; j <= many && !st; j++)
        if (h.match[j] && h.cost[(h.match[j] - 1) * many + j - 1] < 0)
            row_of[of->list[1][turned ? h.match[j] - 1 : j - 1]] = of->list[0][turned ? j - 1 : h.match[j] - 1];
    for (size_t i = 0; i < n; i++) {
        of->rank[0][e[i].edge.row] = UINT32_MAX;
        of->rank[1][e[i].edge.column] = UINT32_MAX;
    }
    free_hungarian(&h);
    return st;
}

/* ---- all parts ---- */

static seg_status solve_parts(const struct part_edge *e, size_t n, struct ends *of, uint32_t *row_of, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t begin = 0, end; begin < n && !st; begin = end) {
        for (end = begin; end < n && e[end].part == e[begin].part;)
            end++;
        if (end - begin == 1)
            row_of[e[begin].edge.column] = e[begin].edge.row;
        else
            st = solve_part(e + begin, end - begin, of, row_of, err);
    }
    return st;
}

static seg_status alloc_ends(struct ends *of, const size_t n[2], seg_error *err)
{
    seg_status st = SEG_OK;

    *of = (struct ends){0};
    for (int end = 0; end < 2 && !st; end++) {
        st = seg_alloc(&of->rank[end], n[end], sizeof *of->rank[end], "objects", err);
        if (!st)
            st = seg_alloc(&of->list[end], n[end], sizeof *of->list[end], "objects", err);
        for (size_t i = 0; i < n[end] && !st; i++)
            of->rank[end][i] = UINT32_MAX;
    }
    return st;
}

seg_status seg_assign(const seg_assign_edge *edge, size_t n, size_t rows, size_t columns, uint32_t *row_of,
                      seg_error *err)
{
    uint32_t *parent = NULL;
    struct part_edge *e = NULL;
    struct ends of;
    seg_status st = alloc_ends(&of, (const size_t[2]){rows, columns}, err);

    if (!st)
        st = seg_alloc(&parent, rows + columns, sizeof *parent, "objects", err);
    if (!st)
        st = seg_alloc(&e, n, sizeof *e, "objects", err);
    if (!st) {
        join_all(parent, edge, n, rows, columns);
        for (size_t i = 0; i < n; i++)
            e[i] = (struct part_edge){root_of(parent, edge[i].row), edge[i]};
        if (n)
            qsort(e, n, sizeof *e, by_part);
        st = solve_parts(e, n, &of, row_of, err);
    }
    for (int end = 0; end < 2; end++) {
        free(of.rank[end]);
        free(of.list[end]);
    }
    free(parent);
    free(e);
    return st;
}
