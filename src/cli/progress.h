/* progress.h - how far a long run is: on stderr, for a terminal, and only when it takes more than a second. */
#ifndef SEG_CLI_PROGRESS_H
#define SEG_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

extern const char *const seg_progress_words[]; /* "auto", "always", "never", "lines" */
typedef enum { SEG_PROGRESS_AUTO, SEG_PROGRESS_ALWAYS, SEG_PROGRESS_NEVER, SEG_PROGRESS_LINES } seg_progress_when;

typedef struct {
    seg_progress_when when;
    const char *unit;    /* "cases" */
    size_t total;        /* 0: unknown */
    double begun, shown; /* seconds */
    size_t shown_done;
    bool active; /* something stands on the line */
} seg_progress;

/* Decides once whether to show anything. */
void seg_progress_begin(seg_progress *p, seg_progress_when when, bool quiet, const char *unit, size_t total);

/* `done` of the total, of which `failed` failed. Prints at most ten times a second. */
void seg_progress_at(seg_progress *p, size_t done, size_t failed);

/* Clears the line; the next seg_progress_at() brings it back. */
void seg_progress_end(seg_progress *p);

#endif
