/* test_shard.c - which part this is: typed, or told by the cluster that runs it. */
#include <stdlib.h>
#include <string.h>

#include "evaluate/shard.h"
#include "support/fixture.h"

static const char *const NAMES[] = {
    "SLURM_ARRAY_TASK_ID",
    "SLURM_ARRAY_TASK_COUNT",
    "SLURM_ARRAY_TASK_MIN",
    "SLURM_ARRAY_TASK_MAX",
    "SLURM_ARRAY_TASK_STEP",
    "SLURM_PROCID",
    "SLURM_NTASKS",
    "OMPI_COMM_WORLD_RANK",
    "OMPI_COMM_WORLD_SIZE",
    "PMI_RANK",
    "PMI_SIZE",
};

/* The whole environment of a cluster, "NAME=value NAME=value". */
static void set_cluster(const char *text)
{
    char copy[500], *rest = copy, *word;

    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        unsetenv(NAMES[i]);
    snprintf(copy, sizeof copy, "%s", text);
    while ((word = strsep(&rest, " "))) {
        char *equals = strchr(word, '=');

        if (equals) {
            *equals = '\0';
            setenv(word, equals + 1, 1);
        }
    }
}

static void every_part_can_be_typed_and_no_other(void **state)
{
    static const char *const BAD[] = {"0/3",
                                      "4/3",
                                      "-1/3",
                                      "1/0",
                                      "0/0",
                                      "1/-1",
                                      "1",
                                      "/",
                                      "1/",
                                      "/3",
                                      "1/3/3",
                                      "1.5/3",
                                      "a/b",
                                      "",
                                      " 1/3",
                                      "1/1000001",
                                      "1/99999999999999999999",
                                      "automatic"};
    seg_shard shard;

    (void)state;
    set_cluster("SLURM_PROCID=1 SLURM_NTASKS=2"); /* is not asked */
    for (size_t parts = 1; parts < 20; parts++)
        for (size_t part = 1; part <= parts; part++) {
            char text[32];

            snprintf(text, sizeof text, "%zu/%zu", part, parts);
            assert_ok(seg_shard_read(&shard, text, NULL, NULL), NULL);
            assert_int_equal(shard.part, part - 1);
            assert_int_equal(shard.parts, parts);
        }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        seg_error err = {0};

        if (seg_shard_read(&shard, BAD[i], NULL, &err) != SEG_USAGE || !strstr(err.text, "is not K/N"))
            fail_msg("'%s' is part %zu of %zu: %s", BAD[i], shard.part, shard.parts, err.text);
    }
}

static void hear(void *context, const char *sentence)
{
    strcpy(context, sentence);
}

static void the_cluster_says_which_part(void **state)
{
    static const struct {
        const char *cluster;
        size_t part, parts;
        const char *by;
    } CASES[] = {
        {"SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_MAX=9 SLURM_ARRAY_TASK_COUNT=5", 2, 5,
         "job array"},
        {"SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=0 SLURM_ARRAY_TASK_COUNT=1", 0, 1,
         "job array"},
        {"SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=2 SLURM_ARRAY_TASK_COUNT=2 SLURM_PROCID=3 "
         "SLURM_NTASKS=4",
         0, 2, "job array"},
        {"SLURM_PROCID=3 SLURM_NTASKS=4 PMI_RANK=1 PMI_SIZE=2", 3, 4, "srun"},
        /* mpirun in a job of one task */
        {"SLURM_PROCID=0 SLURM_NTASKS=1 OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2", 1, 2, "Open MPI"},
        {"SLURM_PROCID=4 SLURM_NTASKS=4 PMI_RANK=0 PMI_SIZE=2", 0, 2, "PMI"}, /* nonsense is passed over */
        {"SLURM_PROCID=x SLURM_NTASKS=4 PMI_RANK=0 PMI_SIZE=2", 0, 2, "PMI"},
    };
    char heard[200], wanted[40];

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        seg_warnings notes = {hear, heard};
        seg_shard shard;
        seg_error err = {0};

        heard[0] = '\0';
        set_cluster(CASES[i].cluster);
        assert_ok(seg_shard_read(&shard, "AUTO", &notes, &err), &err);
        assert_int_equal(shard.part, CASES[i].part);
        assert_int_equal(shard.parts, CASES[i].parts);
        snprintf(wanted, sizeof wanted, "part %zu of %zu, from ", CASES[i].part + 1, CASES[i].parts);
        assert_memory_equal(heard, wanted, strlen(wanted));
        assert_non_null(strstr(heard, CASES[i].by));
    }
}

/* Half a description would leave cases out or score them twice. */
static void what_is_not_whole_is_no_part(void **state)
{
    static const char *const BAD[] = {
        "",
        "PMI_RANK=0",
        "PMI_RANK=0 PMI_SIZE=1",
        "PMI_RANK=2 PMI_SIZE=2",
        "PMI_RANK=-1 PMI_SIZE=2",
        "SLURM_ARRAY_TASK_ID=1",
        "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=9 SLURM_ARRAY_TASK_COUNT=5",
        "SLURM_ARRAY_TASK_ID=10 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=9 SLURM_ARRAY_TASK_COUNT=9",
        "SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=9 SLURM_ARRAY_TASK_COUNT=9",
        ("SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=9 SLURM_ARRAY_TASK_COUNT=9 "
         "SLURM_ARRAY_TASK_STEP=2"),
        "SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_MAX=4 SLURM_ARRAY_TASK_COUNT=0 PMI_RANK=0 "
        "PMI_SIZE=2",
    };

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        seg_shard shard;
        seg_error err = {0};

        set_cluster(BAD[i]);
        if (seg_shard_read(&shard, "auto", NULL, &err) != SEG_USAGE || !strstr(err.text, "give --shard K/N"))
            fail_msg("%s: part %zu of %zu: %s", BAD[i], shard.part, shard.parts, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_can_be_typed_and_no_other),
        cmocka_unit_test(the_cluster_says_which_part),
        cmocka_unit_test(what_is_not_whole_is_no_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
