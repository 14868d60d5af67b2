/* messages.c - sentences on stderr, each in one write so that lines of parallel runs do not mix. */
#include "messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/inert.h"

/* A sentence is one line, and no file name acts on the terminal. */
static void say(const seg_messages *m, const char *kind, const char *sentence)
{
    char line[1400];
    size_t n;

    snprintf(line, sizeof line - 1, "segloss: %s%s%s%s", m->command ? m->command : "", m->command ? ": " : "", kind,
             sentence);
    seg_inert_line(line);
    n = strlen(line);
    line[n] = '\n';
    if (write(STDERR_FILENO, line, n + 1) < 0)
        return; /* stderr itself is broken */
}

/* Whether the sentence is new; when the table is full every one is. Called from any thread. */
static bool is_new(seg_messages *m, const char *sentence)
{
    uint64_t h = 14695981039346656037u;

    for (const char *c = sentence; *c; c++)
        h = (h ^ (unsigned char)*c) * 1099511628211u;
    for (size_t i = 0; i < sizeof m->said / sizeof *m->said; i++) {
        uint64_t old = 0;

        if (atomic_compare_exchange_strong(&m->said[i], &old, h))
            return true;
        if (old == h)
            return false;
    }
    return true;
}

static void remark(void *context, const char *sentence)
{
    seg_messages *m = context;

    if (!m->quiet && is_new(m, sentence))
        say(m, "note: ", sentence);
}

static void decision(void *context, const char *sentence)
{
    seg_message_info(context, 1, "%s", sentence);
}

void seg_messages_begin(seg_messages *m, const char *command)
{
    *m = (seg_messages){.command = command};
    m->notes = (seg_warnings){remark, m};
    m->decisions = (seg_warnings){decision, m};
}

void seg_message_error(const seg_messages *m, const seg_error *err)
{
    say(m, err->status == SEG_BUG ? "internal error, please report it: " : "", err->text);
}

void seg_message_warn(const seg_messages *m, const char *format, ...)
{
    char text[1024];
    va_list args;

    if (m->quiet)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say(m, "warning: ", text);
}

void seg_message_alarm(const seg_messages *m, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say(m, "warning: ", text);
}

void seg_message_info(const seg_messages *m, int level, const char *format, ...)
{
    char text[1024];
    va_list args;

    if (m->verbose < level)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say(m, "", text);
}

bool seg_want_colour(int when, int fd)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    if (when)
        return when == 1;
    return isatty(fd) && !(no && *no) && !(term && !strcmp(term, "dumb"));
}
