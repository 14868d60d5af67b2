/* test_memory.c - sizes that do not fit, blocks of no element, alignment, and arrays that keep what they had. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "support/fixture.h"

/* The sanitizers would rather stop the program than refuse a size that cannot be. */
const char *__asan_default_options(void);
const char *__tsan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}
const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static const size_t MB = 1 << 20;

/* Counts and sizes whose product wraps round, or that no machine has. */
static const struct {
    size_t count, size;
} TOO_MUCH[] = {
    {SIZE_MAX, 2},        {SIZE_MAX / 2 + 1, 2}, {SIZE_MAX / 4 + 2, 4},
    {SIZE_MAX, SIZE_MAX}, {SIZE_MAX, 1},         {(size_t)1 << 32, (size_t)1 << 32},
    {SIZE_MAX - MB, 1},
};
enum { N_TOO_MUCH = sizeof TOO_MUCH / sizeof *TOO_MUCH };

static void what_does_not_fit_is_a_sentence_with_its_name_and_size(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++)
        for (size_t i = 0; i < N_TOO_MUCH; i++) {
            char *block = (char *)1;
            seg_error err = {0};

            assert_int_equal(
                (big ? seg_alloc_big : seg_alloc)(&block, TOO_MUCH[i].count, TOO_MUCH[i].size, "the map", &err),
                SEG_MEMORY);
            assert_null(block);
            assert_non_null(strstr(err.text, "not enough memory for the map: "));
            assert_non_null(strstr(err.text, " MB wanted"));
        }
}

/* The system would hand it out, and then kill whoever uses it. */
static void more_than_the_share_of_the_machine_is_refused(void **state)
{
    char *block = NULL;
    size_t room = 0;
    seg_error err = {0};

    (void)state;
    setenv("SLURM_MEM_PER_NODE", "1100", 1);
    assert_int_equal(seg_alloc(&block, 1200, MB, "the map", &err), SEG_MEMORY);
    assert_int_equal(seg_alloc_big(&block, 1200, MB, "the map", &err), SEG_MEMORY);
    assert_int_equal(seg_grow(&block, &room, 1200, MB, "the map", &err), SEG_MEMORY);
    assert_null(block);
    unsetenv("SLURM_MEM_PER_NODE");
}

static void success_is_never_null(void **state)
{
    static const size_t SIZES[][2] = {{0, 0}, {0, 8}, {8, 0}, {1, 1}};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char *block = NULL;

        assert_ok(seg_alloc(&block, SIZES[i][0], SIZES[i][1], "nothing", NULL), NULL);
        assert_non_null(block);
        assert_int_equal(block[0], 0);
        free(block);
        assert_ok(seg_alloc_big(&block, SIZES[i][0], SIZES[i][1], "nothing", NULL), NULL);
        assert_non_null(block);
        free(block);
    }
}

static void a_big_block_is_aligned_and_whole(void **state)
{
    const size_t sizes[] = {1, 63, 64, 65, 8 * MB - 1, 8 * MB, 8 * MB + 1, 10 * MB};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned char *block;

        assert_ok(seg_alloc_big(&block, sizes[i], 1, "a map", NULL), NULL);
        assert_int_equal((uintptr_t)block % 64, 0);
        block[0] = block[sizes[i] - 1] = 1; /* the sanitizers know where it ends */
        free(block);
    }
}

static void a_growing_array_keeps_its_elements_and_moves_seldom(void **state)
{
    enum { N = 1000000 };
    int *array = NULL;
    size_t room = 0, moves = 0;

    (void)state;
    for (int i = 0; i < N; i++) {
        size_t before = room;

        assert_ok(seg_grow(&array, &room, (size_t)i + 1, sizeof *array, "numbers", NULL), NULL);
        assert_true(room > (size_t)i);
        moves += room != before;
        array[i] = i;
    }
    for (int i = 0; i < N; i++)
        if (array[i] != i)
            fail_msg("element %d is %d", i, array[i]);
    assert_true(moves < 50); /* by half each time: log 1e6 / log 1.5 = 34 */
    assert_ok(seg_grow(&array, &room, 0, sizeof *array, "numbers", NULL), NULL);
    assert_ok(seg_grow(&array, &room, 3 * room, sizeof *array, "numbers", NULL), NULL);
    assert_int_equal(array[N - 1], N - 1);
    free(array);
}

static void an_array_that_cannot_grow_stays_as_it_was(void **state)
{
    double *array = NULL, *before;
    size_t room = 0, had;
    seg_error err = {0};

    (void)state;
    assert_ok(seg_grow(&array, &room, 3, sizeof *array, "numbers", &err), &err);
    array[2] = 7;
    before = array;
    had = room;
    for (size_t i = 0; i < N_TOO_MUCH; i++) {
        assert_int_equal(seg_grow(&array, &room, TOO_MUCH[i].count, TOO_MUCH[i].size, "numbers", &err), SEG_MEMORY);
        assert_ptr_equal(array, before);
        assert_int_equal(room, had);
    }
    assert_non_null(strstr(err.text, "not enough memory for numbers"));
    assert_near(array[2], 7, 0, 0);
    free(array);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_fit_is_a_sentence_with_its_name_and_size),
        cmocka_unit_test(more_than_the_share_of_the_machine_is_refused),
        cmocka_unit_test(success_is_never_null),
        cmocka_unit_test(a_big_block_is_aligned_and_whole),
        cmocka_unit_test(a_growing_array_keeps_its_elements_and_moves_seldom),
        cmocka_unit_test(an_array_that_cannot_grow_stays_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
