/* t_loss.h - what the two forms of the T-loss share: parameters and the Student t likelihood. */
#ifndef SEG_LOSSES_REGION_T_LOSS_H
#define SEG_LOSSES_REGION_T_LOSS_H

#include "../loss.h"

enum { SEG_NU_E, SEG_NU_FIT };
enum { SEG_T_VOLUME, SEG_T_SLICE, SEG_T_PIXEL };

struct seg_t_loss {
    seg_numbers nu;
    double logprec; /* lambda */
    seg_classes classes;
    int unit, per_element, form;
};

/* The part of the negative log-likelihood that does not depend on S:
 *     -lnG((nu+D)/2) + lnG(nu/2) - (D/2) lambda + (D/2) ln(pi nu) */
double seg_t_constant(double nu, double D, double lambda);

/* The degrees of freedom where they need no fit: the number given, e, or, for single voxels of at most the standard
 * width, the end of the search, with a warning. 0: fit. */
double seg_t_known_nu(const struct seg_t_loss *p, seg_loss_ctx *work);

/* form=survey: an observation is a voxel with its classes. */
seg_status seg_t_survey_value(seg_loss_ctx *work, const struct seg_t_loss *p, seg_score *score, seg_error *err);
seg_status seg_t_survey_gradient(seg_loss_ctx *work, const struct seg_t_loss *p, double *gradient, seg_error *err);
seg_status seg_t_survey_map(seg_loss_ctx *work, const struct seg_t_loss *p, seg_loss_map *map, seg_error *err);

/* The extras of a score: the value per element, unless it is the value, and the nu that was fitted. */
void seg_t_add_extras(const struct seg_t_loss *p, double per_element, double nu, seg_score *score);

#endif
