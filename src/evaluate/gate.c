/* gate.c - compares means with bounds. */
#include "gate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/text.h"

/* "pooled" or "liver,pooled" in the brackets. */
static void take_pooled(seg_gate *gate)
{
    static const char POOLED[] = "pooled";
    size_t length = gate->cls ? strlen(gate->cls) : 0, word = sizeof POOLED - 1;

    if (length < word || strcmp(gate->cls + length - word, POOLED) ||
        (length > word && gate->cls[length - word - 1] != ','))
        return;
    gate->pooled = true;
    if (length > word) {
        gate->cls[length - word - 1] = '\0';
        return;
    }
    free(gate->cls);
    gate->cls = NULL;
}

seg_status seg_gate_read(seg_gate *gate, const char *text, bool under, seg_error *err)
{
    const char *equals = strrchr(text, '='), *open = strchr(text, '['), *close = strrchr(text, ']');
    const char *option = under ? "--fail-under" : "--fail-over";

    *gate = (seg_gate){.text = text, .under = under};
    if (!equals || !seg_read_double(equals + 1, &gate->bound) || equals == text || open == text ||
        (open && (!close || close + 1 != equals)))
        return seg_fail(err, SEG_USAGE, "%s '%s' is no bound, something like dsc=0.85 or dsc[liver]=0.9 was wanted",
                        option, text);
    gate->measure = seg_copy(text, (size_t)((open ? open : equals) - text));
    gate->cls = open ? seg_copy(open + 1, (size_t)(close - open - 1)) : NULL;
    if (!gate->measure || (open && !gate->cls))
        return seg_fail(err, SEG_MEMORY, "not enough memory for %s", option);
    take_pooled(gate);
    return SEG_OK;
}

void seg_gate_free(seg_gate *gate)
{
    free(gate->measure);
    free(gate->cls);
    *gate = (seg_gate){0};
}

static bool is_class(const seg_gate *gate, const seg_summary_key *key)
{
    char id[32];

    if (!gate->cls)
        return key->aggregate;
    snprintf(id, sizeof id, "%" PRId64, key->cls);
    return !key->aggregate && (!strcmp(id, gate->cls) || (key->label && seg_same_name(key->label, gate->cls)));
}

static seg_status no_such_measure(const seg_gate *gate, const char *problem, seg_error *err)
{
    return seg_fail(err, SEG_USAGE, "%s %s: %s (see --metric and --loss)", gate->under ? "--fail-under" : "--fail-over",
                    gate->text, problem);
}

/* How well a measure fits the name that was typed: "iou" is a metric before it is a loss, and "dice" a loss before it
 * is another name of the metric dsc. 0: not at all. */
static int fits(const seg_gate *gate, seg_kind kind, const char *measure)
{
    const seg_metric *metric = seg_metric_find(gate->measure);

    if (seg_same_name(measure, gate->measure))
        return kind == SEG_KIND_METRIC ? 3 : 2;
    return kind == SEG_KIND_METRIC && metric && !strcmp(metric->name, measure);
}

static const seg_summary_entry *find(const seg_gate *gate, const seg_summary *summary)
{
    const seg_summary_entry *best = NULL;
    int most = 0;

    for (size_t i = 0; i < summary->n; i++) {
        const seg_summary_key *key = &summary->entry[i].key;
        bool meant = is_class(gate, key) && summary->entry[i].pooled == gate->pooled;
        int fit = meant ? fits(gate, key->kind, key->measure) : 0;

        if (fit > most)
            most = fit, best = &summary->entry[i];
    }
    return best;
}

seg_status seg_gate_foresee(const seg_gate *gate, const seg_plan *plan, seg_error *err)
{
    bool there = false;

    for (size_t i = 0; i < plan->items; i++) {
        const seg_plan_item *item = &plan->item[i];

        there |=
            fits(gate, SEG_KIND_LOSS,
                 item->is_expression ? plan->expression[item->index].name : plan->loss[item->index].loss->name) > 0;
    }
    for (size_t i = 0; i < plan->metrics.n; i++)
        there |= fits(gate, SEG_KIND_METRIC, plan->metrics.job[i].metric->name) > 0;
    return there ? SEG_OK : no_such_measure(gate, "this run computes no such measure", err);
}

/* "dsc[liver]" as in the bound. */
static void add_name(const seg_gate *gate, seg_string *out)
{
    seg_string_add(out, gate->measure);
    if (gate->cls || gate->pooled)
        seg_string_printf(out, "[%s%s%s]", gate->cls ? gate->cls : "", gate->cls && gate->pooled ? "," : "",
                          gate->pooled ? "pooled" : "");
}

static void add_count(seg_string *out, const char **between, size_t n, const char *what)
{
    if (!n)
        return;
    seg_string_printf(out, "%s%s in %zu", *between, what, n);
    *between = ", ";
}

/* "hd95 is undefined in 1, infinite in 2, imputed in 1 of 10 cases, ..." */
static bool lacks_values(const seg_gate *gate, const seg_summary_entry *entry, seg_string *why)
{
    size_t undefined = entry->undefined - entry->absent, imputed = entry->imputed - entry->absent_imputed;
    size_t absent = entry->absent + entry->absent_imputed;
    const char *between = "";

    if (gate->ignore_missing || undefined + imputed + entry->infinite + entry->partial == 0)
        return false;
    add_name(gate, why);
    seg_string_add(why, " is ");
    add_count(why, &between, undefined, "undefined");
    add_count(why, &between, entry->infinite, "infinite");
    add_count(why, &between, imputed, "imputed");
    add_count(why, &between, entry->partial, "a mean that leaves out a class");
    seg_string_printf(why, " of %zu cases", entry->n + entry->undefined + entry->infinite);
    if (absent)
        seg_string_printf(why, " (the class is in neither map of %zu of them, which is no failure)", absent);
    seg_string_printf(why, ", %s was wanted", gate->text);
    return true;
}

static bool within(const seg_gate *gate, const seg_summary_numbers *numbers, seg_string *why)
{
    char mean[SEG_NUMBER_ROOM];

    if (gate->under ? numbers->mean >= gate->bound : numbers->mean <= gate->bound)
        return true;
    seg_string_add(why, gate->pooled ? "the value of " : "the mean of ");
    add_name(gate, why);
    seg_string_printf(why, " is %s, %s %s was wanted", seg_number_digits(mean, numbers->mean, 6),
                      gate->under ? "at least" : "at most", gate->text);
    return false;
}

static bool is_kept(const seg_gate *gate, const seg_summary_entry *entry, const seg_summary_numbers *numbers,
                    seg_string *why)
{
    if (lacks_values(gate, entry, why))
        return false;
    if (!numbers->n && !(gate->ignore_missing && numbers->infinite)) {
        add_name(gate, why);
        seg_string_printf(why, " is undefined in all %zu cases, %s was wanted", numbers->undefined + numbers->infinite,
                          gate->text);
        return false;
    }
    if (!gate->under && numbers->infinite) {
        add_name(gate, why);
        seg_string_printf(why, " is infinite in %zu of %zu cases, at most %s was wanted", numbers->infinite,
                          numbers->n + numbers->infinite + numbers->undefined, gate->text);
        return false;
    }
    return !numbers->n || within(gate, numbers, why);
}

seg_status seg_gate_check(const seg_gate *gate, const seg_summary *summary, bool *kept, seg_string *why, seg_error *err)
{
    const seg_summary_entry *entry = find(gate, summary);
    seg_summary_numbers numbers;
    seg_status st;

    *kept = true;
    if (!entry && gate->pooled)
        return no_such_measure(
            gate, "the report has no such pooled value (--pooled adds those of count-based measures)", err);
    if (!entry)
        return no_such_measure(
            gate, gate->cls ? "the report has no such measure or class" : "the report has no such measure", err);
    st = seg_summary_moments(&numbers, entry, err);
    if (st)
        return st;
    *kept = is_kept(gate, entry, &numbers, why);
    return seg_string_check(why, err);
}
