/* scorer.c - the options of `segloss eval` become a scorer; a scored case becomes rows. */
#include "scorer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../commands/scoring.h"
#include "array_image.h"

struct seg_scorer {
    seg_scoring_options scoring;
    seg_scoring_setup setup;
    char **text; /* copies of the options, which plans and readings point to; ends with NULL */
};

struct seg_result {
    seg_case scored;
    seg_result_row *row; /* [scored.n] */
};

static const seg_option rows[] = {SEG_SCORING_ROWS(struct seg_scorer), {.name = NULL}};

const char *seg_version(void)
{
    return SEG_VERSION;
}

/* ---- the scorer ---- */

static seg_status copy_options(seg_scorer *s, const char *const *options, int *n, seg_error *err)
{
    seg_status st;

    for (*n = 0; options && options[*n];)
        ++*n;
    st = seg_alloc(&s->text, (size_t)*n + 2, sizeof *s->text, "options", err);
    for (int i = 0; !st && i <= *n; i++) {
        s->text[i] = seg_copy(i ? options[i - 1] : "segloss", SIZE_MAX); /* argv[0] */
        if (!s->text[i])
            st = seg_fail(err, SEG_MEMORY, "not enough memory for the options of a scorer");
    }
    return st;
}

/* getopt_long() keeps its position in global variables. */
static seg_status read_options(seg_scorer *s, int n, seg_error *err)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    seg_texts operands = {0};
    seg_status st;

    pthread_mutex_lock(&mutex);
    st = seg_options_read(rows, "libsegloss", n + 1, s->text, s, &operands, err);
    pthread_mutex_unlock(&mutex);
    if (!st && operands.n)
        st = seg_fail(err, SEG_USAGE, "'%s' is no option; files are given to seg_scorer_files()", operands.text[0]);
    free(operands.text);
    return st;
}

/* The number of threads of the calling thread stays what it was. */
static seg_status set_up(seg_scorer *s, seg_error *err)
{
    int threads = seg_thread_count();
    seg_messages messages = {0};
    seg_status st;

    s->scoring.verbose = 0;
    st = seg_scoring_setup_make(&s->setup, &s->scoring, &messages, err);
    seg_set_threads(threads);
    return st;
}

seg_status seg_scorer_new(seg_scorer **scorer, const char *const *options, seg_error *err)
{
    seg_scorer *s;
    seg_status st = seg_alloc(&s, 1, sizeof *s, "a scorer", err);
    int n = 0;

    *scorer = NULL;
    if (st)
        return st;
    *s = (seg_scorer){0};
    seg_scoring_preset(&s->scoring);
    st = copy_options(s, options, &n, err);
    if (!st)
        st = read_options(s, n, err);
    if (!st)
        st = set_up(s, err);
    if (st)
        seg_scorer_free(s);
    else
        *scorer = s;
    return st;
}

void seg_scorer_free(seg_scorer *s)
{
    if (!s)
        return;
    seg_scoring_setup_free(&s->setup);
    seg_options_free(rows, s);
    for (char **text = s->text; text && *text; text++)
        free(*text);
    free(s->text);
    free(s);
}

/* ---- scoring ---- */

static seg_result_row row_of(const seg_case *c, const seg_row *r)
{
    return (seg_result_row){.kind = seg_kind_words[r->kind],
                            .measure = r->measure,
                            .params = r->params ? r->params : "",
                            .is_class = r->cls >= 0,
                            .label = r->cls >= 0 ? c->classes[r->cls].id : 0,
                            .name = r->cls >= 0 ? c->classes[r->cls].label : NULL,
                            .slice = r->slice,
                            .value = r->value,
                            .unit = r->unit ? r->unit : "",
                            .status = r->status ? r->status : "ok"};
}

/* Scores with the scorer's threads; those of the calling thread stay what they were. */
static seg_status score(const seg_scorer *s, seg_result *out, seg_pair_files *files, const seg_warnings *warnings,
                        seg_error *err)
{
    int threads = seg_thread_count();
    seg_status st = seg_case_name(&out->scored, "", NULL, NULL, err);

    if (s->scoring.threads)
        seg_set_threads(s->scoring.threads);
    if (!st)
        st = seg_score_pair(&out->scored, &s->setup.scoring, files, warnings, err);
    if (!st)
        st = seg_alloc(&out->row, out->scored.n ? out->scored.n : 1, sizeof *out->row, "results", err);
    for (size_t i = 0; !st && i < out->scored.n; i++)
        out->row[i] = row_of(&out->scored, &out->scored.rows[i]);
    if (s->scoring.threads)
        seg_set_threads(threads);
    return st;
}

static seg_status make_result(const seg_scorer *s, seg_pair_files *files, seg_result **result,
                              const seg_warnings *warnings, seg_error *err)
{
    seg_result *out;
    seg_status st = seg_alloc(&out, 1, sizeof *out, "results", err);

    if (st)
        return st;
    *out = (seg_result){0};
    st = score(s, out, files, warnings, err);
    if (st)
        seg_result_free(out);
    else
        *result = out;
    return st;
}

seg_status seg_scorer_files(const seg_scorer *s, const char *prediction, const char *truth, seg_result **result,
                            const seg_warnings *warnings, seg_error *err)
{
    const seg_case_paths paths = {.prediction = prediction, .truth = truth};
    seg_pair_files files;
    seg_status st;

    *result = NULL;
    st = seg_pair_files_read(&files, &s->setup.scoring, &paths, warnings, err);
    if (!st)
        st = make_result(s, &files, result, warnings, err);
    seg_pair_files_free(&files);
    return st;
}

seg_status seg_scorer_arrays(const seg_scorer *s, const seg_array *prediction, const seg_array *truth,
                             seg_result **result, const seg_warnings *warnings, seg_error *err)
{
    seg_pair_files files = {0};
    seg_status st;

    *result = NULL;
    st = seg_array_image(&files.prediction, prediction, "the prediction", err);
    if (!st)
        st = seg_array_image(&files.truth, truth, "the truth", err);
    if (!st && (s->setup.scoring.reading.files[1].as == SEG_AS_PROBABILITIES) != (files.truth.kind != SEG_IMAGE_LABELS))
        st = seg_fail(err, SEG_USAGE, "the truth: %s",
                      files.truth.kind == SEG_IMAGE_LABELS
                          ? "the array is of labels, probabilities were wanted (leave out --truth-input prob)"
                          : "the array is of probabilities, labels were wanted (or say --truth-input prob)");
    if (!st) /* there is no folder to look for label names in */
        st = seg_case_reading_begin(&files.reading, &s->setup.scoring.reading, NULL, warnings, err);
    if (!st)
        st = seg_case_reading_resolve(&files.reading, &files.prediction, &files.truth, warnings, err);
    if (!st)
        st = make_result(s, &files, result, warnings, err);
    seg_pair_files_free(&files);
    return st;
}

/* ---- rows ---- */

size_t seg_result_rows(const seg_result *result)
{
    return result->scored.n;
}

const seg_result_row *seg_result_row_at(const seg_result *result, size_t i)
{
    return i < result->scored.n ? &result->row[i] : NULL;
}

void seg_result_free(seg_result *result)
{
    if (!result)
        return;
    seg_case_free(&result->scored);
    free(result->row);
    free(result);
}
