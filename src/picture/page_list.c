/* page_list.c - the block "What went wrong". */
#include "page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wrong_runs.h"

struct columns {
    double left, volume, depth, slices;
};

static void list_line(seg_picture_page *p, double y, const struct columns *at, const char *words, const char *volume,
                      const char *depth, const char *slices, const seg_font *font)
{
    seg_font right = seg_flush_right(*font);

    seg_svg_text(&p->svg, at->left + 16, y, font, "%s", words);
    seg_svg_text(&p->svg, at->volume, y, &right, "%s", volume);
    seg_svg_text(&p->svg, at->depth, y, &right, "%s", depth);
    seg_svg_text(&p->svg, at->slices, y, &right, "%s", slices);
}

static void list_mistake(seg_picture_page *p, double y, const struct columns *at, size_t i)
{
    const seg_pair *pair = seg_page_pair(p);
    const seg_mistake *m = &p->c->text.mistakes->mistake[i];
    seg_string words = {0}, volume = {0};
    char depth[32], slices[64];

    seg_mistake_words(&words, pair, m);
    seg_volume_words(&volume, &pair->grid, m->voxels);
    snprintf(depth, sizeof depth, m->depth >= SEG_DEPTH_MOST ? "≥ %.3g" : "%.3g", fmin(m->depth, SEG_DEPTH_MOST));
    snprintf(slices, sizeof slices, m->slice[0] == m->slice[1] ? "%zu" : "%zu–%zu", m->slice[0], m->slice[1]);
    seg_badge(&p->svg, at->left + 5, y - 2.2, i + 1);
    list_line(p, y, at, words.text ? words.text : "", volume.text ? volume.text : "", depth,
              seg_grid_dims(&pair->grid) == 3 ? slices : "", &seg_text_font);
    p->svg.body.failed = p->svg.body.failed || words.failed || volume.failed;
    seg_string_free(&words);
    seg_string_free(&volume);
}

static double list_rest(seg_picture_page *p, double y, const struct columns *at)
{
    const seg_mistakes *m = p->c->text.mistakes;
    const seg_grid *grid = &seg_page_pair(p)->grid;
    const uint64_t voxels[2] = {m->smaller_voxels, m->border_voxels};
    char words[2][64], depth[32];

    snprintf(words[0], sizeof words[0], "%llu smaller mistake%s", (unsigned long long)m->smaller,
             m->smaller == 1 ? "" : "s");
    snprintf(words[1], sizeof words[1], "within %.3g %s of the border", m->tolerance, seg_grid_unit(grid));
    snprintf(depth, sizeof depth, "≤ %.3g", m->tolerance);
    for (int i = 0; i < 2; i++) {
        seg_string volume = {0};

        if (i == 0 && !m->smaller)
            continue;
        seg_volume_words(&volume, grid, voxels[i]);
        list_line(p, y, at, words[i], volume.text ? volume.text : "", i ? depth : "", "", &seg_second_font);
        seg_string_free(&volume);
        y += SEG_LIST_LINE;
    }
    return y;
}

double seg_page_list(seg_picture_page *p, double left, double right, double y)
{
    const seg_mistakes *m = p->c->text.mistakes;
    const seg_grid *grid = &seg_page_pair(p)->grid;
    bool flat = seg_grid_dims(grid) == 2; /* without the column of slices */
    struct columns at = {left, right - (flat ? 48 : 88), right - (flat ? 0 : 40), right};
    const seg_font grey = seg_flush_right(seg_second_font);

    seg_svg_text(&p->svg, left, y, &seg_title_font, "What went wrong");
    seg_svg_text(&p->svg, at.volume, y, &grey, "%s", seg_volume_unit(grid));
    seg_svg_text(&p->svg, at.depth, y, &grey, "depth (%s)", seg_grid_unit(grid));
    seg_svg_text(&p->svg, at.slices, y, &grey, "%s", seg_grid_dims(grid) == 3 ? "slices" : "");
    seg_svg_line(&p->svg, left, y + 5, right, y + 5, &(seg_stroke){seg_text_ink, 0.7, NULL});
    y += SEG_LIST_LINE + 2;
    for (size_t i = 0; i < m->n; i++, y += SEG_LIST_LINE)
        list_mistake(p, y, &at, i);
    if (!m->n) {
        seg_svg_text(&p->svg, left + 16, y, &seg_text_font, "nothing is wrong beyond %.3g %s", m->tolerance,
                     seg_grid_unit(grid));
        y += SEG_LIST_LINE;
    }
    seg_svg_line(&p->svg, left, y - SEG_LIST_LINE + 6, right, y - SEG_LIST_LINE + 6,
                 &(seg_stroke){seg_text_frame, 0.5, NULL});
    return list_rest(p, y + 2, &at);
}
