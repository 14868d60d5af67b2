/* settings.h - the settings that decide the numbers, as reports and records show them. */
#ifndef SEG_COMMANDS_SETTINGS_H
#define SEG_COMMANDS_SETTINGS_H

#include "../report/report.h"
#include "scoring.h"

enum { SEG_SETTINGS_MAX = 64 };

/* {0} is empty. */
typedef struct {
    seg_setting setting[SEG_SETTINGS_MAX];
    size_t n;
    char *losses, *metrics; /* the texts that had to be made */
    char threshold[SEG_NUMBER_ROOM];
} seg_settings;

void seg_settings_fill(seg_settings *settings, const seg_scoring_options *options);

/* "segloss 0.1.0;loss=...;metric=...\n" in one line: two runs with the same line give the same numbers. */
void seg_settings_line(const seg_settings *settings, seg_string *out);

void seg_settings_free(seg_settings *settings);

#endif
