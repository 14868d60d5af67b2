/* topology.h - Betti numbers and the Euler number of a mask; outside of it is background. */
#ifndef SEG_GEOMETRY_TOPOLOGY_H
#define SEG_GEOMETRY_TOPOLOGY_H

#include "mask.h"

typedef struct {
    int64_t objects, tunnels, cavities; /* b0, b1 (in an image its holes), b2 (in an image 0) */
    int64_t euler;                      /* b0 - b1 + b2 */
} seg_topology;

/* corner: foreground 26 (in an image 8), background 6 (4); else foreground 6 (4), background 26 (8). flat: an image. */
seg_status seg_topology_of(seg_topology *topology, const seg_mask *mask, bool corner, bool flat, seg_error *err);

#endif
