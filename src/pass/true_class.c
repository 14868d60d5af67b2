/* true_class.c - looks only where a class is the truth, through windows where the map is not in memory. */
#include "true_class.h"

#include <string.h>

void seg_true_class_begin(seg_true_class *own, const seg_pair *pair, size_t begin, size_t end)
{
    own->pair = pair;
    own->stretches = seg_label_runs_of(&pair->truth, begin, end);
    own->rest = (seg_label_run){0};
    memset(own->window, 0, sizeof own->window);
}

/* The window that holds the first voxel of the rest, filled if need be. */
static const seg_label_run *window_of(seg_true_class *own, size_t slot)
{
    seg_label_run *window = &own->window[slot];
    size_t begin = own->rest.begin, left = own->stretches.end - begin;
    bool flip;

    if (window->code != own->rest.code || begin < window->begin || begin >= window->end) {
        *window = (seg_label_run){begin, begin + (left < SEG_TRUE_CLASS_WINDOW ? left : SEG_TRUE_CLASS_WINDOW),
                                  own->rest.code};
        (void)seg_pair_block(own->pair, (int)window->code, begin, window->end - begin, own->value[slot], &flip);
    }
    return window;
}

bool seg_true_class_next(seg_true_class *own, seg_true_class_piece *piece)
{
    seg_label_run *rest = &own->rest;
    const seg_pair *pair = own->pair;
    size_t end, slot;

    while (rest->begin == rest->end || rest->code == (uint32_t)pair->classes)
        if (!seg_label_runs_next(&own->stretches, rest))
            return false;
    end = rest->end;
    slot = rest->code % SEG_TRUE_CLASS_WINDOWS;
    if (pair->prob.prob) {
        piece->p = seg_pair_block(pair, (int)rest->code, rest->begin, end - rest->begin, NULL, &piece->flip);
    } else {
        const seg_label_run *window = window_of(own, slot);

        end = end < window->end ? end : window->end;
        piece->p = own->value[slot] + (rest->begin - window->begin);
        piece->flip = pair->prob.planes == 1 && rest->code == 0;
    }
    piece->n = end - rest->begin;
    piece->code = rest->code;
    rest->begin = end;
    return true;
}

size_t seg_true_class_prob(const seg_pair *pair, size_t begin, size_t n, double *y, uint16_t *code)
{
    seg_true_class_piece piece;
    seg_true_class own;
    size_t kept = 0;

    seg_true_class_begin(&own, pair, begin, begin + n);
    for (; seg_true_class_next(&own, &piece); kept += piece.n) {
        seg_pair_widen(piece.p, piece.n, piece.flip, y + kept);
        for (size_t i = kept; code && i < kept + piece.n; i++)
            code[i] = (uint16_t)piece.code;
    }
    return kept;
}
