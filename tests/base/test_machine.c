/* test_machine.c - the share of the machine that a job of Slurm was given. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/machine.h"

static int forget(void **state)
{
    static const char *const names[] = {"SLURM_CPUS_PER_TASK", "SLURM_MEM_PER_NODE", "SLURM_MEM_PER_CPU"};

    (void)state;
    for (int i = 0; i < 3; i++)
        unsetenv(names[i]);
    return 0;
}

static void memory_is_that_of_the_job(void **state)
{
    uint64_t all = seg_free_memory();

    (void)state;
    assert_true(all > (uint64_t)16 << 20); /* or these tests would not run */
    setenv("SLURM_MEM_PER_NODE", "3", 1);
    assert_int_equal(seg_free_memory(), 3 << 20);
    setenv("SLURM_MEM_PER_NODE", "0", 1); /* all that the node has */
    assert_true(seg_free_memory() > (uint64_t)16 << 20);
}

static void memory_per_processor_counts_the_processors(void **state)
{
    (void)state;
    setenv("SLURM_MEM_PER_CPU", "2", 1);
    assert_int_equal(seg_free_memory(), 2 << 20);
    setenv("SLURM_CPUS_PER_TASK", "4", 1);
    assert_int_equal(seg_free_memory(), 8 << 20);
}

static void processors_are_those_of_the_task(void **state)
{
    (void)state;
    assert_int_equal(seg_slurm_processors(), 0);
    setenv("SLURM_CPUS_PER_TASK", "6", 1);
    assert_int_equal(seg_slurm_processors(), 6);
    setenv("SLURM_CPUS_PER_TASK", "many", 1);
    assert_int_equal(seg_slurm_processors(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(memory_is_that_of_the_job, forget, forget),
        cmocka_unit_test_setup_teardown(memory_per_processor_counts_the_processors, forget, forget),
        cmocka_unit_test_setup_teardown(processors_are_those_of_the_task, forget, forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
