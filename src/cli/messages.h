/* messages.h - what the program prints on stderr: errors, warnings, progress; nothing else prints there. */
#ifndef SEG_CLI_MESSAGES_H
#define SEG_CLI_MESSAGES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "../base/error.h"

typedef struct {
    const char *command;       /* "eval" */
    char *line;                /* the whole command line, as a shell reads it; NULL without memory */
    bool quiet;                /* errors only */
    int verbose;               /* 1: inferred settings; 2: timings too */
    seg_warnings notes;        /* pass &messages->notes to the library: its warnings are printed unless quiet */
    seg_warnings decisions;    /* likewise: inferred settings are printed when verbose */
    _Atomic uint64_t said[64]; /* hashes of the warnings printed so far: each is printed once in a batch */
} seg_messages;

void seg_messages_begin(seg_messages *m, const char *command);

/* "segloss: eval: sentence" and a newline, with one write. */
void seg_message_error(const seg_messages *m, const seg_error *err);
void seg_message_warn(const seg_messages *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A warning that is printed also when quiet: numbers may be wrong. */
void seg_message_alarm(const seg_messages *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Printed when verbose is at least `level`. */
void seg_message_info(const seg_messages *m, int level, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Whether to colour what goes to the stream: `when` is 0 auto, 1 always, 2 never. NO_COLOR and TERM=dumb count. */
bool seg_want_colour(int when, int fd);

#endif
