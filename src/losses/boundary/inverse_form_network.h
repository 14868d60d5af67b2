/* inverse_form_network.h - the small network that guesses the affine map between two tiles of boundary, and
 * its file.
 *
 * File, little endian: 0 magic "SGLIFW1\n" | 8 u32 version 1 | 12 u32 tile T | 16 u32 band | 20 u32 kind (1:
 * residual of an affine map, 0: raw coefficients) | 24 u32 layers n | 28 u32 width[n + 1] | f32 missing | per
 * layer f32 W[out][in], f32 b[out] | u32 CRC-32 of everything before. width[0] = 2 T^2; width[n] = 6 for kind
 * 1.
 */
#ifndef SEG_LOSSES_BOUNDARY_INVERSE_FORM_NETWORK_H
#define SEG_LOSSES_BOUNDARY_INVERSE_FORM_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../base/error.h"

enum { SEG_INVERSE_LAYERS = 8, SEG_INVERSE_OUTPUTS = 6 };

/* Outputs of kind 1 are the rows of [A - I | t]: a b tx, c d ty. The map takes tile coordinates of the
 * prediction, which run from -1 to 1, x right and y down, to those of the truth. */
typedef struct {
    size_t tile;    /* T, pixels */
    size_t band;    /* half width of a boundary, pixels */
    bool raw;       /* kind 0: outputs are coefficients without a meaning as a map */
    double missing; /* distance of a tile where only one of the two has a boundary */
    size_t layers;
    size_t width[SEG_INVERSE_LAYERS + 1];
    float *weight[SEG_INVERSE_LAYERS]; /* [in][out]: transposed, so that inputs of 0 cost nothing */
    float *bias[SEG_INVERSE_LAYERS];   /* [out] */
} seg_inverse_network;

/* A network of these widths with all weights 0. */
seg_status seg_inverse_network_alloc(seg_inverse_network *net, size_t layers, const size_t *width, seg_error *err);

/* Reads a weights file; path NULL means the weights that are part of the library. */
seg_status seg_inverse_network_read(seg_inverse_network *net, const char *path, seg_error *err);
seg_status seg_inverse_network_write(const seg_inverse_network *net, const char *path, seg_error *err);
void seg_inverse_network_free(seg_inverse_network *net);

/* Numbers of all layers after the input together: the room for `value` below. */
size_t seg_inverse_network_values(const seg_inverse_network *net);

/* Fills value[] with the layers after the input, one after the other, and returns the last one: the outputs.
 * x[width[0]] is the prediction's tile, row after row, and then the truth's. */
const double *seg_inverse_network_apply(const seg_inverse_network *net, const double *x, double *value);

/* Backpropagation: slope[] arrives with d/d(outputs) in its last width[layers] places and is filled from
 * there to the front; dx[0..n) = d/dx of the first n inputs. value[] is from _apply. */
void seg_inverse_network_slope(const seg_inverse_network *net, const double *value, double *slope, double *dx,
                               size_t n);

/* The file inside the library. */
const unsigned char *seg_inverse_shipped(size_t *bytes);

#endif
