/* survey.h - the DSC columns of the survey's Table 3: 8 organs, 6 losses (tests/golden/survey_tables.csv). */
#ifndef SEG_TESTS_SURVEY_H
#define SEG_TESTS_SURVEY_H

enum { ORGANS = 8, LOSSES = 6 };
enum { DICE, FOCAL, TVERSKY, FOCAL_TVERSKY, JACCARD, LOVASZ };

/* dsc[organ][loss] of the network ("UNet", "TransUNet"). */
void survey_read(double dsc[ORGANS][LOSSES], const char *network);

#endif
