/* options.h - the options of a command as rows of a const table: parser, help, manual and completions read the same. */
#ifndef SEG_CLI_OPTIONS_H
#define SEG_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"

typedef enum {
    SEG_OPTION_SWITCH,  /* bool, set by its presence; "--no-" in front of the name clears it when `negatable` */
    SEG_OPTION_COUNT,   /* int, one more each time */
    SEG_OPTION_TEXT,    /* const char * */
    SEG_OPTION_TEXTS,   /* seg_texts: may be repeated */
    SEG_OPTION_NUMBER,  /* double */
    SEG_OPTION_INTEGER, /* int */
    SEG_OPTION_CHOICE   /* int, index into choices */
} seg_option_type;

/* What was given for a repeatable option, in order; the texts belong to argv. */
typedef struct {
    size_t n, room;
    const char **text;
} seg_texts;

/* How a shell completes the argument. */
typedef enum {
    SEG_COMPLETE_NOTHING,
    SEG_COMPLETE_FILE,
    SEG_COMPLETE_FOLDER,
    SEG_COMPLETE_LOSS,
    SEG_COMPLETE_METRIC,
    SEG_COMPLETE_CONVENTION,
    SEG_COMPLETE_FORMAT,
    SEG_COMPLETE_COMMAND,
    SEG_COMPLETE_NAME
} seg_completion;

/* One row. Lists end with a row whose name is NULL. */
typedef struct {
    char letter;      /* -l, or 0 */
    const char *name; /* loss, for --loss */
    seg_option_type type;
    size_t at; /* offsetof() the field in the command's struct */
    bool negatable;
    const char *argument;       /* "SPEC", shown in the help; NULL for a switch */
    const char *const *choices; /* NULL-terminated words */
    double min, max;            /* number, integer: inclusive; no check when equal */
    const char *preset;         /* the default as the help shows it, or NULL */
    const char *help;           /* one or two sentences without the final period */
    seg_completion completes;
} seg_option;

/* Rows of the common kinds. */
#define SEG_TEXT_ROW(letter_, name_, at_, argument_, preset_, help_, completes_)                                       \
    {                                                                                                                  \
        letter_, name_, SEG_OPTION_TEXT, at_, false, argument_, NULL, 0, 0, preset_, help_, completes_                 \
    }
#define SEG_SWITCH_ROW(letter_, name_, at_, help_)                                                                     \
    {                                                                                                                  \
        letter_, name_, SEG_OPTION_SWITCH, at_, false, NULL, NULL, 0, 0, NULL, help_, SEG_COMPLETE_NOTHING             \
    }
#define SEG_CHOICE_ROW(name_, at_, argument_, choices_, preset_, help_)                                                \
    {                                                                                                                  \
        0, name_, SEG_OPTION_CHOICE, at_, false, argument_, choices_, 0, 0, preset_, help_, SEG_COMPLETE_NOTHING       \
    }

/* Reads argv[1..] of a command into *values (already holding the presets). What is left over is *operands, pointers
 * into argv. `command` is named in the sentences. SEG_USAGE for an unknown option (with the nearest known one), a
 * missing argument, a value out of range, or an option with one value that is given twice. */
seg_status seg_options_read(const seg_option *rows, const char *command, int argc, char **argv, void *values,
                            seg_texts *operands, seg_error *err);

/* Frees the lists of repeatable options. */
void seg_options_free(const seg_option *rows, void *values);

/* -h, --help was given. Every command has it without a row. */
bool seg_options_want_help(int argc, char **argv);

#endif
