/* settings.h - the settings that decide the numbers, as reports and records show them. */
#ifndef SEG_COMMANDS_SETTINGS_H
#define SEG_COMMANDS_SETTINGS_H

#include "../report/report.h"
#include "../evaluate/run_kind.h"
#include "scoring.h"

enum { SEG_SETTINGS_MAX = 64 };

/* {0} is empty. */
typedef struct {
    seg_setting setting[SEG_SETTINGS_MAX];
    size_t n;
    char *losses, *metrics; /* the texts that had to be made */
    char *reading;          /* what the files were taken for */
    char number[8][SEG_NUMBER_ROOM];
    size_t numbers;
} seg_settings;

void seg_settings_fill(seg_settings *settings, const seg_scoring_options *options);

/* "segloss 0.1.0;loss=...;metric=...\n" in one line: two runs with the same line give the same numbers. */
void seg_settings_line(const seg_settings *settings, seg_string *out);

/* Adds what a run was decided to be, or a pair, as the setting "reading"; it is in no record of a run. */
seg_status seg_settings_reading(seg_settings *settings, const seg_run_reading *run, seg_error *err);
seg_status seg_settings_pair_reading(seg_settings *settings, const seg_pair_files *files, seg_error *err);

void seg_settings_free(seg_settings *settings);

#endif
