/* sinks.h - the reports of a run: one for each -o, or one on stdout. */
#ifndef SEG_COMMANDS_SINKS_H
#define SEG_COMMANDS_SINKS_H

#include "../cli/options.h"
#include "../results/report.h"

/* The options of every command that writes reports. */
typedef struct {
    const char *format;
    seg_texts outputs;
    int digits;
    bool no_header, summary_only;
    const char *na;
    int colour;
    const seg_watch *watch; /* not an option: the command's own look at the cases, or NULL */
    bool gated;             /* not an option: the command looks at the summary of the first report */
} seg_sink_options;

extern const char *const seg_colour_words[];
#define SEG_SINK_ROWS(type_)                                                                                          \
    {'f', "format", SEG_OPTION_TEXT, offsetof(type_, sinks.format), false, "FORMAT", NULL, 0, 0,                      \
     "table on a terminal, csv otherwise; or by the extension of -o",                                                 \
     "form of the report: table, csv, tsv, json, jsonl, md, latex, value", SEG_COMPLETE_FORMAT},                      \
    {'o', "output", SEG_OPTION_TEXTS, offsetof(type_, sinks.outputs), false, "FILE", NULL, 0, 0, "stdout",            \
     "where the report goes; a file appears whole or not at all (a jsonl file grows line by line); several -o "       \
     "write several forms of one run", SEG_COMPLETE_FILE},                                                            \
    {0, "digits", SEG_OPTION_INTEGER, offsetof(type_, sinks.digits), false, "N", NULL, 1, 17,                         \
     "as many as read back to the same number", "significant digits", SEG_COMPLETE_NOTHING},                          \
    {0, "no-header", SEG_OPTION_SWITCH, offsetof(type_, sinks.no_header), false, NULL, NULL, 0, 0, NULL,              \
     "leave out the header line of csv and tsv", SEG_COMPLETE_NOTHING},                                               \
    {0, "na", SEG_OPTION_TEXT, offsetof(type_, sinks.na), false, "TEXT", NULL, 0, 0, "empty",                         \
     "what stands for an undefined value", SEG_COMPLETE_NOTHING},                                                     \
    {0, "summary-only", SEG_OPTION_SWITCH, offsetof(type_, sinks.summary_only), false, NULL, NULL, 0, 0, NULL,        \
     "only what the cases say together", SEG_COMPLETE_NOTHING},                                                       \
    {0, "color", SEG_OPTION_CHOICE, offsetof(type_, sinks.colour), false, "WHEN", seg_colour_words, 0, 0, "auto",     \
     "colour in tables", SEG_COMPLETE_NOTHING}

typedef struct {
    const char *path;       /* NULL: stdout */
    seg_output output;
    seg_report report;
} seg_sink;

typedef struct {
    size_t n;
    seg_sink *sink;
    const seg_watch *watch;
} seg_sinks;

/* Opens them all. `growing`: jsonl files are written in place, line by line; the first of them keeps `keep` bytes. */
seg_status seg_sinks_open(seg_sinks *sinks, const seg_sink_options *options, const seg_setting *settings,
                          size_t n_settings, bool growing, size_t keep, seg_error *err);
seg_status seg_sinks_add(seg_sinks *sinks, const seg_case *c, seg_error *err);
/* Takes a case into the summaries alone. */
seg_status seg_sinks_count(seg_sinks *sinks, const seg_case *c, seg_error *err);
/* All is written: files get their names. */
seg_status seg_sinks_keep(seg_sinks *sinks, seg_error *err);
/* Whether the reader of stdout has left. */
bool seg_sinks_closed(const seg_sinks *sinks);
void seg_sinks_free(seg_sinks *sinks);

/* Whether one of the reports is a table. */
bool seg_sinks_table(const seg_sink_options *options);

/* The path of the one -o file that is jsonl, or NULL when there is none. */
const char *seg_sinks_growing(const seg_sink_options *options);

#endif
