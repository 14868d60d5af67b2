/* test_stream.c - any way of taking bytes gives the same bytes, from a plain and from a packed file, and an end that comes too early is an error. */
#include <stdlib.h>
#include <string.h>

#include "io/stream.h"
#include "support/fixture.h"
#include "support/write_nifti.h"

enum { BUFFER = 256 * 1024, SIZE = 3 * BUFFER + 12345 };

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

/* Bytes that are not the same 256 further on. */
static uint8_t byte_at(size_t i)
{
    return (uint8_t)(i ^ i >> 8 ^ i >> 16);
}

static test_bytes make(size_t n)
{
    test_bytes b = {malloc(n + 1), n};

    for (size_t i = 0; i < n; i++)
        b.at[i] = byte_at(i);
    return b;
}

static const char *write_file(bool packed, size_t n)
{
    return packed ? bytes_write("packed.gz", gzip_make(make(n))) : bytes_write("plain", make(n));
}

static void open_both(seg_input *input, seg_stream *s, const char *path, const seg_warnings *notes)
{
    seg_error err = {0};

    assert_ok(seg_input_open(input, path, UINT64_MAX, &err), &err);
    assert_ok(seg_stream_open(s, input, notes, &err), &err);
}

static void close_both(seg_input *input, seg_stream *s)
{
    seg_stream_close(s);
    seg_input_close(input);
}

static void assert_bytes(const uint8_t *bytes, size_t at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != byte_at(at + i))
            fail_msg("byte %zu is %d, not %d", at + i, bytes[i], byte_at(at + i));
}

/* A length near the sizes where something changes. */
static size_t some_length(uint64_t *seed, size_t left)
{
    static const size_t NEAR[] = {0, 1, 100, 4096, BUFFER - 1, BUFFER, BUFFER + 1, BUFFER + 70000};
    size_t n = NEAR[fixture_random(seed) % 8] + fixture_random(seed) % 3;

    return n < left ? n : left;
}

static void step(seg_stream *s, size_t *at, uint64_t *seed, uint8_t *room)
{
    size_t n = some_length(seed, SIZE - *at), got;
    const uint8_t *bytes;
    seg_error err = {0};

    switch (fixture_random(seed) % 4) {
    case 0:
        assert_ok(seg_stream_peek(s, n, &bytes, &got, &err), &err);
        assert_true(got <= n);
        assert_bytes(bytes, *at, got);
        return;
    case 1:
        assert_ok(seg_stream_take(s, n, &bytes, &err), &err);
        assert_bytes(bytes, *at, n);
        break;
    case 2:
        assert_ok(seg_stream_read(s, room, n, &err), &err);
        assert_bytes(room, *at, n);
        break;
    default:
        assert_ok(seg_stream_skip(s, n, &err), &err);
    }
    *at += n;
}

static void any_mixture_of_steps_gives_the_bytes_in_order(void **state)
{
    uint64_t seed = 31;
    uint8_t *room = malloc(SIZE);

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int packed = 0; packed < 2; packed++) {
        const char *path = write_file(packed, SIZE);

        for (int round = 0; round < 20; round++) {
            seg_input input;
            seg_stream s;
            size_t at = 0;
            seg_error err = {0};

            open_both(&input, &s, path, NULL);
            for (int i = 0; i < 400 && at < SIZE; i++)
                step(&s, &at, &seed, room);
            assert_ok(seg_stream_finish(&s, &err), &err);
            close_both(&input, &s);
        }
    }
    free(room);
}

/* The last byte can be had, one more cannot, by any step; a peek is no error. */
static void an_end_that_comes_too_early_is_told(void **state)
{
    static const size_t SIZES[] = {1, 100, BUFFER - 1, BUFFER, BUFFER + 1};
    static uint8_t room[BUFFER + 2];

    (void)state;
    for (int packed = 0; packed < 2; packed++)
        for (size_t k = 0; k < 5; k++)
            for (int how = 0; how < 3; how++) {
                size_t n = SIZES[k], got = 0;
                const uint8_t *bytes;
                seg_input input;
                seg_stream s;
                seg_error err = {0};

                open_both(&input, &s, write_file(packed, n), NULL);
                assert_ok(seg_stream_read(&s, room, n - 1, &err), &err);
                assert_ok(seg_stream_peek(&s, 10, &bytes, &got, &err), &err);
                assert_int_equal(got, 1);
                assert_bytes(bytes, n - 1, 1);
                assert_int_equal(how == 0   ? seg_stream_take(&s, 2, &bytes, &err)
                                 : how == 1 ? seg_stream_read(&s, room, 2, &err)
                                            : seg_stream_skip(&s, 2, &err),
                                 SEG_READ);
                assert_non_null(
                    strstr(err.text, packed ? "ends at least 1 bytes too early" : "ends 1 bytes too early"));
                close_both(&input, &s);
            }
}

static void keep(void *context, const char *sentence)
{
    strcpy(context, sentence);
}

static void what_is_left_over_is_counted_exactly(void **state)
{
    static const size_t TAKEN[] = {0, 1, 1000, BUFFER, BUFFER + 1, SIZE - 1, SIZE};

    (void)state;
    for (int packed = 0; packed < 2; packed++) {
        const char *path = write_file(packed, SIZE);

        for (size_t k = 0; k < 7; k++) {
            char said[400] = "", wanted[80];
            seg_warnings notes = {keep, said};
            seg_input input;
            seg_stream s;
            seg_error err = {0};

            open_both(&input, &s, path, &notes);
            assert_ok(seg_stream_skip(&s, TAKEN[k], &err), &err);
            assert_ok(seg_stream_finish(&s, &err), &err);
            snprintf(wanted, sizeof wanted, ": %zu bytes behind the voxels are ignored", SIZE - TAKEN[k]);
            if (TAKEN[k] == SIZE ? said[0] != '\0' : !strstr(said, wanted))
                fail_msg("%zu taken: '%s'", TAKEN[k], said);
            close_both(&input, &s);
        }
    }
}

/* A file that cannot be honest is refused before memory is asked for. */
static void the_limit_is_above_what_deflate_can_do(void **state)
{
    test_bytes zeros = {calloc(10 << 20, 1), 10 << 20}, packed = gzip_make(zeros);
    seg_input input;

    (void)state;
    assert_ok(seg_input_of_memory(&input, packed.at, packed.n, "zeros", NULL), NULL);
    assert_true(seg_stream_limit(&input, true) >= 10 << 20);
    assert_true(seg_stream_limit(&input, true) < 12 << 20); /* and not much above */
    assert_int_equal(seg_stream_limit(&input, false), packed.n);
    seg_input_close(&input);
    free(packed.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_mixture_of_steps_gives_the_bytes_in_order),
        cmocka_unit_test(an_end_that_comes_too_early_is_told),
        cmocka_unit_test(what_is_left_over_is_counted_exactly),
        cmocka_unit_test(the_limit_is_above_what_deflate_can_do),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
