/* progress.c - one line that is overwritten, or lines for a log. */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char *const seg_progress_words[] = {"auto", "always", "never", "lines", NULL};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void seg_progress_begin(seg_progress *p, seg_progress_when when, bool quiet, const char *unit, size_t total)
{
    const double patience = 1; /* seconds before the first line: a short run shows nothing */

    if (when == SEG_PROGRESS_AUTO && (quiet || !isatty(STDERR_FILENO)))
        when = SEG_PROGRESS_NEVER;
    *p = (seg_progress){.when = when, .unit = unit, .total = total, .begun = now()};
    p->shown = when == SEG_PROGRESS_AUTO ? p->begun + patience - 0.1 : p->begun - 1;
    if (when == SEG_PROGRESS_LINES)
        p->shown = p->begun;
}

static int rest(char *text, size_t room, const seg_progress *p, size_t done, double seconds)
{
    double left = p->total && done ? seconds * (double)(p->total - done) / (double)done : 0;

    if (!p->total || !done)
        return snprintf(text, room, "%s", "");
    return snprintf(text, room, ", %d:%02d left", (int)(left / 60), (int)left % 60);
}

static void bar(char out[16], const seg_progress *p, size_t done)
{
    enum { CELLS = 10 };
    size_t full = p->total ? done * CELLS / p->total : 0;

    for (size_t i = 0; i < CELLS; i++)
        out[i] = i < full ? '#' : '-';
    out[CELLS] = '\0';
}

static void show(seg_progress *p, size_t done, size_t failed, double t)
{
    bool lines = p->when == SEG_PROGRESS_LINES;
    char text[256], cells[16], left[64], of[32] = "", bad[48] = "";
    double seconds = t - p->begun;
    int n;

    bar(cells, p, done);
    rest(left, sizeof left, p, done, seconds);
    if (p->total)
        snprintf(of, sizeof of, "/%zu", p->total);
    if (failed)
        snprintf(bad, sizeof bad, ", %zu failed", failed);
    n = snprintf(text, sizeof text, "%s[%s] %zu%s %s, %.3g/s%s%s%s", lines ? "segloss: " : "\r\033[K", cells, done, of,
                 p->unit, seconds > 0 ? (double)done / seconds : 0, bad, left, lines ? "\n" : "");
    if (n > 0 && write(STDERR_FILENO, text, (size_t)n) < 0)
        p->when = SEG_PROGRESS_NEVER; /* stderr is closed or broken */
    p->shown = t;
    p->shown_done = done;
    p->active = !lines;
}

void seg_progress_at(seg_progress *p, size_t done, size_t failed)
{
    double t;
    bool tenth = p->total && done * 10 / p->total > p->shown_done * 10 / p->total;

    if (p->when == SEG_PROGRESS_NEVER)
        return;
    t = now();
    if (p->when == SEG_PROGRESS_LINES ? tenth || t - p->shown >= 30 : t - p->shown >= 0.1)
        show(p, done, failed, t);
}

void seg_progress_end(seg_progress *p)
{
    static const char clear[] = "\r\033[K";

    if (p->active && write(STDERR_FILENO, clear, sizeof clear - 1) < 0)
        p->when = SEG_PROGRESS_NEVER;
    p->active = false;
}
