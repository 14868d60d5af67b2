/* readme.c - the README's tables, between their markers. */
#include <stdio.h>
#include <string.h>

#include "../losses/loss.h"
#include "../metrics/metric.h"
#include "docs.h"

/* A bar would end the cell. */
static void cell(seg_string *out, const char *text)
{
    for (; *text; text++)
        seg_string_add_n(out, *text == '|' ? "\\|" : text, *text == '|' ? 2 : 1);
}

static void commands(seg_string *out)
{
    seg_string_add(out, "| command | what it does |\n|---|---|\n");
    for (size_t i = 0; i < seg_commands_count; i++) {
        seg_string_printf(out, "| `segloss %s%s", seg_commands[i]->name, *seg_commands[i]->operands ? " " : "");
        cell(out, seg_commands[i]->operands);
        seg_string_add(out, "` | ");
        cell(out, seg_commands[i]->summary);
        seg_string_add(out, " |\n");
    }
}

static void losses(seg_string *out)
{
    seg_string_add(out, "| level | name | loss | reference |\n|---|---|---|---|\n");
    for (size_t i = 0; i < seg_losses_count; i++) {
        const seg_loss *l = seg_losses[i];

        seg_string_printf(out, "| %s | `%s` | ", seg_level_names[l->level], l->name);
        cell(out, l->title);
        seg_string_add(out, " | ");
        cell(out, l->reference ? l->reference : "");
        seg_string_add(out, " |\n");
    }
}

static void metrics(seg_string *out)
{
    for (int family = 0; family < SEG_METRIC_FAMILIES; family++) {
        bool first = true;

        seg_string_printf(out, "- **%s**: ", seg_metric_family_names[family]);
        for (size_t i = 0; i < seg_metrics_count; i++)
            if ((int)seg_metrics[i]->family == family) {
                seg_string_printf(out, "%s`%s`", first ? "" : ", ", seg_metrics[i]->name);
                first = false;
            }
        seg_string_add(out, "\n");
    }
}

static void conventions(seg_string *out)
{
    seg_string_add(out, "| convention | what it means | checked against |\n|---|---|---|\n");
    for (size_t i = 0; i < seg_conventions_count; i++) {
        seg_string_printf(out, "| `%s` | ", seg_conventions[i].name);
        cell(out, seg_conventions[i].meaning);
        seg_string_add(out, " | ");
        cell(out, seg_conventions[i].checked ? seg_conventions[i].checked : "");
        seg_string_add(out, " |\n");
    }
}

static const struct {
    const char *name;
    void (*write)(seg_string *out);
} tables[] = {{"commands", commands}, {"losses", losses}, {"metrics", metrics}, {"conventions", conventions}};

void seg_docs_readme(seg_string *out, const char *old)
{
    while (*old) {
        const char *next = NULL, *end = NULL;
        size_t which = 0;

        for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
            char begin[64], close[64];
            const char *at;

            snprintf(begin, sizeof begin, "<!-- %s -->\n", tables[i].name);
            snprintf(close, sizeof close, "<!-- end %s -->", tables[i].name);
            at = strstr(old, begin);
            if (at && (!next || at < next) && strstr(at, close)) {
                next = at + strlen(begin);
                end = strstr(at, close);
                which = i;
            }
        }
        if (!next)
            break;
        seg_string_add_n(out, old, (size_t)(next - old));
        tables[which].write(out);
        old = end;
        seg_string_add_n(out, old, 4); /* "<!--": so that the search goes on behind it */
        old += 4;
    }
    seg_string_add(out, old);
}
