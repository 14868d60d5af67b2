/* command.h - what a command is: a const descriptor that names its operands, options, help and function. */
#ifndef SEG_COMMANDS_COMMAND_H
#define SEG_COMMANDS_COMMAND_H

#include "../base/error.h"
#include "../cli/messages.h"
#include "../cli/options.h"

typedef struct {
    const char *name;
    const char *operands;    /* "PREDICTION TRUTH", for the synopsis */
    const char *summary;     /* one line for the list of commands */
    const char *description; /* paragraphs for the help and the manual, separated by \n\n */
    const char *examples;    /* lines "command\texplanation", separated by \n; or NULL */
    const seg_option *options;
    size_t size;                  /* of the struct the options fill */
    size_t least, most;           /* operands */
    seg_completion completes;     /* its operands */
    void (*preset)(void *values); /* defaults that are not 0; may be NULL */
    seg_status (*run)(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err);
} seg_command;

extern const seg_command *const seg_commands[];
extern const size_t seg_commands_count;

const seg_command *seg_command_find(const char *name);

/* segloss ARGV: finds the command and runs it, prints help and errors, and returns the exit code. */
int seg_command_main(int argc, char **argv);

#endif
