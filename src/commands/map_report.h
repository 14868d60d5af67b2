/* map_report.h - the numbers of `segloss map` as a table, as CSV, as JSON. */
#ifndef SEG_COMMANDS_MAP_REPORT_H
#define SEG_COMMANDS_MAP_REPORT_H

#include "../evaluate/map_case.h"
#include "../report/report.h"

extern const char *const seg_map_format_words[]; /* "table", "csv", "json" */
typedef enum { SEG_MAP_TABLE, SEG_MAP_CSV, SEG_MAP_JSON } seg_map_format;

/* A report under way: begin, each case in order, end. `text` grows. */
typedef struct {
    seg_map_format format;
    int digits; /* < 1: the shortest text that reads back to the same number */
    const seg_setting *settings;
    size_t n_settings;
    double band, near;
    const char *unit;
    seg_string text;
    size_t cases;
} seg_map_report;

void seg_map_report_begin(seg_map_report *report);
/* maps NULL: the case failed, its status and message say why. */
seg_status seg_map_report_add(seg_map_report *report, const seg_case *scored, const seg_map_case *maps, seg_error *err);
void seg_map_report_end(seg_map_report *report);

#endif
