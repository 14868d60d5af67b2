/* outputs.c - opens, feeds and closes the reports of a run. */
#include "outputs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/files.h"
#include "../base/memory.h"
#include "../cli/messages.h"
#include "../cli/terminal.h"
#include "../evaluate/confusion.h"
#include "../metrics/metric.h"
#include "../report/overwrite_guard.h"

const char *const seg_normalise_words[] = {"none", "row", NULL};
const char *const seg_colour_words[] = {"auto", "always", "never", NULL};

static seg_status find_format(const seg_output_options *o, const char *path, const seg_report_format **format,
                              seg_error *err)
{
    const char *near;

    *format = path ? seg_report_format_of_path(path) : NULL;
    if (o->format && !(o->outputs.n > 1 && *format)) {
        *format = seg_report_format_find(o->format);
        near = *format ? NULL : seg_report_format_nearest(o->format);
        if (!*format)
            return near ? seg_fail(err, SEG_USAGE, "there is no format '%s' (did you mean '%s'?)", o->format, near)
                        : seg_fail(err, SEG_USAGE, "there is no format '%s' (see 'segloss list formats')", o->format);
    }
    if (!*format && path && seg_path_ending(path))
        return seg_fail(err, SEG_USAGE,
                        "%s: no form of report ends in .%s (csv, tsv, json, jsonl, md, tex or txt was "
                        "wanted, or say --format)",
                        path, seg_path_ending(path));
    if (!*format)
        *format = seg_report_format_find(!path && isatty(STDOUT_FILENO) ? "table" : "csv");
    return SEG_OK;
}

static const char *output_path(const seg_output_options *o, size_t i)
{
    const char *path = i < o->outputs.n ? o->outputs.text[i] : NULL;

    return path && strcmp(path, "-") ? path : NULL;
}

static const char *setting_of(const seg_setting *settings, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(settings[i].name, name))
            return settings[i].value;
    }
    return NULL;
}

static seg_absent_rules rules_of(const seg_setting *settings, size_t n)
{
    const char *convention = setting_of(settings, n, "convention"), *empty = setting_of(settings, n, "empty");
    int found = convention ? seg_convention_find(convention) : 0;
    seg_absent_rules rules = {found < 0 ? 0 : found, SEG_EMPTY_NA};

    for (int i = 0; empty && seg_empty_words[i]; i++) {
        if (!strcmp(seg_empty_words[i], empty))
            rules.empty = (seg_empty_policy)i;
    }
    return rules;
}

/* Which direction of a measure is good. */
static int better(seg_kind kind, const char *measure)
{
    const seg_metric *metric = kind == SEG_KIND_METRIC ? seg_metric_find(measure) : NULL;

    return metric ? metric->better : kind == SEG_KIND_LOSS ? -1 : 0;
}

static seg_status pool_rows(void *context, seg_summary *summary, seg_error *err)
{
    return seg_pool_rows(context, summary, err);
}

static void begin_pool(seg_outputs *sinks, const seg_output_options *o, const seg_setting *settings, size_t n)
{
    const char *classes = setting_of(settings, n, "classes");

    sinks->pool = (seg_pool){.convention = sinks->rules.convention, .listed = classes && *classes};
    sinks->pooling = (seg_pool_callback){&sinks->pool, pool_rows};
    sinks->pooled = o->pooled;
    sinks->confusion = o->confusion;
    sinks->reliability = o->reliability;
    sinks->normalise = o->normalise;
}

static seg_status open_sink(seg_output_target *s, const seg_output_options *o, const seg_outputs *sinks,
                            const seg_setting *settings, size_t n_settings, bool growing, seg_error *err)
{
    seg_report_style style = {.settings = settings,
                              .n_settings = n_settings,
                              .digits = o->digits,
                              .no_header = o->no_header,
                              .na = o->na,
                              .summary_only = o->summary_only,
                              .keep_summary = o->gated,
                              .watch = o->watch,
                              .title = o->title,
                              .command = o->line,
                              .pictures = o->pictures,
                              .better = better,
                              .absent = &sinks->absent,
                              .pool = sinks->pooled ? &sinks->pooling : NULL,
                              .colour = !s->path && seg_want_colour(o->colour, STDOUT_FILENO),
                              .width = !s->path && isatty(STDOUT_FILENO) ? seg_terminal_columns() : 0};
    const seg_report_format *format = NULL;
    seg_status st = seg_guard_image(s->path, err);

    if (!st)
        st = find_format(o, s->path, &format, err);
    if (st)
        return st;
    st = seg_output_open(&s->output, s->path, growing ? SEG_OUTPUT_LINES : SEG_OUTPUT_WHOLE, err);
    if (st)
        return st;
    return seg_report_begin(&s->report, format, &style, &s->output, err);
}

/* ---- the table of objects ---- */

seg_line_format seg_outputs_object_format(const seg_output_options *o)
{
    const char *ending = o->object_table ? seg_path_ending(o->object_table) : NULL;

    if (!o->object_table)
        return SEG_LINES_NONE;
    return ending && !strcmp(ending, "tsv")     ? SEG_LINES_TSV
           : ending && !strcmp(ending, "jsonl") ? SEG_LINES_JSONL
                                                : SEG_LINES_CSV;
}

static bool writes_to_stdout(const seg_output_options *o)
{
    bool any = !o->outputs.n;

    for (size_t i = 0; i < o->outputs.n; i++)
        any |= !output_path(o, i);
    return any;
}

static seg_status open_objects(seg_outputs *sinks, const seg_output_options *o, seg_error *err)
{
    const char *path = strcmp(o->object_table, "-") ? o->object_table : NULL;
    seg_string header = {0};
    seg_status st = path ? seg_guard_image(path, err) : SEG_OK;

    if (!path && writes_to_stdout(o))
        return seg_fail(err, SEG_USAGE, "--object-table - and the report both go to stdout (give one of them a file)");
    if (!st)
        st = seg_output_open(&sinks->objects, path, SEG_OUTPUT_WHOLE, err);
    if (st)
        return st;
    sinks->has_objects = true;
    seg_object_header(&header, seg_outputs_object_format(o));
    st = seg_string_check(&header, err);
    if (!st && header.length)
        st = seg_output_write(&sinks->objects, header.text, header.length, err);
    seg_string_free(&header);
    return st;
}

seg_status seg_outputs_declare(const seg_output_options *o, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < o->outputs.n && !st; i++)
        st = seg_declare_output(o->outputs.text[i], err);
    if (!st && o->object_table)
        st = seg_declare_output(o->object_table, err);
    if (!st && o->reliability)
        st = seg_declare_output(o->reliability, err);
    return st || !o->confusion ? st : seg_declare_output(o->confusion, err);
}

seg_status seg_outputs_open(seg_outputs *sinks, const seg_output_options *o, const seg_setting *settings,
                            size_t n_settings, bool growing, seg_error *err)
{
    size_t n = o->none ? 0 : o->outputs.n ? o->outputs.n : 1;
    seg_status st = seg_alloc(&sinks->sink, n, sizeof *sinks->sink, "reports", err);
    const char *line_by_line = growing ? seg_outputs_growing(o) : NULL;

    sinks->watch = o->watch;
    sinks->rules = rules_of(settings, n_settings);
    sinks->absent = (seg_absent_values){&sinks->rules, seg_absent_value};
    begin_pool(sinks, o, settings, n_settings);
    for (size_t i = 0; i < n && !st; i++) {
        sinks->n = i + 1;
        sinks->sink[i].path = output_path(o, i);
        st = open_sink(&sinks->sink[i], o, sinks, settings, n_settings,
                       line_by_line && sinks->sink[i].path == line_by_line, err);
    }
    return !st && o->object_table ? open_objects(sinks, o, err) : st;
}

static seg_status pool_case(seg_outputs *sinks, const seg_case *c, seg_error *err)
{
    return sinks->pooled || sinks->confusion ? seg_pool_add(&sinks->pool, c, err) : SEG_OK;
}

seg_status seg_outputs_add(seg_outputs *sinks, const seg_case *c, seg_error *err)
{
    const seg_watch *watch = sinks->watch;
    seg_status st = seg_check_outputs(err);

    if (!st && watch)
        st = watch->add(watch->context, c, err);
    if (!st)
        st = pool_case(sinks, c, err);
    for (size_t i = 0; i < sinks->n && !st; i++)
        st = seg_report_add(&sinks->sink[i].report, c, err);
    if (!st && sinks->reliability)
        st = seg_reliability_add(&sinks->bins, c, err);
    if (!st && sinks->has_objects && c->objects.length)
        st = seg_output_write(&sinks->objects, c->objects.text, c->objects.length, err);
    return st;
}

seg_status seg_outputs_count(seg_outputs *sinks, const seg_case *c, seg_error *err)
{
    seg_status st = pool_case(sinks, c, err);

    for (size_t i = 0; i < sinks->n && !st; i++)
        st = seg_report_count(&sinks->sink[i].report, c, err);
    return st;
}

static seg_status write_confusion(seg_outputs *sinks, seg_error *err)
{
    const char *ending = seg_path_ending(sinks->confusion);
    seg_output output = {0};
    seg_string text = {0};
    seg_status st = ending && seg_same_name(ending, "svg")
                        ? seg_confusion_picture(&sinks->pool, &text, err)
                        : seg_confusion_table(&sinks->pool, sinks->normalise == 1, &text, err);

    if (!st)
        st = seg_string_check(&text, err);
    if (!st)
        st = seg_output_open(&output, sinks->confusion, SEG_OUTPUT_WHOLE, err);
    if (!st)
        st = seg_output_write(&output, text.text ? text.text : "", text.length, err);
    if (!st)
        st = seg_output_keep(&output, err);
    seg_output_free(&output);
    seg_string_free(&text);
    return st;
}

static seg_status write_reliability(const seg_outputs *sinks, seg_error *err)
{
    seg_output output = {0};
    seg_string text = {0};
    seg_status st = seg_reliability_table(&sinks->bins, &text, err);

    if (!st)
        st = seg_output_open(&output, strcmp(sinks->reliability, "-") ? sinks->reliability : NULL, SEG_OUTPUT_WHOLE,
                             err);
    if (!st)
        st = seg_output_write(&output, text.text, text.length, err);
    if (!st)
        st = seg_output_keep(&output, err);
    seg_output_free(&output);
    seg_string_free(&text);
    return st;
}

seg_status seg_outputs_keep(seg_outputs *sinks, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < sinks->n && !st; i++)
        st = seg_report_end(&sinks->sink[i].report, err);
    for (size_t i = 0; i < sinks->n && !st; i++)
        st = seg_output_keep(&sinks->sink[i].output, err);
    if (!st && sinks->confusion)
        st = write_confusion(sinks, err);
    if (!st && sinks->reliability)
        st = write_reliability(sinks, err);
    if (!st && sinks->has_objects)
        st = seg_output_keep(&sinks->objects, err);
    return st;
}

bool seg_outputs_closed(const seg_outputs *sinks)
{
    return sinks->n == 1 && sinks->sink[0].output.closed;
}

void seg_outputs_free(seg_outputs *sinks)
{
    for (size_t i = 0; i < sinks->n; i++) {
        seg_report_free(&sinks->sink[i].report);
        seg_output_free(&sinks->sink[i].output);
    }
    free(sinks->sink);
    seg_pool_free(&sinks->pool);
    seg_reliability_free(&sinks->bins);
    if (sinks->has_objects)
        seg_output_free(&sinks->objects);
    *sinks = (seg_outputs){0};
}

bool seg_outputs_table(const seg_output_options *o)
{
    const seg_report_format *format = NULL;

    for (size_t i = 0; i < o->outputs.n || !i; i++)
        if (!find_format(o, output_path(o, i), &format, NULL) && !strcmp(format->name, "table"))
            return true;
    return false;
}

bool seg_outputs_draw(const seg_output_options *o)
{
    const seg_report_format *format = NULL;

    for (size_t i = 0; i < o->outputs.n || !i; i++)
        if (!find_format(o, output_path(o, i), &format, NULL) && seg_report_format_draws(format))
            return true;
    return false;
}

static bool is_file(const char *path)
{
    struct stat about;

    return stat(path, &about) || S_ISREG(about.st_mode);
}

const char *seg_outputs_growing(const seg_output_options *o)
{
    for (size_t i = 0; i < o->outputs.n; i++) {
        const seg_report_format *format = NULL;
        const char *path = output_path(o, i);

        if (path && !find_format(o, path, &format, NULL) && !strcmp(format->name, "jsonl") && is_file(path))
            return path;
    }
    return NULL;
}
