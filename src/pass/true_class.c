/* true_class.c - the stored probabilities of true classes, piece by piece, through windows where the map is not in memory.
 *
 * A map that stays in its file is read some rows at a time, since the next runs of a class are near: a read of 16 KB
 * costs little more than one of a hundred bytes.
 */
#include "true_class.h"

#include <string.h>

#include "../base/parallel.h"
#include "../image/label_runs.h"
#include "../simd/simd.h"

enum { WINDOWS = 8, WINDOW = 4096 };

/* Goes through the voxels of a block that count: begin(...); while (next(...)). */
struct pieces {
    const seg_pair *pair;
    seg_label_runs runs;
    seg_label_run rest;            /* of the current run */
    seg_label_run window[WINDOWS]; /* what value[] holds */
    float value[WINDOWS][WINDOW];
};

static void begin_block(struct pieces *s, const seg_pair *pair, size_t begin, size_t end)
{
    s->pair = pair;
    s->runs = seg_label_runs_of(&pair->truth, begin, end);
    s->rest = (seg_label_run){0};
    memset(s->window, 0, sizeof s->window);
}

/* The window that holds the first voxel of the rest; it is filled when it does not yet. */
static const seg_label_run *window_of(struct pieces *s, size_t slot)
{
    seg_label_run *window = &s->window[slot];
    size_t begin = s->rest.begin, left = s->runs.end - begin;
    bool flip;

    if (window->code != s->rest.code || begin < window->begin || begin >= window->end) {
        *window = (seg_label_run){begin, begin + (left < WINDOW ? left : WINDOW), s->rest.code};
        (void)seg_pair_block(s->pair, (int)window->code, begin, window->end - begin, s->value[slot], &flip);
    }
    return window;
}

static bool next_piece(struct pieces *s, seg_class_run *piece)
{
    seg_label_run *rest = &s->rest;
    const seg_pair *pair = s->pair;
    size_t end, slot;

    while (rest->begin == rest->end || rest->code == (uint32_t)pair->classes)
        if (!seg_label_runs_next(&s->runs, rest))
            return false;
    end = rest->end;
    slot = rest->code % WINDOWS;
    if (pair->prob.prob) {
        piece->p = seg_pair_block(pair, (int)rest->code, rest->begin, end - rest->begin, NULL, &piece->flip);
    } else {
        const seg_label_run *window = window_of(s, slot);

        end = end < window->end ? end : window->end;
        piece->p = s->value[slot] + (rest->begin - window->begin);
        piece->flip = pair->prob.planes == 1 && rest->code == 0;
    }
    piece->n = end - rest->begin;
    piece->own = true;
    piece->label = rest->code;
    piece->cls = (int)rest->code;
    rest->begin = end;
    return true;
}

size_t seg_true_class_prob(const seg_pair *pair, size_t begin, size_t n, double *y, uint16_t *code)
{
    struct pieces pieces;
    seg_class_run piece;
    size_t kept = 0;

    begin_block(&pieces, pair, begin, begin + n);
    for (; next_piece(&pieces, &piece); kept += piece.n) {
        seg_pair_widen(piece.p, piece.n, piece.flip, y + kept);
        for (size_t i = kept; code && i < kept + piece.n; i++)
            code[i] = (uint16_t)piece.label;
    }
    return kept;
}

size_t seg_true_class_uncertain(const seg_pair *pair, size_t begin, size_t n, double *y, size_t *ones)
{
    struct pieces pieces;
    seg_class_run piece;
    size_t kept = 0;

    *ones = 0;
    begin_block(&pieces, pair, begin, begin + n);
    while (next_piece(&pieces, &piece))
        kept += seg_simd()->widen_uncertain(piece.p, piece.n, piece.flip, y + kept, ones);
    return kept;
}

/* ---- a pass ---- */

struct pass {
    const seg_pair *pair;
    const seg_accumulator *kind;
    const void *params;
    size_t width; /* doubles of a state */
};

static void add_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *pass = context;
    struct pieces pieces;
    seg_class_run piece;

    begin_block(&pieces, pass->pair, begin, end);
    while (next_piece(&pieces, &piece))
        pass->kind->update(pass->kind->of_case ? sums : sums + piece.label * pass->width, pass->params, &piece);
}

seg_status seg_true_class_pass(const seg_pair *pair, const seg_accumulator *kind, const void *params, double *result,
                               seg_error *err)
{
    struct pass pass = {pair, kind, params, kind->bytes(params, pair->classes) / sizeof *result};
    size_t states = kind->of_case ? 1 : (size_t)pair->classes;
    seg_status st = seg_parallel_sum(pair->voxels, states * pass.width, add_block, &pass, result, err);

    return st ? st : seg_probmap_check(&pair->prob, err);
}
