/* test_input.c - bytes by position, from a file and from memory alike, and files that change while they are read. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/input.h"
#include "support/fixture.h"
#include "support/write_nifti.h"

static int setup(void **state)
{
    (void)state;
    test_folder_make();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_remove();
    return 0;
}

static const char TEXT[] = "0123456789";
enum { SIZE = sizeof TEXT - 1 };

static void open_file(seg_input *input, const char *name)
{
    seg_error err = {0};

    assert_ok(seg_input_open(input, bytes_write(name, bytes_copy(TEXT, SIZE)), UINT64_MAX, &err), &err);
}

static void every_range_inside_is_read_and_none_beyond(void **state)
{
    (void)state;
    for (int from_memory = 0; from_memory < 2; from_memory++) {
        seg_input input;
        char out[SIZE + 1];

        if (from_memory)
            assert_ok(seg_input_of_memory(&input, TEXT, SIZE, "memory", NULL), NULL);
        else
            open_file(&input, "ranges");
        assert_int_equal(input.size, SIZE);
        for (uint64_t at = 0; at <= SIZE + 1; at++)
            for (size_t n = 0; n <= SIZE + 1; n++) {
                seg_error err = {0};

                if (at + n > SIZE) {
                    assert_int_equal(seg_input_pread(&input, at, out, n), -1);
                    continue;
                }
                assert_ok(seg_input_at(&input, at, out, n, &err), &err);
                assert_memory_equal(out, TEXT + at, n);
            }
        assert_int_equal(seg_input_pread(&input, UINT64_MAX, out, 2), -1); /* at + n wraps round */
        assert_int_equal(seg_input_pread(&input, 2, out, SIZE_MAX), -1);
        assert_ok(seg_input_check(&input, NULL), NULL);
        seg_input_close(&input);
        seg_input_close(&input);
    }
}

static void a_file_that_became_shorter_is_an_error_and_not_zeros(void **state)
{
    seg_input input;
    seg_error err = {0};
    char out[SIZE];

    (void)state;
    open_file(&input, "shorter");
    assert_int_equal(truncate(test_path("shorter"), 4), 0);
    assert_ok(seg_input_at(&input, 0, out, 4, &err), &err);
    assert_int_equal(seg_input_at(&input, 2, out, 4, &err), SEG_READ);
    assert_non_null(strstr(err.text, "shorter: became shorter while it was read"));
    seg_input_close(&input);
}

static void any_change_is_noticed(void **state)
{
    const struct timespec later[2] = {{.tv_sec = 1}, {.tv_sec = 1, .tv_nsec = 1}};
    seg_input input;
    seg_error err = {0};

    (void)state;
    open_file(&input, "changing");
    assert_ok(seg_input_check(&input, &err), &err);
    assert_int_equal(utimensat(AT_FDCWD, test_path("changing"), later, 0), 0); /* written again, as long as before */
    assert_int_equal(seg_input_check(&input, &err), SEG_READ);
    assert_non_null(strstr(err.text, "changing: was changed while it was read"));
    seg_input_close(&input);
    open_file(&input, "growing");
    assert_int_equal(truncate(test_path("growing"), SIZE + 1), 0);
    assert_int_equal(seg_input_check(&input, &err), SEG_READ);
    seg_input_close(&input);
    open_file(&input, "removed"); /* another program's new file of this name is not ours */
    assert_int_equal(unlink(test_path("removed")), 0);
    bytes_write("removed", bytes_copy("?", 1));
    assert_ok(seg_input_check(&input, &err), &err);
    assert_int_equal(input.size, SIZE);
    seg_input_close(&input);
}

/* What `n` bytes on stdin become within a budget. */
static seg_status spool(seg_input *input, size_t n, uint64_t memory, seg_error *err)
{
    int old = dup(STDIN_FILENO), fd;
    seg_status st;

    fd = open(bytes_write("stdin", (test_bytes){calloc(n + 1, 1), n}), O_RDONLY);
    dup2(fd, STDIN_FILENO);
    close(fd);
    st = seg_input_open(input, "-", memory, err);
    dup2(old, STDIN_FILENO);
    close(old);
    return st;
}

static void stdin_takes_exactly_its_budget(void **state)
{
    static const size_t SIZES[] = {2, 4096, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20};
    seg_input free_input;
    seg_error none = {0};

    (void)state;
    assert_ok(spool(&free_input, 3 << 20, 0, &none), &none); /* what is free */
    assert_int_equal(free_input.size, 3 << 20);
    seg_input_close(&free_input);
    for (size_t i = 0; i < 6; i++) {
        seg_input input;
        seg_error err = {0};

        assert_ok(spool(&input, SIZES[i], SIZES[i], &err), &err);
        assert_int_equal(input.size, SIZES[i]);
        assert_string_equal(input.name, "standard input");
        seg_input_close(&input);
        assert_int_equal(spool(&input, SIZES[i], SIZES[i] - 1, &err), SEG_MEMORY);
        assert_non_null(strstr(err.text, "standard input: holds more than the memory budget"));
        assert_null(input.owned);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_range_inside_is_read_and_none_beyond),
        cmocka_unit_test(a_file_that_became_shorter_is_an_error_and_not_zeros),
        cmocka_unit_test(any_change_is_noticed),
        cmocka_unit_test(stdin_takes_exactly_its_budget),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
