/* outputs.h - the reports of a run: one for each -o, or one on stdout. */
#ifndef SEG_COMMANDS_OUTPUTS_H
#define SEG_COMMANDS_OUTPUTS_H

#include "../cli/options.h"
#include "../evaluate/absent.h"
#include "../evaluate/object_lines.h"
#include "../evaluate/pool.h"
#include "../evaluate/reliability.h"
#include "../report/report.h"

/* The options of every command that writes reports. */
typedef struct {
    const char *format;
    seg_texts outputs;
    int digits;
    bool no_header, summary_only;
    const char *na;
    int colour;
    const seg_watch *watch;   /* not an option: the command's own look at the cases, or NULL */
    bool none;                /* not an option: no report, `watch` alone sees the cases */
    bool pooled;              /* values of all cases at once */
    const char *confusion;    /* the file of the confusion matrix, or NULL */
    int normalise;            /* 0 none, 1 row */
    bool gated;               /* not an option: the command looks at the summary of the first report */
    int pictures;             /* html: cases with pictures at most; below 0: the usual number */
    const char *title;        /* not an option: of an html page */
    const char *line;         /* not an option: the command line, for an html page */
    const char *reliability;  /* a file for the bins of reliability diagrams, or NULL */
    const char *object_table; /* a file for the objects of all cases, or NULL; "-": stdout */
} seg_output_options;

extern const char *const seg_colour_words[];
extern const char *const seg_normalise_words[]; /* "none", "row" */

/* Values of all cases at once, for the commands that have cases with counts. */
#define SEG_POOL_ROWS(type_)                                                                                           \
    {0,                                                                                                                \
     "pooled",                                                                                                         \
     SEG_OPTION_SWITCH,                                                                                                \
     offsetof(type_, sinks.pooled),                                                                                    \
     false,                                                                                                            \
     NULL,                                                                                                             \
     NULL,                                                                                                             \
     0,                                                                                                                \
     0,                                                                                                                \
     NULL,                                                                                                             \
     "add to the summary the values of the whole data set: voxels and objects are counted over all cases, then the "   \
     "formula is applied once (rows with pooled=yes)",                                                                 \
     SEG_COMPLETE_NOTHING},                                                                                            \
        {0,                                                                                                            \
         "confusion",                                                                                                  \
         SEG_OPTION_TEXT,                                                                                              \
         offsetof(type_, sinks.confusion),                                                                             \
         false,                                                                                                        \
         "FILE",                                                                                                       \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         NULL,                                                                                                         \
         "write the confusion matrix over all cases, truth by prediction, as FILE.csv or as a picture, FILE.svg",      \
         SEG_COMPLETE_FILE},                                                                                           \
    {                                                                                                                  \
        0, "confusion-normalise", SEG_OPTION_CHOICE, offsetof(type_, sinks.normalise), false, "HOW",                   \
            seg_normalise_words, 0, 0, "none", "row: shares of the voxels of each class of the truth",                 \
            SEG_COMPLETE_NOTHING                                                                                       \
    }

#define SEG_OUTPUT_ROWS(type_)                                                                                         \
    {'f',                                                                                                              \
     "format",                                                                                                         \
     SEG_OPTION_TEXT,                                                                                                  \
     offsetof(type_, sinks.format),                                                                                    \
     false,                                                                                                            \
     "FORMAT",                                                                                                         \
     NULL,                                                                                                             \
     0,                                                                                                                \
     0,                                                                                                                \
     "table on a terminal, csv otherwise; or by the extension of -o",                                                  \
     "form of the report: table, csv, tsv, json, jsonl, md, latex, value",                                             \
     SEG_COMPLETE_FORMAT},                                                                                             \
        {'o',                                                                                                          \
         "output",                                                                                                     \
         SEG_OPTION_TEXTS,                                                                                             \
         offsetof(type_, sinks.outputs),                                                                               \
         false,                                                                                                        \
         "FILE",                                                                                                       \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         "stdout",                                                                                                     \
         "where the report goes; a file appears whole or not at all (a jsonl file grows line by line); several -o "    \
         "write several forms of one run",                                                                             \
         SEG_COMPLETE_FILE},                                                                                           \
        {0,                                                                                                            \
         "digits",                                                                                                     \
         SEG_OPTION_INTEGER,                                                                                           \
         offsetof(type_, sinks.digits),                                                                                \
         false,                                                                                                        \
         "N",                                                                                                          \
         NULL,                                                                                                         \
         1,                                                                                                            \
         17,                                                                                                           \
         "as many as read back to the same number",                                                                    \
         "significant digits",                                                                                         \
         SEG_COMPLETE_NOTHING},                                                                                        \
        {0,                                                                                                            \
         "no-header",                                                                                                  \
         SEG_OPTION_SWITCH,                                                                                            \
         offsetof(type_, sinks.no_header),                                                                             \
         false,                                                                                                        \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         NULL,                                                                                                         \
         "leave out the header line of csv and tsv",                                                                   \
         SEG_COMPLETE_NOTHING},                                                                                        \
        {0,                                                                                                            \
         "na",                                                                                                         \
         SEG_OPTION_TEXT,                                                                                              \
         offsetof(type_, sinks.na),                                                                                    \
         false,                                                                                                        \
         "TEXT",                                                                                                       \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         "empty",                                                                                                      \
         "what stands for an undefined value",                                                                         \
         SEG_COMPLETE_NOTHING},                                                                                        \
        {0,                                                                                                            \
         "summary-only",                                                                                               \
         SEG_OPTION_SWITCH,                                                                                            \
         offsetof(type_, sinks.summary_only),                                                                          \
         false,                                                                                                        \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         NULL,                                                                                                         \
         "only the summary over the cases",                                                                            \
         SEG_COMPLETE_NOTHING},                                                                                        \
    {                                                                                                                  \
        0, "color", SEG_OPTION_CHOICE, offsetof(type_, sinks.colour), false, "WHEN", seg_colour_words, 0, 0, "auto",   \
            "colour in tables", SEG_COMPLETE_NOTHING                                                                   \
    }

typedef struct {
    const char *path; /* NULL: stdout */
    seg_output output;
    seg_report report;
} seg_output_target;

typedef struct {
    size_t n;
    seg_output_target *sink;
    const seg_watch *watch;
    const char *reliability; /* the file of the bins, or NULL */
    seg_reliability bins;
    bool has_objects; /* a table of objects is written beside the reports */
    seg_output objects;
    seg_absent_rules rules; /* of the settings, for classes that a case lacks */
    seg_absent_values absent;
    seg_pool pool; /* of the cases, for pooled values and the confusion matrix */
    seg_pool_callback pooling;
    bool pooled;
    const char *confusion;
    int normalise;
} seg_outputs;

/* Declares the files that will be written (base/files.h), before any input is opened. */
seg_status seg_outputs_declare(const seg_output_options *options, seg_error *err);

/* Opens them all. `growing`: the file that seg_outputs_growing() names is written in place, behind what it holds. */
seg_status seg_outputs_open(seg_outputs *sinks, const seg_output_options *options, const seg_setting *settings,
                            size_t n_settings, bool growing, seg_error *err);
seg_status seg_outputs_add(seg_outputs *sinks, const seg_case *c, seg_error *err);
/* Takes a case into the summaries alone. */
seg_status seg_outputs_count(seg_outputs *sinks, const seg_case *c, seg_error *err);
/* All is written: files get their names. */
seg_status seg_outputs_keep(seg_outputs *sinks, seg_error *err);
/* Whether the reader of stdout has left. */
bool seg_outputs_closed(const seg_outputs *sinks);
void seg_outputs_free(seg_outputs *sinks);

/* How the table of objects is written: by the extension of its file. SEG_LINES_NONE without one. */
seg_line_format seg_outputs_object_format(const seg_output_options *options);

/* Whether one of the reports is a table. */
bool seg_outputs_table(const seg_output_options *options);

/* Whether one of the reports shows mistakes and pictures of cases. */
bool seg_outputs_draw(const seg_output_options *options);

/* The path of the first -o file that is jsonl and no pipe or device, or NULL when there is none. */
const char *seg_outputs_growing(const seg_output_options *options);

#endif
