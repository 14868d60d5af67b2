/* list.c - segloss list: prints the losses, metrics, conventions and formats of the registries. */
#include <string.h>

#include "../cli/help.h"
#include "../cli/terminal.h"
#include "../io/format.h"
#include "../losses/loss.h"
#include "../metrics/metric.h"
#include "../report/report.h"
#include "command.h"
#include "print.h"

struct options {
    int bare;
};

static const seg_option rows[] = {
    {0, "names", SEG_OPTION_COUNT, offsetof(struct options, bare), false, NULL, NULL, 0, 0, NULL,
     "names alone, one a line, for scripts", SEG_COMPLETE_NOTHING},
    {.name = NULL},
};

static void line(seg_string *out, const struct options *o, int column, const char *name, const char *text)
{
    if (o->bare) {
        seg_string_printf(out, "%s\n", name);
        return;
    }
    seg_string_printf(out, "  %-*s", column, name);
    seg_help_wrap(out, text, column + 2, column + 2, seg_text_columns(110));
}

static void aliases(seg_string *out, const char *const *alias)
{
    for (int i = 0; alias[i]; i++)
        seg_string_printf(out, "%s%s", i ? ", " : " (", alias[i]);
    if (alias[0])
        seg_string_add(out, ")");
}

static void list_losses(seg_string *out, const struct options *o)
{
    for (int level = 0; level < SEG_LEVELS; level++) {
        if (!o->bare)
            seg_string_printf(out, "%s%s level\n", level ? "\n" : "", seg_level_names[level]);
        for (size_t i = 0; i < seg_losses_count; i++) {
            seg_string text = {0};

            if ((int)seg_losses[i]->level != level)
                continue;
            seg_string_add(&text, seg_losses[i]->title);
            aliases(&text, seg_losses[i]->aliases);
            line(out, o, 22, seg_losses[i]->name, text.text ? text.text : "");
            seg_string_free(&text);
        }
    }
}

static void list_metrics(seg_string *out, const struct options *o)
{
    for (int family = 0; family < SEG_METRIC_FAMILIES; family++) {
        if (!o->bare)
            seg_string_printf(out, "%s%s\n", family ? "\n" : "", seg_metric_family_names[family]);
        for (size_t i = 0; i < seg_metrics_count; i++) {
            seg_string text = {0};

            if ((int)seg_metrics[i]->family != family)
                continue;
            seg_string_add(&text, seg_metrics[i]->title);
            aliases(&text, seg_metrics[i]->aliases);
            line(out, o, 28, seg_metrics[i]->name, text.text ? text.text : "");
            seg_string_free(&text);
        }
    }
}

static void list_conventions(seg_string *out, const struct options *o)
{
    for (size_t i = 0; i < seg_conventions_count; i++) {
        const seg_convention *c = &seg_conventions[i];
        seg_string text = {0};

        seg_string_add(&text, c->meaning);
        if (c->checked)
            seg_string_printf(&text, " [checked against %s]", c->checked);
        line(out, o, 24, c->name, text.text ? text.text : "");
        seg_string_free(&text);
    }
}

static void list_formats(seg_string *out, const struct options *o)
{
    if (!o->bare)
        seg_string_add(out, "input\n");
    for (size_t i = 0; i < seg_formats_count; i++)
        line(out, o, 10, seg_formats[i]->name, seg_formats[i]->summary);
    if (!o->bare)
        seg_string_add(out, "\nreports\n");
    for (size_t i = 0; i < seg_report_formats_count; i++)
        line(out, o, 10, seg_report_formats[i]->name, seg_report_formats[i]->meaning);
}

static const struct {
    const char *name;
    void (*list)(seg_string *out, const struct options *o);
} catalogues[] = {
    {"losses", list_losses},
    {"metrics", list_metrics},
    {"conventions", list_conventions},
    {"formats", list_formats},
};

static const char *catalogue_name(const void *context, size_t i)
{
    (void)context;
    return catalogues[i].name;
}

static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    seg_string out = {0};
    size_t n = sizeof catalogues / sizeof *catalogues;
    const char *asked = operands->text[0], *near;
    seg_status st = SEG_USAGE;

    (void)messages;
    for (size_t i = 0; i < n && st; i++)
        if (seg_same_name(asked, catalogues[i].name)) {
            catalogues[i].list(&out, values);
            st = SEG_OK;
        }
    if (!st) {
        st = seg_print(&out, err);
    } else {
        near = seg_nearest(asked, n, catalogue_name, NULL);
        st = near ? seg_fail(err, SEG_USAGE, "there is no list of '%s' (did you mean '%s'?)", asked, near)
                  : seg_fail(err, SEG_USAGE,
                             "there is no list of '%s', one of losses, metrics, conventions, formats "
                             "was wanted",
                             asked);
    }
    seg_string_free(&out);
    return st;
}

const seg_command seg_command_list = {
    .name = "list",
    .operands = "losses|metrics|conventions|formats",
    .summary = "list losses, metrics, conventions or formats",
    .description = "Lists the losses by level of the survey's taxonomy, the metrics by family, the conventions that "
                   "metrics can follow, or the file formats.",
    .examples = "segloss list losses\tThe losses, by level\n"
                "for l in $(segloss list losses --names); do segloss describe $l; done\tFull description of every loss",
    .options = rows,
    .size = sizeof(struct options),
    .least = 1,
    .most = 1,
    .completes = SEG_COMPLETE_NAME,
    .run = run,
};
