/* completions.c - completions for bash, zsh and fish, from the commands' tables. */
#include <string.h>

#include "../losses/loss.h"
#include "../metrics/metric.h"
#include "../report/report.h"
#include "docs.h"

/* ---- lists of words ---- */

static void loss_names(seg_string *out)
{
    for (size_t i = 0; i < seg_losses_count; i++)
        seg_string_printf(out, "%s ", seg_losses[i]->name);
    seg_string_add(out, "wce all none pixel region boundary-level combination");
}

static void metric_names(seg_string *out)
{
    for (size_t i = 0; i < seg_metrics_count; i++)
        seg_string_printf(out, "%s ", seg_metrics[i]->name);
    for (int family = 0; family < SEG_METRIC_FAMILIES; family++)
        seg_string_printf(out, "%s ", seg_metric_family_names[family]);
    seg_string_add(out, "all none");
}

static void convention_names(seg_string *out)
{
    for (size_t i = 0; i < seg_conventions_count; i++)
        seg_string_printf(out, "%s%s", i ? " " : "", seg_conventions[i].name);
}

static void format_names(seg_string *out)
{
    for (size_t i = 0; i < seg_report_formats_count; i++)
        seg_string_printf(out, "%s%s", i ? " " : "", seg_report_formats[i]->name);
}

static void command_names(seg_string *out)
{
    for (size_t i = 0; i < seg_commands_count; i++)
        seg_string_printf(out, "%s ", seg_commands[i]->name);
    seg_string_add(out, "help");
}

/* The words of an operand or argument; false when it is a file or free text. */
static bool words(seg_string *out, seg_completion kind, const char *const *choices, const char *operands)
{
    size_t before = out->length;

    for (size_t i = 0; choices && choices[i]; i++)
        seg_string_printf(out, "%s%s", i ? " " : "", choices[i]);
    if (kind == SEG_COMPLETE_LOSS)
        loss_names(out);
    else if (kind == SEG_COMPLETE_METRIC)
        metric_names(out);
    else if (kind == SEG_COMPLETE_CONVENTION)
        convention_names(out);
    else if (kind == SEG_COMPLETE_FORMAT)
        format_names(out);
    else if (kind == SEG_COMPLETE_COMMAND)
        command_names(out);
    else if (kind == SEG_COMPLETE_NAME && operands && strchr(operands, '|'))
        for (const char *c = operands; *c; c++)
            seg_string_add_n(out, *c == '|' ? " " : c, 1);
    else if (kind == SEG_COMPLETE_NAME) {
        loss_names(out);
        seg_string_add(out, " ");
        metric_names(out);
    }
    return out->length > before;
}

static void option_names(seg_string *out, const seg_option *rows)
{
    for (const seg_option *row = rows; row->name; row++) {
        seg_string_printf(out, "--%s ", row->name);
        if (row->negatable)
            seg_string_printf(out, "--no-%s ", row->name);
        if (row->letter)
            seg_string_printf(out, "-%c ", row->letter);
    }
    seg_string_add(out, "--help");
}

static const char HEAD[] = "# Written by 'make docs' from the program's own tables: change those, not this file.\n";

/* ---- bash ---- */

static void bash_command(seg_string *out, const seg_command *c)
{
    seg_string list = {0};

    seg_string_printf(out, "    %s)\n        case $prev in\n", c->name);
    for (const seg_option *row = c->options; row->name; row++) {
        if (!row->argument)
            continue;
        list.length = 0;
        seg_string_printf(out, "        --%s", row->name);
        if (row->letter)
            seg_string_printf(out, " | -%c", row->letter);
        if (words(&list, row->completes, row->choices, NULL))
            seg_string_printf(out, ") _segloss_words '%s'; return ;;\n", list.text);
        else
            seg_string_add(out,
                           row->completes == SEG_COMPLETE_NOTHING ? ") return ;;\n" : ") _segloss_files; return ;;\n");
    }
    seg_string_add(
        out, "        esac\n        if [[ $cur == -* ]]; then\n            mapfile -t COMPREPLY < <(compgen -W '");
    option_names(out, c->options);
    seg_string_add(out, "' -- \"$cur\")\n        else\n");
    list.length = 0;
    if (words(&list, c->completes, NULL, c->operands))
        seg_string_printf(out, "            _segloss_words '%s'\n", list.text);
    else
        seg_string_add(out, "            _segloss_files\n");
    seg_string_add(out, "        fi\n        ;;\n");
    seg_string_free(&list);
}

void seg_docs_bash(seg_string *out)
{
    seg_string_add(out, "# bash completion for segloss\n");
    seg_string_add(out, HEAD);
    seg_string_add(out, "\n# Completes the part behind the last comma, so that lists of names can be typed.\n"
                        "_segloss_words() {\n    local before=\n    [[ $cur == *,* ]] && before=${cur%,*},\n"
                        "    mapfile -t COMPREPLY < <(compgen -P \"$before\" -W \"$1\" -- \"${cur##*,}\")\n}\n\n"
                        "_segloss_files() {\n    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
                        "    compopt -o filenames 2>/dev/null\n}\n\n"
                        "_segloss() {\n    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
                        "    COMPREPLY=()\n    if ((COMP_CWORD == 1)); then\n"
                        "        mapfile -t COMPREPLY < <(compgen -W '");
    command_names(out);
    seg_string_add(out,
                   " --help --version' -- \"$cur\")\n        return\n    fi\n    case ${COMP_WORDS[1]} in\n    help) "
                   "_segloss_words '");
    command_names(out);
    seg_string_add(out, "' ;;\n");
    for (size_t i = 0; i < seg_commands_count; i++)
        bash_command(out, seg_commands[i]);
    seg_string_add(out, "    esac\n}\ncomplete -F _segloss segloss\n");
}

/* ---- zsh ---- */

/* Brackets, colons and quotes are special to _arguments and are escaped. */
static void zsh_text(seg_string *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            seg_string_add(out, "'\\''");
        else if (strchr("[]:\\", *text))
            seg_string_printf(out, "\\%c", *text);
        else
            seg_string_add_n(out, text, 1);
    }
}

static void zsh_action(seg_string *out, seg_completion kind, const char *const *choices, const char *operands)
{
    seg_string list = {0};

    if (words(&list, kind, choices, operands))
        seg_string_printf(
            out, kind == SEG_COMPLETE_LOSS || kind == SEG_COMPLETE_METRIC ? "_values -s , name %s" : "(%s)", list.text);
    else
        seg_string_add(out, kind == SEG_COMPLETE_NOTHING ? " " : "_files");
    seg_string_free(&list);
}

static void zsh_option(seg_string *out, const seg_option *row)
{
    bool many = row->type == SEG_OPTION_TEXTS || row->type == SEG_OPTION_COUNT;

    seg_string_add(out, " \\\n            ");
    if (row->letter && many)
        seg_string_printf(out, "'*'{-%c%s,--%s%s}'[", row->letter, row->argument ? "+" : "", row->name,
                          row->argument ? "=" : "");
    else if (row->letter)
        seg_string_printf(out, "'(-%c --%s)'{-%c%s,--%s%s}'[", row->letter, row->name, row->letter,
                          row->argument ? "+" : "", row->name, row->argument ? "=" : "");
    else
        seg_string_printf(out, "'%s--%s%s[", many ? "*" : "", row->name, row->argument ? "=" : "");
    zsh_text(out, row->help);
    seg_string_add(out, "]");
    if (row->argument) {
        seg_string_printf(out, ":%s:", row->argument);
        zsh_action(out, row->completes, row->choices, NULL);
    }
    seg_string_add(out, "'");
    if (row->negatable) {
        seg_string_printf(out, " \\\n            '--no-%s[without ", row->name);
        zsh_text(out, row->help);
        seg_string_add(out, "]'");
    }
}

void seg_docs_zsh(seg_string *out)
{
    seg_string_add(out, "#compdef segloss\n");
    seg_string_add(out, HEAD);
    seg_string_add(out, "\n_segloss() {\n    local -a commands\n    commands=(\n");
    for (size_t i = 0; i < seg_commands_count; i++) {
        seg_string_printf(out, "        '%s:", seg_commands[i]->name);
        zsh_text(out, seg_commands[i]->summary);
        seg_string_add(out, "'\n");
    }
    seg_string_add(out, "        'help:print the help'\n    )\n    if (( CURRENT == 2 )); then\n"
                        "        _describe command commands\n        return\n    fi\n"
                        "    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n    case $command in\n"
                        "    help) _describe command commands ;;\n");
    for (size_t i = 0; i < seg_commands_count; i++) {
        const seg_command *c = seg_commands[i];

        seg_string_printf(out, "    %s)\n        _arguments -s -S", c->name);
        for (const seg_option *row = c->options; row->name; row++)
            zsh_option(out, row);
        seg_string_add(out, " \\\n            '(-h --help)'{-h,--help}'[print the help]' \\\n            '*:operand:");
        zsh_action(out, c->completes, NULL, c->operands);
        seg_string_add(out, "'\n        ;;\n");
    }
    seg_string_add(out, "    esac\n}\n\n_segloss \"$@\"\n");
}

/* ---- fish ---- */

static void fish_text(seg_string *out, const char *text)
{
    seg_string_add(out, "'");
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            seg_string_add(out, "\\");
        seg_string_add_n(out, text, 1);
    }
    seg_string_add(out, "'");
}

static void fish_option(seg_string *out, const char *command, const seg_option *row)
{
    seg_string list = {0};

    seg_string_printf(out, "complete -c segloss -n '__fish_seen_subcommand_from %s'", command);
    if (row->letter)
        seg_string_printf(out, " -s %c", row->letter);
    seg_string_printf(out, " -l %s", row->name);
    if (row->argument) {
        bool listed = words(&list, row->completes, row->choices, NULL);

        if (listed)
            seg_string_printf(out, " -x -a '%s'", list.text);
        else
            seg_string_add(out, row->completes == SEG_COMPLETE_NOTHING ? " -x" : " -r -F");
    }
    seg_string_add(out, " -d ");
    fish_text(out, row->help);
    seg_string_add(out, "\n");
    if (row->negatable)
        seg_string_printf(out, "complete -c segloss -n '__fish_seen_subcommand_from %s' -l no-%s\n", command,
                          row->name);
    seg_string_free(&list);
}

void seg_docs_fish(seg_string *out)
{
    seg_string_add(out, "# fish completion for segloss\n");
    seg_string_add(out, HEAD);
    seg_string_add(out, "\ncomplete -c segloss -n __fish_use_subcommand -f\n");
    for (size_t i = 0; i < seg_commands_count; i++) {
        seg_string_printf(out, "complete -c segloss -n __fish_use_subcommand -a %s -d ", seg_commands[i]->name);
        fish_text(out, seg_commands[i]->summary);
        seg_string_add(out, "\n");
    }
    seg_string_add(out, "complete -c segloss -n __fish_use_subcommand -a help -d 'print the help'\n"
                        "complete -c segloss -n __fish_use_subcommand -l version -d 'print the versions'\n"
                        "complete -c segloss -s h -l help -d 'print the help'\n");
    for (size_t i = 0; i < seg_commands_count; i++) {
        const seg_command *c = seg_commands[i];
        seg_string list = {0};

        if (words(&list, c->completes, NULL, c->operands))
            seg_string_printf(out, "complete -c segloss -n '__fish_seen_subcommand_from %s' -f -a '%s'\n", c->name,
                              list.text);
        for (const seg_option *row = c->options; row->name; row++)
            fish_option(out, c->name, row);
        seg_string_free(&list);
    }
}
