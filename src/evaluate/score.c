/* score.c - from two names to the rows of a case. */
#include "score.h"

#include <stdlib.h>

bool seg_scoring_single_pass(const seg_scoring *s)
{
    return seg_plan_single_pass(&s->for_probabilities) && !s->evaluate.per_slice && !s->evaluate.slice_mean &&
           !s->evaluate.observer && !s->evaluate.reliability && !s->reading.match.soft_truth &&
           s->reading.match.nan != SEG_NAN_SKIP;
}

seg_status seg_pair_files_read(seg_pair_files *files, const seg_scoring *s, const seg_case_paths *paths,
                               const seg_warnings *notes, seg_error *err)
{
    return seg_read_pair(files, &s->reading, paths, seg_scoring_single_pass(s), s->evaluate.timing, notes, err);
}

/* Whether something says that the labels of both files are those of the same classes. */
static bool names_classes(const seg_match_options *match)
{
    return match->instances.ids || match->n_classes || match->regions || match->n_names || match->renaming[0] ||
           match->renaming[1];
}

/* The pairs of a scene, and their rows. */
static seg_status score_scene(seg_case *out, const seg_scoring *scoring, seg_pair_files *files,
                              const seg_match_options *match, const seg_evaluate_options *evaluate, seg_error *err)
{
    seg_scene scene = {0};
    double since = seg_seconds();
    seg_status st = seg_scene_match(&scene, &files->prediction, &files->truth, match, evaluate->notes, err);

    seg_took(evaluate->timing, &since, "match", "");
    if (!st && scoring->survey && !scene.independent && !names_classes(match))
        seg_label_survey_add(scoring->survey, &scene.pair[0]);
    if (!st)
        st = seg_evaluate_scene(
            out, &scene, scene.pair[0].prob.planes ? &scoring->for_probabilities : &scoring->for_labels, evaluate, err);
    if (!st && (evaluate->mistakes.list || evaluate->mistakes.pictures))
        st = seg_case_add_mistakes(out, &scene, &evaluate->mistakes, err);
    seg_scene_free(&scene);
    return st;
}

seg_status seg_score_pair(seg_case *out, const seg_scoring *scoring, seg_pair_files *files, const seg_warnings *notes,
                          seg_error *err)
{
    seg_match_options *match = &files->reading.match;
    seg_accumulations accumulations = {0};
    seg_evaluate_options evaluate = scoring->evaluate;
    seg_status st = SEG_OK;

    evaluate.notes = notes;
    if (files->prediction.kind == SEG_IMAGE_PROBABILITIES)
        st = seg_plan_accumulations(&accumulations, &scoring->for_probabilities, err);
    accumulations.timing = evaluate.timing;
    match->accumulations = &accumulations;
    match->mask = files->mask.path ? &files->mask : NULL;
    evaluate.accumulations = &accumulations;
    if (!st)
        st = score_scene(out, scoring, files, match, &evaluate, err);
    seg_accumulations_reset(&accumulations);
    free(accumulations.item);
    match->accumulations = NULL;
    return st;
}

seg_status seg_score_files(seg_case *out, const seg_scoring *scoring, const seg_case_paths *paths,
                           const seg_warnings *notes, seg_error *err)
{
    seg_pair_files files;
    seg_status st = seg_pair_files_read(&files, scoring, paths, notes, err);

    if (!st)
        st = seg_score_pair(out, scoring, &files, notes, err);
    seg_pair_files_free(&files);
    return st;
}

seg_status seg_scene_of_files(seg_scene *scene, const seg_scoring *scoring, const char *prediction, const char *truth,
                              const seg_warnings *notes, seg_error *err)
{
    const seg_case_paths paths = {.prediction = prediction, .truth = truth};
    seg_pair_files files;
    seg_status st = seg_pair_files_read(&files, scoring, &paths, notes, err);

    files.reading.match.mask = files.mask.path ? &files.mask : NULL;
    if (!st)
        st = seg_scene_match(scene, &files.prediction, &files.truth, &files.reading.match, notes, err);
    seg_pair_files_free(&files);
    return st;
}

void seg_scoring_free(seg_scoring *scoring)
{
    seg_plan_free(&scoring->for_labels);
    seg_plan_free(&scoring->for_probabilities);
    seg_reading_free(&scoring->reading);
}
