/* command.c - finds a command by name, prints help, runs it and turns failures into messages and exit codes. */
#include "command.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/files.h"
#include "../base/memory.h"
#include "../cli/help.h"
#include "../cli/terminal.h"
#include "../simd/simd.h"
#include "../report/output.h"
#include "interrupt.h"
#include "print.h"
#include "threads.h"

#define COMMAND(name) extern const seg_command seg_command_##name;
#include "all.h"
#undef COMMAND

const seg_command *const seg_commands[] = {
#define COMMAND(name) &seg_command_##name,
#include "all.h"
#undef COMMAND
};
const size_t seg_commands_count = sizeof seg_commands / sizeof *seg_commands;

const seg_command *seg_command_find(const char *name)
{
    for (size_t i = 0; i < seg_commands_count; i++)
        if (seg_same_name(seg_commands[i]->name, name))
            return seg_commands[i];
    return NULL;
}

static const char *command_name(const void *context, size_t i)
{
    (void)context;
    return seg_commands[i]->name;
}

static void main_help(seg_string *out)
{
    seg_string_add(out, "segloss scores segmentations and analyses losses.\n\nUsage: segloss COMMAND [OPTION...] "
                        "[FILE...]\n\nCommands:\n");
    for (size_t i = 0; i < seg_commands_count; i++) {
        seg_string_printf(out, "  %-10s ", seg_commands[i]->name);
        seg_help_wrap(out, seg_commands[i]->summary, 13, 13, seg_text_columns(100));
    }
    seg_string_add(out, "\n  segloss help COMMAND   everything about a command, as segloss COMMAND --help\n"
                        "  segloss --version      versions of segloss and its libraries\n\n"
                        "Example: segloss eval --loss tversky pred.nii.gz truth.nii.gz\n");
}

static void add_about(seg_string *out, const char *text, size_t n)
{
    char *about = seg_copy(text, n);

    out->failed |= !about;
    seg_string_add(out, "      ");
    seg_help_wrap(out, about ? about : "", 6, 6, seg_text_columns(110));
    free(about);
}

static void add_examples(seg_string *out, const char *examples)
{
    seg_string_add(out, "\nExamples:\n");
    while (*examples) {
        size_t line = strcspn(examples, "\n"), command = strcspn(examples, "\t\n");

        seg_string_printf(out, "  %.*s\n", (int)command, examples);
        if (command + 1 < line)
            add_about(out, examples + command + 1, line - command - 1);
        examples += line + (examples[line] == '\n');
    }
}

static void command_help(const seg_command *c, seg_string *out)
{
    seg_string_printf(out, "Usage: segloss %s [OPTION...]%s%s\n\n", c->name, *c->operands ? " " : "", c->operands);
    seg_help_wrap(out, c->description, 0, 0, seg_text_columns(100));
    seg_string_add(out, "\nOptions:\n");
    seg_help_options(out, c->options);
    seg_string_printf(out, "  %-28s%s\n", "-h, --help", "this text");
    if (c->examples)
        add_examples(out, c->examples);
}

static seg_status unknown_command(const char *name, seg_error *err)
{
    const char *near = seg_nearest(name, seg_commands_count, command_name, NULL);

    return near ? seg_fail(err, SEG_USAGE, "there is no command '%s' (did you mean '%s'?)", name, near)
                : seg_fail(err, SEG_USAGE, "there is no command '%s' (see 'segloss help')", name);
}

static seg_status help(int argc, char **argv, seg_error *err)
{
    seg_string text = {0};
    bool everything = argc < 1 || seg_same_name(argv[0], "help");
    const seg_command *c = everything ? NULL : seg_command_find(argv[0]);
    seg_status st = SEG_OK;

    if (argc > 1)
        st = seg_fail(err, SEG_USAGE, "'%s' is one too many, one command is wanted after 'segloss help'", argv[1]);
    else if (!everything && !c)
        st = unknown_command(argv[0], err);
    else if (c)
        command_help(c, &text);
    else
        main_help(&text);
    if (!st)
        st = seg_print(&text, err);
    seg_string_free(&text);
    return st;
}

static seg_status check_operands(const seg_command *c, const seg_texts *operands, seg_error *err)
{
    if (operands->n < c->least)
        return seg_fail(err, SEG_USAGE, "%s wanted after 'segloss %s', %zu given (see 'segloss %s --help')",
                        c->operands, c->name, operands->n, c->name);
    if (operands->n > c->most && !c->most)
        return seg_fail(err, SEG_USAGE, "'%s' is too much, 'segloss %s' takes options alone (see 'segloss %s --help')",
                        operands->text[0], c->name, c->name);
    if (operands->n > c->most)
        return seg_fail(err, SEG_USAGE, "'%s' is one too many, %s wanted after 'segloss %s' (see 'segloss %s --help')",
                        operands->text[c->most], c->operands, c->name, c->name);
    return SEG_OK;
}

static seg_status run(const seg_command *c, int argc, char **argv, seg_messages *messages, seg_error *err)
{
    seg_texts operands = {0};
    void *values = NULL;
    seg_status st = seg_alloc(&values, 1, c->size, "options", err);

    if (!st && c->preset)
        c->preset(values);
    if (!st)
        st = seg_options_read(c->options, c->name, argc, argv, values, &operands, err);
    if (!st)
        st = check_operands(c, &operands, err);
    if (!st)
        st = c->run(values, &operands, messages, err);
    if (values)
        seg_options_free(c->options, values);
    free(operands.text);
    free(values);
    return st;
}

static seg_status dispatch(int argc, char **argv, seg_messages *messages, seg_error *err)
{
    const seg_command *c;
    seg_status st = seg_simd_check(err);

    if (st)
        return st;
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
        return help(argc - 2, argv + 2, err);
    if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
        seg_string text = {0};

        seg_help_version(&text);
        st = seg_print(&text, err);
        seg_string_free(&text);
        return st;
    }
    c = seg_command_find(argv[1]);
    if (!c)
        return argv[1][0] == '-' ? seg_fail(err, SEG_USAGE,
                                            "there is no option '%s' before the command (see 'segloss "
                                            "help')",
                                            argv[1])
                                 : unknown_command(argv[1], err);
    messages->command = c->name;
    if (seg_options_want_help(argc - 1, argv + 1))
        return help(1, argv + 1, err);
    return run(c, argc - 1, argv + 1, messages, err);
}

/* An argument as a shell reads it back. */
static void add_argument(seg_string *line, const char *argument)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+,./:@%";
    bool quoted = !*argument || argument[strspn(argument, plain)];

    seg_string_add(line, quoted ? "'" : "");
    for (; *argument; argument++)
        if (*argument == '\'')
            seg_string_add(line, "'\\''");
        else
            seg_string_add_n(line, argument, 1);
    seg_string_add(line, quoted ? "'" : "");
}

static char *command_line(int argc, char **argv)
{
    seg_string line = {0};

    seg_string_add(&line, "segloss");
    for (int i = 1; i < argc; i++) {
        seg_string_add(&line, " ");
        add_argument(&line, argv[i]);
    }
    if (line.failed)
        seg_string_free(&line);
    return line.text;
}

/* GNU's OpenMP ends the process when it gets no memory or thread. Then the temporary files go, and the exit code is that
 * of a lack of memory. */
static bool is_running;

static void on_exit_inside_a_command(void)
{
    static const char SENTENCE[] = "segloss: not enough memory or threads for OpenMP (use fewer with -j)\n";

    if (!is_running)
        return;
    seg_output_remove_temporaries();
    if (write(STDERR_FILENO, SENTENCE, sizeof SENTENCE - 1) < 0)
        _exit(SEG_MEMORY);
    _exit(SEG_MEMORY);
}

int seg_command_main(int argc, char **argv)
{
    seg_messages messages;
    seg_error err = {0};
    seg_status st;

    seg_open_standard_descriptors();
    signal(SIGPIPE, SIG_IGN); /* a write to a closed pipe returns an error, which ends the output quietly */
    signal(SIGXFSZ, SIG_IGN); /* and one beyond the limit of file sizes an error that is reported */
    seg_interrupt_watch(false, NULL);
    seg_messages_begin(&messages, NULL);
    if (argc < 2) {
        seg_string text = {0};

        main_help(&text);
        fputs(text.text ? text.text : "", stderr);
        seg_string_free(&text);
        return SEG_USAGE;
    }
    messages.line = command_line(argc, argv);
    st = seg_command_stack(&err);
    atexit(on_exit_inside_a_command);
    is_running = true;
    if (!st)
        st = dispatch(argc, argv, &messages, &err);
    is_running = false;
    if (st && err.text[0])
        seg_message_error(&messages, &err);
    else if (st == SEG_BUG)
        seg_message_error(&messages, &(seg_error){SEG_BUG, "a failure without a sentence"});
    free(messages.line);
    return (int)st;
}
