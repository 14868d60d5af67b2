/* sweep_grid.h - a loss over a grid of its parameters, as it is typed: 'focal-tversky:alpha=0.2:0.8:0.2,gamma=2'.
 *
 *     value = start:stop:step        numbers, the stop included: 0.2 0.4 0.6 0.8
 *           | {a/b/c} or {a,b,c}     numbers or words; with commas a value may itself be a list, {0.2/0.8,0.5/0.5}
 *           | log(a/b/n)             n numbers from a to b, each the same multiple of the one before
 *
 *           | 1-alpha                another swept parameter of the loss, with one number added, multiplied ...: it follows
 *
 * wherever a value may stand: in a list of losses, and in the parameters of a formula's losses,
 * 'total = 0.5*tversky(alpha=0.2:0.8:0.2) + 0.5*ce'. In a formula a number may be swept too: '{0.2/0.8}*dice + ce'.
 */
#ifndef SEG_EVALUATE_SWEEP_GRID_H
#define SEG_EVALUATE_SWEEP_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/params.h"

/* More points than this are a slip of the keyboard. */
enum { SEG_SWEEP_POINTS = 10000 };

typedef struct {
    char *name; /* as typed: alpha */
    const seg_param
        *row;      /* NULL for a loss that does not exist, which the plan refuses, and for a number of a formula */
    char *follows; /* "1-alpha": the values are those of axis `source`, changed; NULL: values of its own */
    size_t source;
    size_t n, room;
    char **text; /* [n] each value as --loss takes it */
} seg_sweep_axis;

/* {0} is empty. Between the pieces of text stand the values of the axes. */
typedef struct {
    char *title; /* as typed */
    size_t axes, axis_room;
    seg_sweep_axis *axis;
    size_t pieces, piece_room;
    char **piece; /* [axes + 1] */
} seg_sweep_grid;

/* Reads "tversky:alpha=0.2:0.8:0.2" for the loss `name`, or (name NULL) a formula. No axes: nothing is swept. */
seg_status seg_sweep_grid_read(seg_sweep_grid *grid, const char *name, const char *text, seg_error *err);

/* How many points; `zip`: the i-th value of each axis together, instead of every value with every other. The last
 * axis moves fastest. SEG_USAGE for more than SEG_SWEEP_POINTS, and for zipped axes of different lengths. */
seg_status seg_sweep_grid_count(const seg_sweep_grid *grid, bool zip, size_t *n, seg_error *err);

/* Which value of an axis a point has. */
size_t seg_sweep_grid_at(const seg_sweep_grid *grid, bool zip, size_t point, size_t axis);

/* Adds what --loss takes for a point. */
void seg_sweep_grid_write(const seg_sweep_grid *grid, bool zip, size_t point, seg_string *out);
/* The same with every swept parameter at its preset. */
void seg_sweep_grid_write_preset(const seg_sweep_grid *grid, seg_string *out);

void seg_sweep_grid_free(seg_sweep_grid *grid);

#endif
