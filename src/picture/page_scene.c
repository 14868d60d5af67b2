/* page_scene.c - the page of an image without background, such as a street: every pixel has a class, so an error is
 * always one class called another, and its depth is shown instead of its kind. */
#include "page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "badges.h"

/* Depths up to these are light and middle; deeper ones are dark. */
static const double STEPS[2] = {2, 8};
enum { SHADES = 3, GREYS = 10 };
static const char *const shades[SHADES] = {"#F3C98B", "#E69F00", "#8C4A00"};
/* Neighbours in the list of classes are far apart. */
static const char *const greys[GREYS] = {"#F2F2F2", "#9C9C9C", "#D4D4D4", "#7C7C7C", "#B8B8B8",
                                         "#E4E4E4", "#8C8C8C", "#C6C6C6", "#6C6C6C", "#AAAAAA"};

/* A frame of the page that shows the whole image. */
struct frame {
    seg_picture_page *page;
    seg_plane plane;
    double x, y, side; /* points for each pixel along x */
};

static seg_plane_place place_of(const struct frame *f)
{
    const seg_grid *grid = &seg_page_pair(f->page)->grid;

    return (seg_plane_place){
        .plane = &f->plane, .x = f->x, .y = f->y, .scale = f->side, .scene = true, .unit = seg_grid_unit(grid)};
}

/* ---- truth and prediction in greys ---- */

static seg_status draw_class(struct frame *f, const uint16_t *code, int cls, seg_svg_run *run)
{
    const seg_plane *p = &f->plane;
    bool ignored = cls == seg_page_pair(f->page)->classes;
    size_t n = 0;

    for (size_t j = 0; j < p->n[1]; j++)
        for (size_t i = 0; i < p->n[0]; i++) {
            size_t begin = i;

            while (i < p->n[0] && code[j * p->n[0] + i] == cls)
                i++;
            if (i > begin)
                run[n++] = (seg_svg_run){(int)begin, (int)j, (int)(i - begin)};
        }
    seg_svg_cells(&f->page->svg, f->x, f->y, p->mm[0] * f->side, p->mm[1] * f->side, run, n,
                  ignored ? "url(#ignored)" : greys[cls % GREYS], 1);
    return SEG_OK;
}

static seg_status draw_labels(struct frame *f, const char *title, const uint16_t *code, seg_error *err)
{
    seg_plane named = f->plane;
    seg_plane_place place = place_of(f);
    seg_svg_run *run;
    seg_status st = seg_alloc(&run, named.n[0] * named.n[1], sizeof *run, "a picture", err);

    for (int cls = 0; !st && cls <= seg_page_pair(f->page)->classes; cls++)
        st = draw_class(f, code, cls, run);
    free(run);
    if (st)
        return st;
    named.truth = (uint16_t *)(uintptr_t)code; /* names go where this map has the classes */
    place.plane = &named;
    seg_names_draw(&f->page->svg, &place, seg_page_pair(f->page));
    seg_svg_rect(&f->page->svg, f->x, f->y, seg_plane_width(&place), seg_plane_height(&place), NULL,
                 &(seg_stroke){seg_text_frame, 0.5, NULL});
    seg_svg_text(&f->page->svg, f->x, f->y - 4, &seg_text_font, "%s", title);
    return SEG_OK;
}

/* ---- mistakes by depth ---- */

static int shade_of(double depth)
{
    return depth <= STEPS[0] ? 0 : depth <= STEPS[1] ? 1 : 2;
}

/* Runs of one shade; depths are in memory order, as are the pixels of a plane that is not turned. */
static seg_status draw_shade(struct frame *f, int shade, seg_error *err)
{
    const seg_wrong_runs *w = &f->page->c->text.mistakes->wrong;
    const seg_plane *p = &f->plane;
    seg_svg_run *run;
    size_t n = 0, pixel[2];
    seg_status st = seg_alloc(&run, w->voxels, sizeof *run, "a picture", err);

    for (size_t row = 0; !st && row < w->n[1]; row++)
        for (size_t i = w->first[row]; i < w->first[row + 1]; i++)
            for (uint32_t x = w->run[i].begin; x < w->run[i].end; x++) {
                seg_plane_pixel(p, (size_t[3]){x, row, 0}, pixel);
                if (shade_of(w->depth[w->run[i].at + x - w->run[i].begin]) == shade)
                    run[n++] = (seg_svg_run){(int)pixel[0], (int)pixel[1], 1};
            }
    if (!st)
        seg_svg_cells(&f->page->svg, f->x, f->y, p->mm[0] * f->side, p->mm[1] * f->side, run, n, shades[shade], 1);
    free(run);
    return st;
}

static void draw_depth_key(struct frame *f, double right)
{
    const char *unit = seg_grid_unit(&seg_page_pair(f->page)->grid);
    const seg_font font = seg_flush_right(seg_text_font);
    char text[SHADES][24];

    snprintf(text[0], sizeof text[0], "≤ %g %s", STEPS[0], unit);
    snprintf(text[1], sizeof text[1], "≤ %g %s", STEPS[1], unit);
    snprintf(text[2], sizeof text[2], "deeper");
    for (int i = SHADES; i-- > 0;) {
        seg_svg_text(&f->page->svg, right, f->y - 4, &font, "%s", text[i]);
        right -= seg_text_width(text[i], font.size, false) + 13;
        seg_svg_rect(&f->page->svg, right, f->y - 10, 10, 7, shades[i], NULL);
        right -= 8;
    }
}

static seg_status draw_depths(struct frame *f, seg_error *err)
{
    seg_plane_place place = place_of(f);
    double w = seg_plane_width(&place), h = seg_plane_height(&place);
    seg_status st = SEG_OK;

    for (int i = 0; !st && i < SHADES; i++)
        st = draw_shade(f, i, err);
    if (st)
        return st;
    st = seg_plane_outline(&f->page->svg, &place, seg_text_second, err);
    seg_svg_rect(&f->page->svg, f->x, f->y, w, h, NULL, &(seg_stroke){seg_text_frame, 0.5, NULL});
    seg_svg_text(&f->page->svg, f->x, f->y - 4, &seg_text_font, "mistakes");
    draw_depth_key(f, f->x + w);
    seg_badges_draw(&f->page->svg, &place);
    return st;
}

/* ---- IoU ---- */

static double iou_of(const seg_slice_counts *c)
{
    return (double)c->right / (double)(c->truth + c->called - c->right);
}

static double draw_iou(seg_picture_page *p, double left, double right, double y, const int *order, size_t n)
{
    enum { SHOWN = 24 };
    const seg_slice_counts *whole = p->c->text.slices->whole;
    const seg_font name = seg_flush_right(seg_text_font);
    double bars = left + fmin(seg_widest_class(p, order, n < SHOWN ? n : SHOWN), 110) + 4, width = right - 28 - bars;

    seg_svg_text(&p->svg, bars, y, &seg_title_font, "IoU (bars from 0 to 1)");
    y += SEG_LIST_LINE;
    for (size_t i = 0; i < n && i < SHOWN; i++, y += 12.5) {
        seg_string words = {0};

        seg_class_words(&words, seg_page_pair(p), order[i]);
        seg_svg_text(&p->svg, bars - 4, y, &name, "%s", words.text ? words.text : "");
        seg_svg_rect(&p->svg, bars, y - 7, width, 8.5, "#EEEEEE", NULL);
        seg_svg_rect(&p->svg, bars, y - 7, width * iou_of(&whole[order[i]]), 8.5, "#7F7F7F", NULL);
        seg_svg_text(&p->svg, right, y, &name, "%.3f", iou_of(&whole[order[i]]));
        p->svg.body.failed = p->svg.body.failed || words.failed;
        seg_string_free(&words);
    }
    if (n > SHOWN)
        seg_svg_text(&p->svg, bars, y, &seg_second_font, "%zu more classes", n - SHOWN);
    return y + (n > SHOWN ? SEG_LIST_LINE : 0);
}

/* ---- the page ---- */

static void draw_head(seg_picture_page *p, const int *order, size_t n)
{
    const seg_slice_counts *whole = p->c->text.slices->whole;
    const seg_picture_key key[] = {{"ignored", "url(#ignored)"}, {"outline: truth", NULL}};
    double sum = 0;
    seg_string words = {0};

    for (size_t i = 0; i < n; i++)
        sum += iou_of(&whole[order[i]]);
    if (n) {
        seg_string_printf(&words, "mean IoU %.3f; lowest: ", sum / (double)n);
        seg_class_words(&words, seg_page_pair(p), order[0]);
        seg_string_printf(&words, " %.3f", iou_of(&whole[order[0]]));
    }
    seg_page_head(p, words.text ? words.text : "", key, sizeof key / sizeof *key);
    p->svg.body.failed = p->svg.body.failed || words.failed;
    seg_string_free(&words);
}

/* Frames two in a row, or one above the other; then the list and the bars. */
static seg_status draw_frames(struct frame *f, const int *order, size_t n, seg_error *err)
{
    seg_picture_page *p = f->page;
    bool narrow = seg_page_narrow(p);
    double gap = 14, width = narrow ? p->width - 2 * SEG_PAGE_MARGIN : (p->width - 2 * SEG_PAGE_MARGIN - gap) / 2;
    double height, left;
    seg_status st;

    f->side = fmin(width / ((double)f->plane.n[0] * f->plane.mm[0]), 260 / ((double)f->plane.n[1] * f->plane.mm[1]));
    height = (double)f->plane.n[1] * f->plane.mm[1] * f->side;
    f->x = SEG_PAGE_MARGIN;
    f->y = p->y + 14;
    st = draw_labels(f, "truth", f->plane.truth, err);
    left = f->x = narrow ? f->x : f->x + width + gap;
    f->y += narrow ? height + 20 : 0;
    if (!st)
        st = draw_labels(f, "prediction", f->plane.called, err);
    f->x = SEG_PAGE_MARGIN;
    f->y += height + 24;
    if (!st)
        st = draw_depths(f, err);
    p->y = narrow ? f->y + height + 16 : f->y;
    if (!st && narrow) {
        p->y = seg_page_list(p, SEG_PAGE_MARGIN, p->width - SEG_PAGE_MARGIN, p->y) + 8;
        p->y = draw_iou(p, SEG_PAGE_MARGIN, p->width - SEG_PAGE_MARGIN, p->y, order, n);
    } else if (!st) {
        double end = seg_page_list(p, left, p->width - SEG_PAGE_MARGIN, f->y);

        p->y = fmax(f->y + height, draw_iou(p, left, p->width - SEG_PAGE_MARGIN, end + 6, order, n)) + 10;
    }
    return st;
}

seg_status seg_page_scene(seg_picture_page *p, const int *order, size_t n, seg_error *err)
{
    const seg_pair *pair = seg_page_pair(p);
    struct frame f = {.page = p};
    seg_box all = {{0, 0, 0}, {pair->grid.n[0], pair->grid.n[1], 1}};
    seg_plane_view view = {.normal = 2, .axis = {0, 1}, .name = "z"};
    seg_status st = seg_plane_cut(&f.plane, pair, p->c->text.mistakes, &view, 0, &all, err);

    if (!st) {
        draw_head(p, order, n);
        st = draw_frames(&f, order, n, err);
    }
    seg_plane_free(&f.plane);
    return st;
}
