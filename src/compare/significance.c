/* significance.c - tests every column of a table and marks the cells that are not the best by more than chance.
 *
 * The tests are those of the verdicts (test_result.h), so the marks of a column agree with the table of its pairs. Rows
 * that share the first rank are all best, and a row is marked when it differs from each of them.
 */
#include "significance.h"

#include <stdint.h>

/* The place of a row of the cube in the verdict; SIZE_MAX when it has no finite value there. */
static size_t place_of(const seg_test_result *v, size_t row)
{
    for (size_t i = 0; i < v->rows; i++) {
        if (v->row[i] == row)
            return i;
    }
    return SIZE_MAX;
}

static bool differ(const seg_test_result *v, size_t row, size_t other, double alpha)
{
    size_t a = place_of(v, row), b = place_of(v, other);

    for (size_t i = 0; i < v->pairs; i++) {
        if ((v->pair[i].a == a && v->pair[i].b == b) || (v->pair[i].a == b && v->pair[i].b == a))
            return v->pair[i].holm < alpha;
    }
    return false;
}

static bool differs_from_best(const seg_grades *g, const seg_block *block, size_t i, size_t j, const seg_test_result *v,
                              double alpha)
{
    bool differs = block->cell[i * g->columns + j].place > 1;

    for (size_t k = 0; k < block->rows && differs; k++) {
        if (block->cell[k * g->columns + j].place == 1)
            differs = differ(v, block->row[i], block->row[k], alpha);
    }
    return differs;
}

static void tell_column_apart(seg_grades *g, const seg_test_result *v, double alpha)
{
    for (size_t b = 0; b < g->blocks; b++) {
        for (size_t j = 0; j < g->columns; j++) {
            if (g->block[b].group != v->group || g->column[j].measure != v->measure || g->column[j].column != v->column)
                continue;
            for (size_t i = 0; i < g->block[b].rows; i++)
                g->block[b].cell[i * g->columns + j].differs = differs_from_best(g, &g->block[b], i, j, v, alpha);
        }
    }
}

seg_status seg_grades_tell_apart(seg_grades *grades, const seg_test_options *how, bool *attainable, seg_error *err)
{
    seg_test_options tests = *how;
    seg_test_result *verdict = NULL;
    size_t n = 0;
    seg_status st;

    tests.resamples = 0; /* the stability of a ranking is not asked for here */
    st = seg_test_results_of_columns(&verdict, &n, grades->cube, &tests, err);
    *attainable = false;
    for (size_t i = 0; i < n && !st; i++) {
        *attainable |= verdict[i].smallest_holm < how->alpha;
        tell_column_apart(grades, &verdict[i], how->alpha);
    }
    seg_test_results_free(verdict, n);
    return st;
}
