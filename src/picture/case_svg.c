/* case_svg.c - the page of a case, block by block. */
#include "case_svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "page.h"
#include "wrong_runs.h"

#define POINTS_PER_MM (72 / 25.4)

const seg_font seg_title_font = {.size = 7.2, .colour = seg_text_ink, .bold = true};
const seg_font seg_text_font = {.size = 7, .colour = seg_text_ink};
const seg_font seg_second_font = {.size = 7, .colour = seg_text_second};

seg_font seg_flush_right(seg_font font)
{
    font.anchor = SEG_END;
    return font;
}

seg_font seg_centred(seg_font font)
{
    font.anchor = SEG_MIDDLE;
    return font;
}

/* ---- head ---- */

static void draw_key(seg_picture_page *p, const seg_picture_key *key, size_t keys, double y)
{
    const seg_font font = {.size = 6.5, .colour = seg_text_ink};
    double x = p->width - SEG_PAGE_MARGIN;

    for (size_t i = keys; i-- > 0;) {
        x -= seg_text_width(key[i].text, font.size, false);
        seg_svg_text(&p->svg, x, y, &font, "%s", key[i].text);
        x -= 14;
        if (key[i].fill)
            seg_svg_rect(&p->svg, x, y - 6, 11, 7.5, key[i].fill, &(seg_stroke){seg_text_ink, 0.3, NULL});
        else
            seg_svg_line(&p->svg, x, y - 2.2, x + 11, y - 2.2, &(seg_stroke){seg_text_ink, 0.8, NULL});
        x -= 9;
    }
}

void seg_page_head(seg_picture_page *p, const char *subtitle, const seg_picture_key *key, size_t keys)
{
    seg_svg_text(&p->svg, SEG_PAGE_MARGIN, p->y + 8, &(seg_font){.size = 8.5, .colour = seg_text_ink, .bold = true},
                 "%s", p->c->text.name);
    seg_svg_text(&p->svg, SEG_PAGE_MARGIN, p->y + 20, &seg_second_font, "%s", subtitle);
    draw_key(p, key, keys, p->y + (seg_page_narrow(p) ? 32 : 8));
    p->y += seg_page_narrow(p) ? 42 : 30;
}

/* "mean DSC 0.724; lowest: gallbladder 0.000" */
static void draw_head(seg_picture_page *p, const int *order, size_t n)
{
    const seg_case_text *t = &p->c->text;
    const seg_picture_key key[] = {{"right", seg_kind_right},
                                   {"missed", seg_kind_missed},
                                   {"extra", "url(#extra)"},
                                   {"wrong class", "url(#wrong)"},
                                   {"outline: truth", NULL}};
    seg_string words = {0};

    seg_dsc_words(&words, t->pair, t->slices, order, n);
    if (words.text)
        seg_page_head(p, words.text, key, sizeof key / sizeof *key);
    p->svg.body.failed = p->svg.body.failed || words.failed;
    seg_string_free(&words);
}

/* List and strip side by side, or one above the other. */
static void draw_middle(seg_picture_page *p, const int *order, size_t n)
{
    bool narrow = seg_page_narrow(p), strip = n && p->c->text.slices->slices > 1;
    double most = p->width - SEG_PAGE_MARGIN, right = narrow || !strip ? most : p->width * 0.445;
    double end = seg_page_list(p, SEG_PAGE_MARGIN, right, p->y);

    if (strip && narrow)
        end = seg_page_strip(p, SEG_PAGE_MARGIN, most, end + 10, order, n);
    else if (strip)
        end = fmax(end, seg_page_strip(p, p->width * 0.49, most, p->y, order, n));
    p->y = end + 10;
}

/* ---- the foot ---- */

static void draw_foot(seg_picture_page *p)
{
    const seg_grid *grid = &seg_page_pair(p)->grid;
    const char *unit = seg_grid_unit(grid);
    const seg_font font = {.size = 5.8, .colour = seg_text_second};
    char text[512], size[80];

    if (seg_grid_dims(grid) == 2)
        snprintf(size, sizeof size, "%.4g × %.4g %s", grid->mm[0], grid->mm[1], unit);
    else
        snprintf(size, sizeof size, "%.4g × %.4g × %.4g %s", grid->mm[0], grid->mm[1], grid->mm[2], unit);
    snprintf(text, sizeof text,
             "Mistake: wrong voxels of one kind deeper than %.3g %s, joined where they touch; ordered by volume times "
             "depth. Depth: %s to the nearest voxel where the same label is right, at most %g. %sEvery picture of a "
             "row of planes has one scale; voxels of %s.",
             p->c->text.mistakes->tolerance, unit, unit, SEG_DEPTH_MOST,
             grid->has_affine ? "Directions from the header. " : "", size);
    p->y =
        seg_svg_paragraph(&p->svg, SEG_PAGE_MARGIN, p->y + 4, p->width - 2 * SEG_PAGE_MARGIN - 40, 0, 7.5, &font, text);
}

/* ---- the page ---- */

static seg_status draw_volume(seg_picture_page *p, const int *order, size_t n, seg_error *err)
{
    seg_status st;

    draw_head(p, order, n);
    st = seg_page_planes(p, err);
    if (!st) {
        draw_middle(p, order, n);
        st = seg_page_crops(p, err);
    }
    return st;
}

/* An image in which no pixel is background. */
static bool is_scene(const seg_case_text *t)
{
    bool background = false;

    for (int c = 0; c < t->pair->classes; c++)
        background = background ||
                     (!seg_pair_foreground(t->pair, c) && t->slices->whole[c].truth + t->slices->whole[c].called > 0);
    return seg_grid_dims(&t->pair->grid) == 2 && !background;
}

static seg_status draw_blocks(seg_picture_page *p, seg_error *err)
{
    const seg_pair *pair = seg_page_pair(p);
    int *order = NULL;
    size_t n;
    seg_status st = seg_alloc(&order, (size_t)pair->classes, sizeof *order, "classes", err);

    if (!st) {
        n = seg_classes_by_dsc(pair, p->c->text.slices, order);
        seg_kind_patterns(&p->svg);
        st = n && is_scene(&p->c->text) ? seg_page_scene(p, order, n, err) : draw_volume(p, order, n, err);
    }
    if (!st)
        draw_foot(p);
    free(order);
    return st;
}

seg_status seg_case_svg_write(seg_string *out, const seg_case_svg *c, seg_error *err)
{
    seg_picture_page p = {.c = c, .width = c->mm * POINTS_PER_MM, .y = SEG_PAGE_MARGIN};
    seg_grey_image grey = {c->grey, &c->text.pair->grid, {c->window[0], c->window[1]}};
    seg_string about = {0};
    seg_status st;

    p.grey = c->grey ? &grey : NULL;
    seg_case_text_write(&about, &c->text);
    st = draw_blocks(&p, err);
    if (!st)
        st = seg_string_check(&about, err);
    if (!st)
        st = seg_svg_finish(&p.svg,
                            &(seg_svg_page){.width = p.width,
                                            .height = p.y + SEG_PAGE_MARGIN,
                                            .mm = c->mm,
                                            .title = c->text.name,
                                            .about = about.text},
                            out, err);
    seg_svg_free(&p.svg);
    seg_string_free(&about);
    return st;
}
