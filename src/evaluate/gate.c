/* gate.c - compares means with bounds. */
#include "gate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/text.h"

seg_status seg_gate_read(seg_gate *gate, const char *text, bool under, seg_error *err)
{
    const char *equals = strrchr(text, '='), *open = strchr(text, '['), *close = strrchr(text, ']');
    const char *option = under ? "--fail-under" : "--fail-over";

    *gate = (seg_gate){.text = text, .under = under};
    if (!equals || !seg_read_double(equals + 1, &gate->bound) || equals == text || (open && (!close || close + 1 != equals)))
        return seg_fail(err, SEG_USAGE, "%s '%s' is no bound, something like dsc=0.85 or dsc[liver]=0.9 was wanted", option,
                        text);
    gate->measure = seg_copy(text, (size_t)((open ? open : equals) - text));
    gate->class = open ? seg_copy(open + 1, (size_t)(close - open - 1)) : NULL;
    return gate->measure && (!open || gate->class) ? SEG_OK
                                                   : seg_fail(err, SEG_MEMORY, "not enough memory for %s", option);
}

void seg_gate_free(seg_gate *gate)
{
    free(gate->measure);
    free(gate->class);
    *gate = (seg_gate){0};
}

static bool is_class(const seg_gate *gate, const seg_summary_key *key)
{
    char id[32];

    if (!gate->class)
        return key->aggregate;
    snprintf(id, sizeof id, "%" PRId64, key->class);
    return !key->aggregate && (!strcmp(id, gate->class) || (key->label && seg_same_name(key->label, gate->class)));
}

static const seg_summary_entry *find(const seg_gate *gate, const seg_summary *summary)
{
    for (size_t i = 0; i < summary->n; i++)
        if (seg_same_name(summary->entry[i].key.measure, gate->measure) && is_class(gate, &summary->entry[i].key))
            return &summary->entry[i];
    return NULL;
}

seg_status seg_gate_check(const seg_gate *gate, const seg_summary *summary, bool *kept, seg_string *why, seg_error *err)
{
    const seg_summary_entry *entry = find(gate, summary);
    seg_summary_numbers numbers;
    char mean[SEG_NUMBER_ROOM];
    seg_status st;

    *kept = true;
    if (!entry)
        return seg_fail(err, SEG_USAGE, "%s %s: the report has no such measure%s (see --metric and --loss)",
                        gate->under ? "--fail-under" : "--fail-over", gate->text, gate->class ? " or class" : "");
    st = seg_summary_moments(&numbers, entry, err);
    if (st)
        return st;
    if (!numbers.n && !numbers.infinite) {
        *kept = false;
        seg_string_printf(why, "%s is undefined in all %zu cases, %s was wanted", gate->measure, numbers.undefined,
                          gate->text);
    } else if (!gate->under && numbers.infinite) {
        *kept = false;
        seg_string_printf(why, "%s is infinite in %zu of %zu cases, at most %s was wanted", gate->measure,
                          numbers.infinite, numbers.n + numbers.infinite + numbers.undefined, gate->text);
    } else if (gate->under ? numbers.mean < gate->bound : numbers.mean > gate->bound) {
        *kept = false;
        seg_string_printf(why, "the mean of %s%s%s%s is %s, %s %s was wanted", gate->measure, gate->class ? "[" : "",
                          gate->class ? gate->class : "", gate->class ? "]" : "",
                          seg_number_digits(mean, numbers.mean, 6), gate->under ? "at least" : "at most", gate->text);
    }
    return seg_string_check(why, err);
}
