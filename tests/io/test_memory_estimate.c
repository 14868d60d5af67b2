/* test_memory_estimate.c - what a file would cost, told from its header: maps that stay in their file, maps that are inflated,
 * label maps, folders, small files, and files that are none. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "image_of.h"
#include "io/memory_estimate.h"

static const seg_read_options as_it_comes = {0};

static seg_memory_estimate claim_of(const char *path, seg_read_as as)
{
    return seg_memory_estimate_of(path, &(seg_read_options){.as = as}, 0);
}

static void check(seg_memory_estimate claim, uint64_t voxels, uint64_t values, uint64_t held)
{
    assert_int_equal(claim.voxels, voxels);
    assert_int_equal(claim.values, values);
    assert_int_equal(claim.held, held);
}

/* What a .nii.gz holds, as a .nii. */
static void inflate_file(const char *from, const char *to)
{
    gzFile in = gzopen(from, "rb");
    FILE *out = fopen(to, "wb");
    char bytes[65536];
    int n;

    assert_non_null(in);
    assert_non_null(out);
    while ((n = gzread(in, bytes, sizeof bytes)) > 0)
        assert_int_equal(fwrite(bytes, 1, (size_t)n, out), n);
    gzclose(in);
    fclose(out);
}

static void a_packed_map_is_held_and_a_plain_one_is_not(void **state)
{
    char plain[] = "/tmp/segloss-claim-XXXXXX";
    int fd = mkstemp(plain);

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    check(claim_of(GOLDEN "/multi3d/pred.nii.gz", SEG_AS_AUTO), 5760, 5 * 5760, 4 * 5 * 5760);
    inflate_file(GOLDEN "/multi3d/pred.nii.gz", plain);
    check(claim_of(plain, SEG_AS_AUTO), 5760, 5 * 5760, 0);
    check(claim_of(plain, SEG_AS_LOGITS), 5760, 5 * 5760, 4 * 5 * 5760); /* becomes probabilities, in memory */
    unlink(plain);
}

static void labels_take_a_byte_per_voxel_at_most(void **state)
{
    (void)state;
    check(claim_of(GOLDEN "/multi3d/gt.nii.gz", SEG_AS_AUTO), 5760, 5760, 5760);
    check(claim_of(GOLDEN "/multi3d/gt.nii.gz", SEG_AS_PROBABILITIES), 5760, 5760, 4 * 5760);
}

static void a_folder_claims_for_all_its_images(void **state)
{
    char folder[] = "/tmp/segloss-claim-XXXXXX", path[2][64];

    (void)state;
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < 2; i++) {
        snprintf(path[i], sizeof path[i], "%s/c%d.nii.gz", folder, i);
        assert_int_equal(symlink(realpath(GOLDEN "/multi3d/gt.nii.gz", (char[4096]){0}), path[i]), 0);
    }
    check(claim_of(folder, SEG_AS_AUTO), 5760, 2 * 5760, 4 * 2 * 5760);
    for (int i = 0; i < 2; i++)
        unlink(path[i]);
    rmdir(folder);
}

/* Deflate packs at most 1032 bytes into one. */
static void a_file_too_small_to_matter_is_not_opened(void **state)
{
    struct stat about;
    uint64_t size;

    (void)state;
    assert_int_equal(stat(GOLDEN "/multi3d/gt.nii.gz", &about), 0);
    size = (uint64_t)about.st_size;
    check(seg_memory_estimate_of(GOLDEN "/multi3d/gt.nii.gz", &as_it_comes, 1032 * (size + 1)), 0, 0, 0);
    check(seg_memory_estimate_of(GOLDEN "/multi3d/gt.nii.gz", &as_it_comes, 1032 * size), 5760, 5760, 5760);
}

static void what_cannot_be_read_claims_nothing(void **state)
{
    (void)state;
    check(claim_of("no/such/file.nii", SEG_AS_AUTO), 0, 0, 0);
    check(claim_of("-", SEG_AS_AUTO), 0, 0, 0);
    check(claim_of("/dev/null", SEG_AS_AUTO), 0, 0, 0);
    check(claim_of("README.md", SEG_AS_AUTO), 0, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packed_map_is_held_and_a_plain_one_is_not),
        cmocka_unit_test(labels_take_a_byte_per_voxel_at_most),
        cmocka_unit_test(a_folder_claims_for_all_its_images),
        cmocka_unit_test(a_file_too_small_to_matter_is_not_opened),
        cmocka_unit_test(what_cannot_be_read_claims_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
