/* test_inflate.c - gzip as it is found: several members, padding, junk behind it, and damage of every kind. */
#include "image_of.h"

#include "io/stream.h"

static remarks said;
static const seg_warnings NOTES = {keep_remark, &said};

/* Everything the bytes inflate to; takes the bytes over. Reads in steps of `step`. */
static seg_status inflate_all(test_bytes packed, size_t step, test_bytes *out, seg_error *err)
{
    seg_input input;
    seg_stream stream;
    size_t room = 0, got = 1;
    seg_status st;

    said = (remarks){0};
    *out = (test_bytes){0};
    *err = (seg_error){0};
    assert_ok(seg_input_of_memory(&input, packed.at, packed.n, "z", err), err);
    st = seg_stream_open(&stream, &input, &NOTES, err);
    while (!st && got > 0) {
        const uint8_t *bytes;

        st = seg_stream_peek(&stream, step, &bytes, &got, err);
        if (!st && got > 0 && out->n + got > room)
            out->at = realloc(out->at, room = 2 * room + got);
        if (!st && got > 0) {
            memcpy(out->at + out->n, bytes, got);
            out->n += got;
            assert_ok(seg_stream_take(&stream, got, &bytes, err), err);
        }
    }
    seg_stream_close(&stream);
    seg_input_close(&input);
    free(packed.at);
    return st;
}

static test_bytes text(const char *t)
{
    return bytes_copy(t, strlen(t));
}

static test_bytes noise(size_t n, uint64_t seed, unsigned kinds)
{
    test_bytes b = {calloc(n + 1, 1), n};

    assert_non_null(b.at);
    for (size_t i = 0; i < n; i++)
        b.at[i] = (uint8_t)(fixture_random(&seed) % kinds);
    return b;
}

static void check_same(test_bytes plain, size_t step)
{
    test_bytes out, copy = bytes_copy(plain.at, plain.n);
    seg_error err;

    assert_ok(inflate_all(gzip_make(plain), step, &out, &err), &err);
    assert_int_equal(out.n, copy.n);
    if (copy.n)
        assert_memory_equal(out.at, copy.at, copy.n);
    assert_int_equal(said.n, 0);
    free(out.at);
    free(copy.at);
}

static void any_size_comes_back(void **state)
{
    static const size_t sizes[] = {0, 1, 2, 1000, 65535, 65536, 262143, 262144, 262145, 1000000};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (unsigned kinds = 1; kinds <= 256; kinds *= 16)
            check_same(noise(sizes[i], 99 + i, kinds), 1 + 7001 * i);
}

static void members_follow_each_other(void **state)
{
    test_bytes out, all = {0};
    seg_error err;

    (void)state;
    for (int i = 0; i < 300; i++) /* members that begin at every place of the input buffer */
        all = bytes_join(all, gzip_make(noise(1 + (size_t)i * 13, (uint64_t)i, 256)));
    assert_ok(inflate_all(all, 5000, &out, &err), &err);
    size_t at = 0;
    for (int i = 0; i < 300; i++) {
        test_bytes want = noise(1 + (size_t)i * 13, (uint64_t)i, 256);

        assert_memory_equal(out.at + at, want.at, want.n);
        at += want.n;
        free(want.at);
    }
    assert_int_equal(at, out.n);
    free(out.at);
    assert_ok(inflate_all(bytes_join(gzip_make(text("ab")), bytes_join(gzip_make(text("")), gzip_make(text("c")))), 100,
                          &out, &err),
              &err);
    assert_int_equal(out.n, 3);
    assert_memory_equal(out.at, "abc", 3);
    free(out.at);
}

static void zeros_behind_it_are_padding(void **state)
{
    static const size_t sizes[] = {1, 7, 511, 300000};
    test_bytes out;
    seg_error err;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_ok(inflate_all(bytes_join(gzip_make(text("x")), noise(sizes[i], 1, 1)), 100, &out, &err), &err);
        assert_int_equal(out.n, 1);
        assert_int_equal(said.n, 0);
        free(out.at);
    }
}

static void junk_behind_it_is_remarked(void **state)
{
    test_bytes out;
    seg_error err;

    (void)state;
    assert_ok(inflate_all(bytes_join(gzip_make(text("x")), text("junk")), 100, &out, &err), &err);
    assert_string_equal(said.text, "z: 4 bytes behind the gzip data are ignored");
    free(out.at);
    assert_ok(inflate_all(bytes_join(gzip_make(text("x")), bytes_join(noise(9, 1, 1), gzip_make(text("y")))), 100, &out,
                          &err),
              &err);
    assert_int_equal(out.n, 1); /* behind padding nothing is a member */
    assert_int_equal(said.n, 1);
    free(out.at);
}

static void check_damage(test_bytes packed, const char *sentence)
{
    test_bytes out;
    seg_error err;

    assert_int_equal(inflate_all(packed, 4096, &out, &err), SEG_READ);
    if (!strstr(err.text, sentence))
        fail_msg("got \"%s\", wanted \"%s\"", err.text, sentence);
    free(out.at);
}

static test_bytes with(test_bytes b, size_t at, uint8_t byte)
{
    b.at[at] = byte;
    return b;
}

static void damage_has_a_sentence(void **state)
{
    test_bytes good = gzip_make(noise(5000, 3, 256));
    size_t n = good.n;

    (void)state;
    check_damage(with(bytes_copy(good.at, n), 2, 7), "unknown method or flags");
    check_damage(with(bytes_copy(good.at, n), 3, 0x20), "unknown method or flags");
    check_damage(with(bytes_copy(good.at, n), n - 8, (uint8_t)(good.at[n - 8] + 1)), "checksum does not match");
    check_damage(with(bytes_copy(good.at, n), n - 1, 1), "checksum does not match");
    check_damage(with(bytes_copy(good.at, n), 2000, (uint8_t)(good.at[2000] ^ 4)), "checksum does not match");
    check_damage(with(bytes_copy(good.at, n), 10, 7), "not what a compressor writes");
    for (size_t cut = 2; cut < n; cut++)
        check_damage(bytes_copy(good.at, cut), cut < 10 ? "ends in a header" : "ends too early");
    free(good.at);
}

static void a_second_member_may_not_be_damaged_either(void **state)
{
    test_bytes second = gzip_make(text("second member"));

    (void)state;
    for (size_t cut = 2; cut < second.n; cut++)
        check_damage(bytes_join(gzip_make(text("first")), bytes_copy(second.at, cut)), "damaged");
    second.at[second.n - 5] ^= 1;
    check_damage(bytes_join(gzip_make(text("first")), second), "checksum does not match");
}

/* Name, comment and extra field in the member's header are stepped over. */
static void optional_header_fields_are_skipped(void **state)
{
    static const uint8_t fields[] = {3, 0, 'a', 'b', 'c', 'n', 'a', 'm', 'e', 0, 'n', 'o', 't', 'e', 0};
    test_bytes whole = gzip_make(text("payload")), out, b;
    seg_error err;

    (void)state;
    b = bytes_join(bytes_copy(whole.at, 10),
                   bytes_join(bytes_copy(fields, sizeof fields), bytes_copy(whole.at + 10, whole.n - 10)));
    b.at[3] = 4 | 8 | 16;
    assert_ok(inflate_all(b, 100, &out, &err), &err);
    assert_int_equal(out.n, 7);
    free(out.at);
    free(whole.at);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_size_comes_back),
        cmocka_unit_test(members_follow_each_other),
        cmocka_unit_test(zeros_behind_it_are_padding),
        cmocka_unit_test(junk_behind_it_is_remarked),
        cmocka_unit_test(damage_has_a_sentence),
        cmocka_unit_test(a_second_member_may_not_be_damaged_either),
        cmocka_unit_test(optional_header_fields_are_skipped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
