/* fuzz_costs.c - libFuzzer target: any bytes are a matrix of costs of the Wasserstein Dice loss. */
#include <math.h>

#include "evaluate/evaluate.h"
#include "evaluate/plan.h"
#include "memory_file.h"
#include "support/fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void score(const seg_plan *plan)
{
    static const float PROB[] = {0.5f, 0.2f, 0.1f, 0.7f, 0.25f, 0.3f, 0.8f, 0.2f, 0.25f, 0.5f, 0.1f, 0.1f};
    static const uint8_t TRUTH[] = {0, 1, 1, 2};
    const size_t n[3] = {4, 1, 1};
    const double mm[3] = {1, 1, 1};
    const seg_evaluate_options options = {0};
    seg_case scored = {0};
    seg_pair pair;
    seg_error err = {0};

    fixture_prob(&pair, n, mm, 3, PROB, TRUTH);
    if (seg_case_name(&scored, "a", NULL, NULL, &err))
        abort();
    check_outcome(seg_evaluate(&scored, &pair, plan, &options, &err), &err);
    for (size_t i = 0; i < scored.n; i++)
        if (isinf(scored.rows[i].value))
            abort();
    seg_case_free(&scored);
    seg_pair_free(&pair);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memory_file file = memory_file_make(data, size);
    seg_plan plan = {0};
    seg_error err = {0};
    char text[128];

    snprintf(text, sizeof text, "wasserstein-dice:costs=%s", file.path);
    if (seg_plan_add_losses(&plan, text, &err))
        abort();
    score(&plan);
    seg_plan_free(&plan);
    close(file.fd);
    return 0;
}
