/* claims.h - the survey's statements about its figure, and whether and under which condition they hold here. */
#ifndef SEG_CURVES_CLAIMS_H
#define SEG_CURVES_CLAIMS_H

#include "curves.h"

typedef struct {
    const char *id;    /* "S2c" */
    const char *claim; /* the survey's, in our words */
    char verdict[64];  /* "yes", "no", "only in the summed form" */
    char evidence[768];
} seg_claim_of_survey;

enum { SEG_CLAIMS = 6 };

/* The drawdown of Dice on one object. */
typedef struct {
    double radius, jitter;
    double drawdown, drawdown_sd; /* mean over seeds */
    size_t seeds;
} seg_series_point;
enum { SEG_SERIES = 7 };

/* Judges S1 to S3. They are about discs of two sizes that drift: *n = 0 for anything else. Runs the losses that the
 * statements name on the same objects again, also without jitter and with a soft edge, whatever was drawn. */
/* *series: objects of two ratios of jitter and radius; *n_series = 0 when *n is. */
seg_status seg_claims_judge(const seg_curves *curves, seg_claim_of_survey statement[SEG_CLAIMS], size_t *n,
                            seg_series_point series[SEG_SERIES], size_t *n_series, seg_error *err);

/* "S1: most losses rise ... - yes: evidence" */
void seg_claim_text(const seg_claim_of_survey *statement, seg_string *out);

#endif
