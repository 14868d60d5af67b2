/* merge.c - segloss merge: the parts of a sharded run become the report of the whole run, byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../results/read_report.h"
#include "command.h"
#include "interrupt.h"
#include "sinks.h"

struct options {
    seg_sink_options sinks;
    bool quiet;
};

static const seg_option rows[] = {
    SEG_SINK_ROWS(struct options),
    {'q', "quiet", SEG_OPTION_SWITCH, offsetof(struct options, quiet), false, NULL, NULL, 0, 0, NULL,
     "errors only", SEG_COMPLETE_NOTHING},
    {.name = NULL},
};

struct parts {
    size_t n;
    const char *const *path;
    seg_report_file *file;   /* [n] */
    seg_case **place;        /* [cases] each case at its place in the whole list */
    const char **from;       /* [cases] the part it comes from */
    size_t cases;
};

/* One report of a run without shards is all of it: to turn it into other forms. */
static void take_as_whole(seg_report_file *file)
{
    for (size_t k = 0; k < file->n; k++)
        if (!file->cases[k].shard.parts)
            file->cases[k].shard = (seg_case_shard){1, 1, k, file->n, ""};
}

static seg_status read_parts(struct parts *p, const seg_texts *operands, seg_error *err)
{
    seg_status st = seg_alloc(&p->file, operands->n, sizeof *p->file, "the parts", err);

    p->path = operands->text;
    for (size_t i = 0; i < operands->n && !st; i++) {
        p->n = i + 1;
        st = seg_report_read(&p->file[i], operands->text[i], false, err);
        if (!st && operands->n == 1)
            take_as_whole(&p->file[i]);
        for (size_t k = 0; !st && k < p->file[i].n; k++)
            if (!p->file[i].cases[k].shard.parts)
                st = seg_fail(err, SEG_MISMATCH, "%s: case '%s' is not from a sharded run (merge joins the jsonl or json "
                              "reports of 'segloss eval --shard K/N')", p->path[i], p->file[i].cases[k].name);
    }
    return st;
}

/* The first case of all parts says what the others must agree with. */
static const seg_case *first_case(const struct parts *p, const char **path)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->file[i].n) {
            *path = p->path[i];
            return &p->file[i].cases[0];
        }
    return NULL;
}

static seg_status agree(const seg_case *first, const char *first_path, const seg_case *c, const char *path,
                        seg_error *err)
{
    if (c->shard.parts != first->shard.parts || c->shard.cases != first->shard.cases)
        return seg_fail(err, SEG_MISMATCH, "%s is from a run of %zu cases in %zu parts, %s from one of %zu cases in %zu "
                        "parts", path, c->shard.cases, c->shard.parts, first_path, first->shard.cases,
                        first->shard.parts);
    if (strcmp(c->shard.settings, first->shard.settings))
        return seg_fail(err, SEG_MISMATCH, "%s was made with other settings than %s: %s and %s", path, first_path,
                        c->shard.settings, first->shard.settings);
    return SEG_OK;
}

static seg_status put(struct parts *p, seg_case *c, const char *path, seg_error *err)
{
    seg_case **place = &p->place[c->shard.index];

    if (*place)
        return seg_fail(err, SEG_MISMATCH, "case '%s' is in %s and in %s (give every part once)", c->name,
                        p->from[c->shard.index], path);
    *place = c;
    p->from[c->shard.index] = path;
    return SEG_OK;
}

static seg_status check_complete(const struct parts *p, const seg_case *first, seg_error *err)
{
    enum { SHOWN = 8 };
    seg_string list = {0};
    size_t missing = 0;
    seg_status st = SEG_OK;

    for (size_t i = 0; i < p->cases; i++)
        if (!p->place[i] && missing++ < SHOWN)
            seg_string_printf(&list, "%s%zu (part %zu)", missing > 1 ? ", " : "", i + 1,
                              i % first->shard.parts + 1);
    if (missing)
        st = seg_fail(err, SEG_MISMATCH, "%zu of %zu cases are missing: number %s%s (run those parts again with --resume)",
                      missing, p->cases, list.text ? list.text : "", missing > SHOWN ? ", ..." : "");
    seg_string_free(&list);
    return st;
}

static seg_status arrange(struct parts *p, seg_error *err)
{
    const char *first_path = "";
    const seg_case *first = first_case(p, &first_path);
    seg_status st;

    if (!first)
        return seg_fail(err, SEG_MISMATCH, "there is no case in any of the %zu parts", p->n);
    p->cases = first->shard.cases;
    st = seg_alloc(&p->place, p->cases, sizeof *p->place, "the merged cases", err);
    if (!st)
        st = seg_alloc(&p->from, p->cases, sizeof *p->from, "the merged cases", err);
    for (size_t i = 0; i < p->n && !st; i++)
        for (size_t k = 0; k < p->file[i].n && !st; k++) {
            st = agree(first, first_path, &p->file[i].cases[k], p->path[i], err);
            if (!st)
                st = put(p, &p->file[i].cases[k], p->path[i], err);
        }
    return st ? st : check_complete(p, first, err);
}

static const seg_report_file *file_with_settings(const struct parts *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->file[i].n)
            return &p->file[i];
    return &p->file[0];
}

static seg_status write_whole(const struct parts *p, const seg_sink_options *o, seg_error *err)
{
    const seg_report_file *with = file_with_settings(p);
    seg_sinks sinks = {0};
    size_t failed = 0;
    seg_status st = seg_sinks_open(&sinks, o, with->settings, with->n_settings, false, 0, err);

    for (size_t i = 0; i < p->cases && !st; i++) {
        p->place[i]->shard = (seg_case_shard){0};
        failed += !seg_case_ok(p->place[i]);
        st = seg_sinks_add(&sinks, p->place[i], err);
    }
    if (!st)
        st = seg_sinks_keep(&sinks, err);
    seg_sinks_free(&sinks);
    if (!st && failed)
        st = seg_fail(err, SEG_PARTLY, "%zu of %zu cases failed; the report says why", failed, p->cases);
    return st;
}

static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    const struct options *o = values;
    struct parts p = {0};
    seg_status st;

    messages->quiet = o->quiet;
    seg_interrupt_watch(false);
    st = read_parts(&p, operands, err);
    if (!st)
        st = arrange(&p, err);
    if (!st)
        st = write_whole(&p, &o->sinks, err);
    for (size_t i = 0; i < p.n; i++)
        seg_report_file_free(&p.file[i]);
    free(p.file);
    free(p.place);
    free(p.from);
    return st;
}

const seg_command seg_command_merge = {
    .name = "merge",
    .operands = "PART...",
    .summary = "join the parts of a sharded run",
    .description = "Joins the jsonl reports that 'segloss eval --shard K/N' wrote into the report of the whole run, in any "
                   "form. The result has the same bytes as a run without shards. A single report that is not from a sharded run is "
                   "turned into another form.\n\nA missing or doubled case, and parts "
                   "of different runs or settings, are refused.",
    .examples = "segloss merge part*.jsonl -o all.csv\t\n"
                "segloss merge part*.jsonl --summary-only -f md\tThe summary as a Markdown table",
    .options = rows,
    .size = sizeof(struct options),
    .least = 1,
    .most = 1000000,
    .completes = SEG_COMPLETE_FILE,
    .run = run,
};
