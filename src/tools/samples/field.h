/* field.h - smooth random fields in three dimensions: they bend outlines and correlate errors in space. */
#ifndef SEG_TOOLS_SAMPLES_FIELD_H
#define SEG_TOOLS_SAMPLES_FIELD_H

#include "../train/random.h"

enum { SEG_FIELD_WAVES = 8 };

/* A sum of waves, of standard deviation `size`. */
typedef struct {
    double size;
    double wave[SEG_FIELD_WAVES][4]; /* wave vector and phase */
} seg_field;

/* Waves around the given length. */
seg_field seg_field_random(seg_random *r, double size, double length);
double seg_field_at(const seg_field *field, const double at[3]);

/* A displacement: one field per axis. */
typedef struct {
    seg_field axis[3];
} seg_warp;

seg_warp seg_warp_random(seg_random *r, double size, double length);
/* at += warp(at) */
void seg_warp_apply(const seg_warp *warp, double at[3]);

#endif
