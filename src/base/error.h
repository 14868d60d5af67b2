/* error.h - what went wrong: a kind, which becomes the exit code, and one sentence for the user. */
#ifndef SEG_BASE_ERROR_H
#define SEG_BASE_ERROR_H

/* The kinds of failure. Their values are the exit codes of the program. */
typedef enum {
    SEG_OK = 0,
    SEG_PARTLY = 1,   /* done, but a case failed or a quality gate was not met */
    SEG_USAGE = 2,    /* an unknown name, a malformed specification, a value out of range */
    SEG_READ = 3,     /* an input is missing, unreadable, damaged or of a kind segloss does not read */
    SEG_MISMATCH = 4, /* the inputs do not belong together: shape, geometry, labels, swapped operands */
    SEG_WRITE = 5,    /* the output cannot be written */
    SEG_MEMORY = 6,   /* out of memory, or over the memory budget */
    SEG_BUG = 70,     /* a broken promise inside segloss */
    SEG_STOPPED = 130 /* interrupted by SIGINT or SIGTERM */
} seg_status;

/* Filled where the fault is found. One sentence without a final period or newline:
 * "FILE: what was found, what was wanted (what to do)". {0} is "no error". */
typedef struct {
    seg_status status;
    char text[1024];
} seg_error;

/* Sets the sentence and the kind, and returns the kind, so that `return seg_fail(...)` works. err may be NULL. */
seg_status seg_fail(seg_error *err, seg_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same sentence as another kind of failure. Returns the kind. */
seg_status seg_fail_as(seg_error *err, seg_status status);

/* Puts "context: " in front of the sentence: for a caller who knows which file or case it was. Returns err's kind. */
seg_status seg_while(seg_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Remarks that do not stop the work ("trailing bytes ignored"). The library never prints: it hands each sentence to
 * `say`, which may be called from any thread. A NULL seg_warnings, or a NULL `say`, swallows them. */
typedef struct {
    void (*say)(void *context, const char *sentence);
    void *context;
} seg_warnings;

void seg_warn(const seg_warnings *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
