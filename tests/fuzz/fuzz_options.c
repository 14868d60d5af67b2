/* fuzz_options.c - libFuzzer target: the first byte chooses a command, the lines behind it are its arguments. */
#include <string.h>

#include "commands/command.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARGUMENTS = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const seg_command *c = seg_commands[size ? data[0] % seg_commands_count : 0];
    char *text = strndup(size ? (const char *)data + 1 : "", size ? size - 1 : 0), *rest = text;
    char *argv[ARGUMENTS + 1] = {(char *)c->name};
    void *values = calloc(1, c->size);
    seg_texts operands = {0};
    seg_error err = {0};
    int argc = 1;

    while (rest && argc < ARGUMENTS)
        argv[argc++] = strsep(&rest, "\n");
    if (c->preset)
        c->preset(values);
    check_outcome(seg_options_read(c->options, c->name, argc, argv, values, &operands, &err), &err);
    (void)seg_options_want_help(argc, argv);
    seg_options_free(c->options, values);
    free(operands.text);
    free(values);
    free(text);
    return 0;
}
