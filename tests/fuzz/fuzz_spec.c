/* fuzz_spec.c - libFuzzer target: any text follows --loss, --metric, --classes, --match and --fail-under, and is a grid of
 * a sweep. */
#include <string.h>

#include "evaluate/gate.h"
#include "evaluate/pairing.h"
#include "evaluate/plan.h"
#include "evaluate/sweep.h"
#include "memory_file.h"
#include "pairing/class_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_plans(const char *text)
{
    seg_plan losses = {0}, metrics = {0};
    seg_error err[2] = {0};

    check_outcome(seg_plan_add_losses(&losses, text, &err[0]), &err[0]);
    check_outcome(seg_plan_add_metrics(&metrics, text, 0, &err[1]), &err[1]);
    seg_plan_free(&losses);
    seg_plan_free(&metrics);
}

static void read_sweep(const char *text)
{
    seg_sweep sweep = {0};
    seg_error err = {0};
    seg_status st = seg_sweep_add(&sweep, text, &err);

    check_outcome(st, &err);
    if (!st)
        check_outcome(seg_sweep_check(&sweep, &err), &err);
    seg_sweep_free(&sweep);
}

static void read_others(const char *text)
{
    seg_gate gate = {0};
    seg_class_list classes = {0};
    seg_match_rule rule;
    const char *expression;
    seg_error err[3] = {0};

    check_outcome(seg_gate_read(&gate, text, true, &err[0]), &err[0]);
    check_outcome(seg_class_list_read(&classes, text, "--classes", &err[1]), &err[1]);
    check_outcome(seg_match_rule_read(&rule, &expression, text, &err[2]), &err[2]);
    seg_gate_free(&gate);
    seg_class_list_free(&classes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);

    if (!text)
        return 0;
    read_plans(text);
    read_sweep(text);
    read_others(text);
    free(text);
    return 0;
}
