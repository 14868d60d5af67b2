/* test_object_assign.c - the assignment against all permutations of small graphs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/object_assign.h"
#include "support/fixture.h"

enum { MOST = 6 };

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* The best total of pairs (1 each) and scores (less than one pair together) from `row` on. */
static double best_from(double score[MOST][MOST], int rows, int columns, int row, unsigned used)
{
    double best;

    if (row == rows)
        return 0;
    best = best_from(score, rows, columns, row + 1, used);
    for (int c = 0; c < columns; c++)
        if (!(used >> c & 1) && score[row][c] >= 0) {
            double x = 1 + score[row][c] / (2 * MOST) + best_from(score, rows, columns, row + 1, used | 1u << c);

            best = x > best ? x : best;
        }
    return best;
}

static void most_pairs_then_the_largest_sum(void **state)
{
    uint64_t seed = 20;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int trial = 0; trial < 400; trial++) {
        int rows = 1 + (int)(next(&seed) % MOST), columns = 1 + (int)(next(&seed) % MOST);
        double score[MOST][MOST], total = 0;
        seg_assign_edge edge[MOST * MOST];
        uint32_t row_of[MOST];
        bool taken[MOST] = {false};
        size_t n = 0;

        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) {
                score[r][c] = next(&seed) % 2 ? (double)(next(&seed) % 11) / 10 : -1;
                if (score[r][c] >= 0)
                    edge[n++] = (seg_assign_edge){(uint32_t)r, (uint32_t)c, score[r][c]};
            }
        for (int c = 0; c < columns; c++)
            row_of[c] = UINT32_MAX;
        assert_int_equal(seg_assign(edge, n, (size_t)rows, (size_t)columns, row_of, NULL), SEG_OK);
        for (int c = 0; c < columns; c++) {
            if (row_of[c] == UINT32_MAX)
                continue;
            assert_false(taken[row_of[c]]);
            assert_true(score[row_of[c]][c] >= 0);
            taken[row_of[c]] = true;
            total += 1 + score[row_of[c]][c] / (2 * MOST);
        }
        assert_near(total, best_from(score, rows, columns, 0, 0), 1e-12, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(most_pairs_then_the_largest_sum)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
