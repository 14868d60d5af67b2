/* readme.c - the parts of README.md and segloss-formats(5) that stand between markers. */
#include <stdio.h>
#include <string.h>

#include "../io/format.h"
#include "../losses/loss.h"
#include "../metrics/metric.h"
#include "../pairing/meaning.h"
#include "docs.h"
#include "mdoc.h"

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

/* ", `name`": an element of a list. */
static void element(seg_string *out, bool first, const char *name)
{
    seg_string_printf(out, "%s`%s`", first ? "" : ", ", name);
}

static void losses(seg_string *out)
{
    for (int level = 0; level < SEG_LEVELS; level++) {
        bool first = true;

        seg_string_printf(out, "- **%s**: ", seg_level_names[level]);
        for (size_t i = 0; i < seg_losses_count; i++)
            if ((int)seg_losses[i]->level == level) {
                element(out, first, seg_losses[i]->name);
                first = false;
            }
        seg_string_add(out, "\n");
    }
}

static void metrics(seg_string *out)
{
    for (int family = 0; family < SEG_METRIC_FAMILIES; family++) {
        bool first = true;

        seg_string_printf(out, "- **%s**: ", seg_metric_family_names[family]);
        for (size_t i = 0; i < seg_metrics_count; i++)
            if ((int)seg_metrics[i]->family == family) {
                element(out, first, seg_metrics[i]->name);
                first = false;
            }
        seg_string_add(out, "\n");
    }
}

static void conventions(seg_string *out)
{
    for (size_t i = 0; i < seg_conventions_count; i++)
        element(out, !i, seg_conventions[i].name);
    seg_string_add(out, "\n");
}

static void formats(seg_string *out)
{
    seg_string_add(out, "| format | what is read | files |\n|---|---|---|\n");
    for (size_t i = 0; i < seg_formats_count; i++) {
        const char *const *e = seg_formats[i]->extensions;

        seg_string_printf(out, "| %s | ", seg_formats[i]->name);
        cell(out, seg_formats[i]->summary);
        for (seg_string_add(out, " |"); *e; e++)
            seg_string_printf(out, " `%s`", *e);
        seg_string_add(out, " |\n");
    }
}

/* Subsections of segloss-formats(5). */
static void format_sections(seg_string *out)
{
    for (size_t i = 0; i < seg_formats_count; i++) {
        seg_string_printf(out, ".Ss %s\n", seg_formats[i]->name);
        seg_mdoc_text(out, seg_formats[i]->manual);
    }
}

static void rules(seg_string *out, const char *title, const seg_meaning_rule *rule, size_t n)
{
    seg_string_printf(out, ".Ss %s\n.Bl -tag -width Ds\n", title);
    for (size_t i = 0; i < n; i++) {
        seg_string text = {0};

        seg_string_add(out, ".It ");
        seg_mdoc_word(out, rule[i].found);
        seg_string_add(out, "\n");
        if (rule[i].kind == SEG_MEANS_REFUSED)
            seg_string_add(&text, "Refused.");
        else
            seg_string_printf(&text, "Read as %s.", rule[i].taken);
        if (rule[i].settled)
            seg_string_printf(&text, "\n%s %s.",
                              rule[i].kind == SEG_MEANS_REFUSED ? "Settled by" : "Or else:", rule[i].settled);
        if (text.text)
            seg_mdoc_text(out, text.text);
        seg_string_free(&text);
    }
    seg_string_add(out, ".El\n");
}

static void reading_rules(seg_string *out)
{
    rules(out, "Numbers of a prediction: the first row that fits decides", seg_prediction_rules,
          seg_prediction_rule_count);
    rules(out, "Numbers of a truth: the first row that fits decides", seg_truth_rules, seg_truth_rule_count);
}

typedef struct {
    const char *name;
    void (*write)(seg_string *out);
} part;

static const part TABLES[] = {{"commands", commands},
                              {"losses", losses},
                              {"metrics", metrics},
                              {"conventions", conventions},
                              {"formats", formats}};
static const part SECTIONS[] = {{"reading", reading_rules}, {"formats", format_sections}};

/* Copies `old`, but writes anew what stands between the opening and the closing marker of each part; %s in a marker is
 * the name of the part. */
static void write_parts(seg_string *out, const char *old, const part *parts, size_t n, const char *const marker[2])
{
    while (*old) {
        const char *next = NULL, *end = NULL;
        size_t which = 0;

        for (size_t i = 0; i < n; i++) {
            char begin[64], close[64];
            const char *at;

            snprintf(begin, sizeof begin, marker[0], parts[i].name);
            snprintf(close, sizeof close, marker[1], parts[i].name);
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
        parts[which].write(out);
        old = end;
        seg_string_add_n(out, old, 4); /* "<!--": the search continues behind it */
        old += 4;
    }
    seg_string_add(out, old);
}

void seg_docs_readme(seg_string *out, const char *old)
{
    static const char *const MARKER[2] = {"<!-- %s -->\n", "<!-- end %s -->"};

    write_parts(out, old, TABLES, sizeof TABLES / sizeof *TABLES, MARKER);
}

void seg_docs_formats_page(seg_string *out, const char *old)
{
    static const char *const MARKER[2] = {".\\\" begin %s: written by 'make docs'\n", ".\\\" end %s"};

    write_parts(out, old, SECTIONS, sizeof SECTIONS / sizeof *SECTIONS, MARKER);
}
