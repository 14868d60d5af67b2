/* describe.c - segloss describe: prints the descriptor of one loss or metric. */
#include <string.h>

#include "../cli/help.h"
#include "../cli/terminal.h"
#include "../losses/loss.h"
#include "../metrics/metric.h"
#include "command.h"
#include "describe_convention.h"
#include "describe_tool.h"
#include "print.h"

struct options {
    int format;
};

static const char *const format_words[] = {"text", "boutiques", "cwl", NULL};

static const seg_option rows[] = {
    SEG_CHOICE_ROW("format", offsetof(struct options, format), "FORMAT", format_words, "text",
                   "boutiques, cwl: NAME is a command, described for workflow engines"),
    {.name = NULL},
};

/* Lines as they are, indented: for equations. */
static void verbatim(seg_string *out, const char *title, const char *text)
{
    if (!text || !*text)
        return;
    seg_string_printf(out, "\n%s\n", title);
    while (*text) {
        size_t length = strcspn(text, "\n");

        seg_string_printf(out, "    %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

/* Running text, whatever lines its source is written in. */
static void flowing(seg_string *out, const char *title, const char *text)
{
    seg_string line = {0};

    for (; text && *text; text++)
        seg_string_add_n(&line, *text == '\n' ? " " : text, 1);
    seg_print_section(out, title, line.text);
    seg_string_free(&line);
}

/* The names of the conventions would fill six lines in front of the parameters that are a metric's own. */
static void write_range(const seg_param *row, seg_string *out)
{
    if (row->choices == seg_convention_words)
        seg_string_add(out, "a name of 'segloss list conventions', run or all");
    else
        seg_params_write_range(row, out);
}

static void parameters(seg_string *out, const seg_param *params)
{
    if (!params || !params->name)
        return;
    seg_string_add(out, "\nParameters\n");
    for (const seg_param *row = params; row->name; row++) {
        seg_string text = {0};

        seg_string_printf(out, "    %-18s ", row->name);
        seg_string_add(&text, row->help);
        seg_string_add(&text, ": ");
        write_range(row, &text);
        if (row->type != SEG_PARAM_FILE) {
            seg_string_add(&text, " [");
            seg_params_write_preset(row, &text);
            seg_string_add(&text, "]");
        }
        if (row->alias)
            seg_string_printf(&text, "; also called %s", row->alias);
        seg_help_wrap(out, text.text ? text.text : "", 23, 23, seg_text_columns(100));
        seg_string_free(&text);
    }
}

static void names(seg_string *out, const char *name, const char *const *aliases)
{
    seg_string_add(out, name);
    for (int i = 0; aliases[i]; i++)
        seg_string_printf(out, "%s%s", i ? ", " : " (also ", aliases[i]);
    seg_string_add(out, aliases[0] ? ")\n" : "\n");
}

static void describe_loss(seg_string *out, const seg_loss *l)
{
    names(out, l->name, l->aliases);
    seg_string_printf(out, "%s; %s level\n", l->title, seg_level_names[l->level]);
    verbatim(out, "Equation", l->equation);
    verbatim(out, "where", l->symbols);
    parameters(out, l->params);
    seg_print_section(out, "Range", l->range);
    seg_print_section(out, "Empty classes", l->empty);
    seg_print_section(out, "Advantages", l->advantages);
    seg_print_section(out, "Disadvantages", l->disadvantages);
    seg_print_section(out, "Use cases", l->use_cases);
    seg_print_section(out, "Soft labels", l->flags & SEG_LOSS_SOFT_TRUTH ? "supported" : "not supported (error)");
    seg_print_section(out, "Gradient", l->gradient ? "with respect to the probabilities" : l->no_gradient);
    seg_print_section(out, "As printed in the survey", l->survey);
    seg_print_section(out, "Other implementations", l->elsewhere);
    seg_print_section(out, "Reference", l->reference);
}

static void describe_metric(seg_string *out, const seg_metric *m)
{
    static const char *const better[] = {"lower is better", "neither high nor low is better", "higher is better"};

    names(out, m->name, m->aliases);
    seg_string_printf(out, "%s; %s; %s\n", m->title, seg_metric_family_names[m->family], better[m->better + 1]);
    flowing(out, "Definition", m->definition);
    parameters(out, m->params);
    seg_print_section(out, "Range", m->range);
    seg_print_section(out, "Empty masks", m->empty);
    seg_print_section(out, "Reference", m->reference);
}

static const char *any_name(const void *context, size_t i)
{
    (void)context;
    if (i < seg_losses_count)
        return seg_losses[i]->name;
    i -= seg_losses_count;
    return i < seg_metrics_count ? seg_metrics[i]->name : seg_conventions[i - seg_metrics_count].name;
}

/* A command for a workflow engine. */
static seg_status describe_command(int format, const char *name, seg_error *err)
{
    seg_string out = {0};
    seg_status st;

    for (size_t i = 0; i < seg_commands_count; i++)
        if (!strcmp(seg_commands[i]->name, name)) {
            (format == 1 ? seg_describe_boutiques : seg_describe_cwl)(&out, seg_commands[i]);
            st = seg_print(&out, err);
            seg_string_free(&out);
            return st;
        }
    return seg_fail(err, SEG_USAGE, "there is no command '%s', --format %s describes a command such as eval", name,
                    format_words[format]);
}

static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    const char *asked = operands->text[0], *params, *near;
    const seg_loss *loss = seg_loss_find(asked);
    const seg_metric *metric = seg_metric_find(asked);
    int convention = seg_convention_find(asked);
    seg_string out = {0};
    seg_status st;

    (void)messages;
    if (((const struct options *)values)->format)
        return describe_command(((const struct options *)values)->format, asked, err);
    if (!loss)
        loss = seg_loss_shorthand(asked, &params);
    if (loss)
        describe_loss(&out, loss);
    if (metric && loss)
        seg_string_add(&out, "\n\n");
    if (metric)
        describe_metric(&out, metric);
    if (convention >= 0) {
        seg_string_add(&out, loss || metric ? "\n\n" : "");
        seg_describe_convention(&out, convention);
    }
    if (loss || metric || convention >= 0) {
        st = seg_print(&out, err);
    } else {
        near = seg_nearest(asked, seg_losses_count + seg_metrics_count + seg_conventions_count, any_name, NULL);
        st = near ? seg_fail(err, SEG_USAGE, "there is no loss, metric or convention '%s' (did you mean '%s'?)", asked,
                             near)
                  : seg_fail(err, SEG_USAGE, "there is no loss, metric or convention '%s' (see 'segloss list losses')",
                             asked);
    }
    seg_string_free(&out);
    return st;
}

const seg_command seg_command_describe = {
    .name = "describe",
    .operands = "NAME",
    .summary = "show the definition and parameters of a loss, metric or convention",
    .description =
        "Prints the equation, the parameters with their ranges and defaults, the range of the value, the "
        "value for empty classes, advantages and use cases, the reference, and how the survey's equation and other "
        "implementations differ. For a convention: the metrics it defines, its choices, and its values for empty "
        "masks. For a command, with --format: its description for Boutiques or CWL.",
    .examples = "segloss describe tversky\tA loss\nsegloss describe hd95\tA metric\n"
                "segloss describe medpy\tA convention\n"
                "segloss describe --format cwl eval\tA tool for CWL workflows",
    .options = rows,
    .size = sizeof(struct options),
    .least = 1,
    .most = 1,
    .completes = SEG_COMPLETE_NAME,
    .run = run,
};
