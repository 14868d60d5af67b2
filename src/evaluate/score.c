/* score.c - from two names to the rows of a case. */
#include "score.h"

#include <stdlib.h>
#include <string.h>

#include "../base/parallel.h"

bool seg_scoring_single_pass(const seg_scoring *s)
{
    return seg_plan_single_pass(&s->for_probabilities) && !s->evaluate.per_slice && !s->evaluate.slice_mean &&
           !s->evaluate.observer && !s->reading.match.soft_truth && s->reading.match.nan != SEG_NAN_SKIP;
}

struct reading {
    seg_image *image[2];
    const char *path[2];
    seg_read_options options[2];
    seg_status status[2];
    seg_error error[2];
    const seg_warnings *notes;
};

static void read_one(void *context, size_t i, int worker)
{
    struct reading *r = context;

    (void)worker;
    r->status[i] = seg_image_read(r->image[i], r->path[i], &r->options[i], r->notes, &r->error[i]);
}

seg_status seg_pair_files_read(seg_pair_files *files, const seg_scoring *s, const char *prediction, const char *truth,
                               const seg_warnings *notes, seg_error *err)
{
    struct reading r = {{&files->prediction, &files->truth},
                        {prediction, truth},
                        {s->reading.files[0], s->reading.files[1]},
                        {0},
                        {{0}},
                        notes};
    double since = seg_seconds();

    *files = (seg_pair_files){0};
    if (!strcmp(prediction, "-") && !strcmp(truth, "-"))
        return seg_fail(err, SEG_USAGE, "the prediction and the truth cannot both be stdin (name a file for one)");
    r.options[0].once = seg_scoring_single_pass(s);
    r.options[1].as_option = "--truth-input";
    for (int i = 0; i < 2; i++) {
        r.options[i].keep_nan = s->reading.match.nan != SEG_NAN_ERROR;
        r.options[i].nan_is_zero = s->reading.match.nan == SEG_NAN_ZERO;
    }
    seg_parallel_for(2, read_one, &r);
    seg_took(s->evaluate.timing, &since, "read", "");
    for (int i = 0; i < 2; i++)
        if (r.status[i]) {
            if (err)
                *err = r.error[i];
            return r.status[i];
        }
    return SEG_OK;
}

void seg_pair_files_free(seg_pair_files *files)
{
    seg_image_free(&files->prediction);
    seg_image_free(&files->truth);
}

/* The pairs of a scene, and their rows. */
static seg_status score_scene(seg_case *out, const seg_scoring *scoring, seg_pair_files *files,
                              const seg_match_options *match, const seg_evaluate_options *evaluate, seg_error *err)
{
    seg_scene scene = {0};
    double since = seg_seconds();
    seg_status st = seg_scene_match(&scene, &files->prediction, &files->truth, match, evaluate->notes, err);

    seg_took(evaluate->timing, &since, "match", "");
    if (!st)
        st = seg_evaluate_scene(
            out, &scene, scene.pair[0].prob.planes ? &scoring->for_probabilities : &scoring->for_labels, evaluate, err);
    if (!st && (evaluate->mistakes.list || evaluate->mistakes.pictures))
        st = seg_case_add_mistakes(out, &scene, &evaluate->mistakes, err);
    seg_scene_free(&scene);
    return st;
}

seg_status seg_score_pair(seg_case *out, const seg_scoring *scoring, seg_pair_files *files, const char *truth,
                          const seg_warnings *notes, seg_error *err)
{
    seg_case_reading reading;
    seg_accumulations accumulations = {0};
    seg_evaluate_options evaluate = scoring->evaluate;
    seg_status st =
        seg_case_reading_make(&reading, &scoring->reading, &files->prediction, &files->truth, truth, notes, err);

    evaluate.notes = notes;
    if (!st && files->prediction.kind == SEG_IMAGE_PROBABILITIES)
        st = seg_plan_accumulations(&accumulations, &scoring->for_probabilities, err);
    accumulations.timing = evaluate.timing;
    reading.match.accumulations = &accumulations;
    evaluate.accumulations = &accumulations;
    if (!st)
        st = score_scene(out, scoring, files, &reading.match, &evaluate, err);
    seg_accumulations_reset(&accumulations);
    free(accumulations.item);
    seg_case_reading_free(&reading);
    return st;
}

seg_status seg_score_files(seg_case *out, const seg_scoring *scoring, const char *prediction, const char *truth,
                           const seg_warnings *notes, seg_error *err)
{
    seg_pair_files files;
    seg_status st = seg_pair_files_read(&files, scoring, prediction, truth, notes, err);

    if (!st)
        st = seg_score_pair(out, scoring, &files, truth, notes, err);
    seg_pair_files_free(&files);
    return st;
}

seg_status seg_scene_of_files(seg_scene *scene, const seg_scoring *scoring, const char *prediction, const char *truth,
                              const seg_warnings *notes, seg_error *err)
{
    seg_pair_files files;
    seg_case_reading reading = {0};
    seg_status st = seg_pair_files_read(&files, scoring, prediction, truth, notes, err);

    if (!st)
        st = seg_case_reading_make(&reading, &scoring->reading, &files.prediction, &files.truth, truth, notes, err);
    if (!st)
        st = seg_scene_match(scene, &files.prediction, &files.truth, &reading.match, notes, err);
    seg_case_reading_free(&reading);
    seg_pair_files_free(&files);
    return st;
}

void seg_scoring_free(seg_scoring *scoring)
{
    seg_plan_free(&scoring->for_labels);
    seg_plan_free(&scoring->for_probabilities);
    seg_reading_free(&scoring->reading);
}
