/* messages.h - what the program says on stderr: errors, remarks, progress; nothing else prints there. */
#ifndef SEG_CLI_MESSAGES_H
#define SEG_CLI_MESSAGES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "../base/error.h"

typedef struct {
    const char *command;       /* "eval" */
    bool quiet;                /* errors only */
    int verbose;               /* 1: what was decided; 2: and how long it took */
    seg_warnings notes;        /* hand &messages->notes to the library: its remarks are printed unless quiet */
    seg_warnings decisions;    /* likewise: what it decided is printed when verbose */
    _Atomic uint64_t said[64]; /* hashes of the remarks made so far: a batch makes each of them once */
} seg_messages;

void seg_messages_begin(seg_messages *m, const char *command);

/* "segloss: eval: sentence" and a newline, with one write. */
void seg_message_error(const seg_messages *m, const seg_error *err);
void seg_message_warn(const seg_messages *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Printed when verbose is at least `level`. */
void seg_message_info(const seg_messages *m, int level, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Whether to colour what goes to the stream: `when` is 0 auto, 1 always, 2 never. NO_COLOR and TERM=dumb count. */
bool seg_want_colour(int when, int fd);

#endif
