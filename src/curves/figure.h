/* figure.h - the curves as a picture for a paper or a screen.
 *
 * panels:   the survey's figure: one panel per object, every loss a line, the masks as thumbnails under the axis
 * grid:     one small panel per loss, the objects overlaid, tau and drawdown written inside; the best for many losses
 * category: panels again, one row for each level of the taxonomy
 * scores:   one row per loss, its drawdown for each object as dots; the best one-look summary
 */
#ifndef SEG_CURVES_FIGURE_H
#define SEG_CURVES_FIGURE_H

#include "../plot/svg.h"
#include "curves.h"

typedef enum { SEG_LAYOUT_PANELS, SEG_LAYOUT_GRID, SEG_LAYOUT_CATEGORY, SEG_LAYOUT_SCORES } seg_figure_layout;
extern const char *const seg_layout_words[];

typedef struct {
    seg_figure_layout layout;
    double mm;                  /* printed width: 89 is one column of a journal, 183 two */
    const char *heading;        /* "Re-creation of Figure 3 ..." */
    const char *const *caption; /* [captions] paragraphs under the picture */
    size_t captions;
    bool no_caption; /* only for the description that screen readers read */
} seg_figure;

seg_status seg_figure_draw(const seg_curves *curves, const seg_figure *figure, seg_string *svg, seg_error *err);

/* "FP + FN (pixels)", "shift (px)", ... */
void seg_curves_x_title(const seg_curves *curves, seg_x x, char *out, size_t room);
/* "Large object"; "r = 30 px, 2828 px (17.3 %)". */
void seg_experiment_title(const seg_experiment *regime, char *out, size_t room);
void seg_experiment_subtitle(const seg_experiment *regime, char *out, size_t room);

/* Short name of a loss for legends: its title without "loss", and what differs from its presets. */
void seg_loss_label(const seg_loss *loss, const void *params, seg_string *out);

/* Colours of the four levels. */
extern const char *const seg_level_colours[SEG_LEVELS];

#endif
