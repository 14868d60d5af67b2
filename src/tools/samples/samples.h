/* samples.h - the three collections of data_samples. Each writes its files below `folder`. */
#ifndef SEG_TOOLS_SAMPLES_SAMPLES_H
#define SEG_TOOLS_SAMPLES_SAMPLES_H

#include "../../base/error.h"

/* truth/, unet/ and transunet/ with case_01.nii.gz ..., and dataset.json: eight organs in CT-like volumes. */
seg_status seg_sample_abdomen(const char *folder, seg_error *err);

/* truth/ and prediction/ with street_1.png ...: seven classes and void, as palette images; labels.txt. */
seg_status seg_sample_street(const char *folder, seg_error *err);

/* truth/ and prediction/ with large.png and small.png: one object each. */
seg_status seg_sample_objects(const char *folder, seg_error *err);

#endif
