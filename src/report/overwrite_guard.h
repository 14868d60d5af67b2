/* overwrite_guard.h - what an output must not replace. */
#ifndef SEG_REPORT_OVERWRITE_GUARD_H
#define SEG_REPORT_OVERWRITE_GUARD_H

#include "../base/error.h"

/* SEG_WRITE when an image (or anything compressed) lies at `path`: no report takes its place, whatever was asked for.
 * NULL and "-" are stdout. */
seg_status seg_guard_image(const char *path, seg_error *err);

#endif
