/* score.c - from two names to the rows of a case. */
#include "score.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/parallel.h"
#include "../base/text.h"

bool seg_scoring_single_pass(const seg_scoring *s)
{
    return seg_plan_single_pass(&s->for_probabilities) && !s->evaluate.per_slice && !s->evaluate.observer &&
           !s->match.soft_truth && s->match.nan != SEG_NAN_SKIP;
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
    struct reading r = {
        {&files->prediction, &files->truth}, {prediction, truth}, {s->read, s->read}, {0}, {{0}}, notes};
    double since = seg_seconds();

    *files = (seg_pair_files){0};
    if (!strcmp(prediction, "-") && !strcmp(truth, "-"))
        return seg_fail(err, SEG_USAGE, "the prediction and the truth cannot both be stdin (name a file for one)");
    r.options[0].once = seg_scoring_single_pass(s);
    r.options[1].as = s->truth_as;
    r.options[1].as_option = "--truth-input";
    r.options[0].keep_nan = r.options[1].keep_nan = s->match.nan != SEG_NAN_ERROR;
    r.options[0].nan_is_zero = r.options[1].nan_is_zero = s->match.nan == SEG_NAN_ZERO;
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

/* ---- names of labels beside the data ---- */

/* The first of the known names in the truth's folder or the one above. NULL when there is none. */
static char *find_names(const char *truth)
{
    static const char *const known[] = {"dseg.tsv", "dataset.json", "labels.tsv", "labels.txt", NULL};
    static const char *const place[] = {"", "../", NULL};
    const char *slash = strrchr(truth, '/');
    int folder = slash ? (int)(slash - truth + 1) : 0;

    for (int p = 0; place[p]; p++)
        for (int k = 0; known[k]; k++) {
            seg_string path = {0};

            seg_string_printf(&path, "%.*s%s%s", folder, truth, place[p], known[k]);
            if (path.text && access(path.text, R_OK) == 0)
                return path.text;
            seg_string_free(&path);
        }
    return NULL;
}

struct names {
    seg_label_name *name;
    size_t n;
};

static seg_status add_names(struct names *names, seg_match_options *match, const char *truth, const seg_warnings *notes)
{
    char *path = find_names(truth);
    seg_error found = {0};
    bool has_ignore = false;
    int64_t ignore = 0;

    /* A file that merely lies there must not stop the run: it is mentioned and passed over. */
    if (path && seg_label_names_read(&names->name, &names->n, &has_ignore, &ignore, path, &found))
        seg_warn(notes, "%s (label names are not used)", found.text);
    if (names->n) {
        match->names = names->name;
        match->n_names = names->n;
    }
    if (has_ignore && !match->has_ignore) {
        match->has_ignore = true;
        match->ignore = ignore;
        seg_warn(notes, "%s names %lld as the ignore label; those voxels are left out", path, (long long)ignore);
    }
    free(path);
    return SEG_OK;
}

seg_status seg_score_pair(seg_case *out, const seg_scoring *scoring, seg_pair_files *files, const char *truth,
                          const seg_warnings *notes, seg_error *err)
{
    seg_pair pair = {0};
    struct names names = {0};
    seg_accumulators witnesses = {0};
    seg_match_options match = scoring->match;
    seg_evaluate_options evaluate = scoring->evaluate;
    double since = seg_seconds();
    seg_status st = SEG_OK;

    evaluate.notes = notes;
    if (scoring->find_names && !match.names && strcmp(truth, "-"))
        st = add_names(&names, &match, truth, notes);
    if (!st && files->prediction.kind == SEG_IMAGE_PROBABILITIES)
        st = seg_plan_accumulators(&witnesses, &scoring->for_probabilities, err);
    witnesses.timing = evaluate.timing;
    match.witnesses = &witnesses;
    evaluate.witnesses = &witnesses;
    if (!st)
        st = seg_pair_match(&pair, &files->prediction, &files->truth, &match, notes, err);
    seg_took(evaluate.timing, &since, "match", "");
    if (!st)
        st = seg_evaluate(out, &pair, pair.prob.planes ? &scoring->for_probabilities : &scoring->for_labels, &evaluate,
                          err);
    seg_accumulators_reset(&witnesses);
    free(witnesses.witness);
    seg_pair_free(&pair);
    seg_label_names_free(names.name, names.n);
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

void seg_scoring_free(seg_scoring *scoring)
{
    seg_plan_free(&scoring->for_labels);
    seg_plan_free(&scoring->for_probabilities);
}
