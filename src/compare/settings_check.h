/* settings_check.h - whether reports were made alike. */
#ifndef SEG_COMPARE_SETTINGS_CHECK_H
#define SEG_COMPARE_SETTINGS_CHECK_H

#include "../base/text.h"
#include "../report/read_report.h"

/* Adds what the settings of two reports differ in, of those that change values: "empty (nnunet and diagonal), ...". A key
 * that a report does not have has its default. Returns how many. */
size_t seg_settings_differ(const seg_report_file *a, const seg_report_file *b, seg_string *out);

#endif
