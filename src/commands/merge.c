/* merge.c - segloss merge: the parts of a sharded run become the report of the whole run, byte for byte. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../base/files.h"
#include "../base/memory.h"
#include "../report/read_lines.h"
#include "command.h"
#include "interrupt.h"
#include "outputs.h"

struct options {
    seg_output_options sinks;
    bool quiet;
};

static const seg_option rows[] = {
    SEG_OUTPUT_ROWS(struct options),
    SEG_POOL_ROWS(struct options),
    {'q', "quiet", SEG_OPTION_SWITCH, offsetof(struct options, quiet), false, NULL, NULL, 0, 0, NULL, "errors only",
     SEG_COMPLETE_NOTHING},
    {.name = NULL},
};

/* One operand. Lines are read twice, and only one of them is in memory at a time; other forms are read whole. */
struct part {
    const char *path;
    bool lines;
    seg_report_file file; /* the whole report, when it is not lines */
};

/* Where a case is. */
struct place {
    const struct part *part; /* NULL: not met yet */
    uint64_t at;             /* its line's first byte, or its index in the file */
};

struct parts {
    size_t n;
    struct part *part;   /* [n] */
    struct place *place; /* [cases] in the order of the whole list */
    size_t cases;
    const seg_report_file *first; /* begins with the case that the others must agree with; NULL: none met yet */
    const char *first_path;
    seg_report_file line;   /* the same, when it is from lines */
    seg_report_lines lines; /* the part that is open */
};

/* ---- the parts, case by case ---- */

/* Whether the file is lines of a sharded run; others are read whole, and what is wrong is said then. */
static bool is_lines(const char *path)
{
    seg_report_lines lines = {0};
    seg_case *c = NULL;
    bool sharded = strcmp(path, "-") && !seg_report_lines_open(&lines, path, 0, NULL) &&
                   !seg_report_lines_next(&lines, &c, NULL) && c && c->shard.parts;

    seg_report_lines_close(&lines);
    return sharded;
}

/* Whether the part is empty, as a task of an array leaves it that has more tasks than cases. No part is an output. */
static seg_status look_at(const char *path, bool *is_empty, seg_error *err)
{
    struct stat about;

    *is_empty = false;
    if (!strcmp(path, "-") || stat(path, &about))
        return SEG_OK;
    *is_empty = S_ISREG(about.st_mode) && !about.st_size;
    return seg_check_input(&about, path, err);
}

/* What is done with each case of a part. */
typedef seg_status visit_fn(struct parts *p, const struct part *part, uint64_t at, seg_report_file *file, seg_case *c,
                            seg_error *err);

static seg_status visit_lines(struct parts *p, struct part *part, visit_fn *visit, seg_error *err)
{
    seg_report_lines *lines = &p->lines;
    seg_status st = seg_report_lines_open(lines, part->path, 0, err);
    seg_case *c = NULL;

    do {
        if (!st)
            st = seg_report_lines_next(lines, &c, err);
        if (!st && c)
            st = visit(p, part, lines->at, &lines->one, c, err);
    } while (!st && c);
    seg_report_lines_close(lines);
    return st;
}

static seg_status visit_file(struct parts *p, struct part *part, visit_fn *visit, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < part->file.n && !st; i++)
        st = visit(p, part, i, &part->file, &part->file.cases[i], err);
    return st;
}

/* One report of a run without shards is all of it: to turn it into other forms. */
static void take_as_whole(seg_report_file *file)
{
    for (size_t k = 0; k < file->n; k++)
        if (!file->cases[k].shard.parts)
            file->cases[k].shard = (seg_case_shard){1, 1, k, file->n, ""};
}

static seg_status open_parts(struct parts *p, const seg_texts *operands, seg_error *err)
{
    seg_status st = seg_alloc(&p->part, operands->n, sizeof *p->part, "the parts", err);

    for (size_t i = 0; i < operands->n && !st; i++) {
        struct part *part = &p->part[i];
        bool is_empty;

        p->n = i + 1;
        part->path = operands->text[i];
        part->lines = is_lines(part->path);
        st = look_at(part->path, &is_empty, err);
        if (!st && !part->lines && !is_empty)
            st = seg_report_read(&part->file, part->path, err);
        if (!st && operands->n == 1)
            take_as_whole(&part->file);
    }
    return st;
}

/* ---- which case is where ---- */

/* Keeps the report that the first case of all stands in; one of lines is taken away from its reader. */
static seg_status take_first(struct parts *p, const struct part *part, seg_report_file *file, seg_error *err)
{
    p->first_path = part->path;
    p->first = part->lines ? &p->line : file;
    if (part->lines) {
        p->line = *file;
        *file = (seg_report_file){0};
    }
    p->cases = p->first->cases[0].shard.cases;
    return seg_alloc(&p->place, p->cases, sizeof *p->place, "the merged cases", err);
}

static seg_status agree(const struct parts *p, const seg_case *c, const char *path, seg_error *err)
{
    const seg_case *first = &p->first->cases[0];

    if (c->shard.parts != first->shard.parts || c->shard.cases != first->shard.cases)
        return seg_fail(err, SEG_MISMATCH,
                        "%s is from a run of %zu cases in %zu parts, %s from one of %zu cases in %zu "
                        "parts",
                        path, c->shard.cases, c->shard.parts, p->first_path, first->shard.cases, first->shard.parts);
    if (strcmp(c->shard.settings, first->shard.settings))
        return seg_fail(err, SEG_MISMATCH, "%s was made with other settings than %s: %s and %s", path, p->first_path,
                        c->shard.settings, first->shard.settings);
    return SEG_OK;
}

static seg_status put(struct parts *p, const struct part *part, uint64_t at, seg_report_file *file, seg_case *c,
                      seg_error *err)
{
    struct place *place;
    seg_status st = SEG_OK;

    if (!c->shard.parts)
        return seg_fail(err, SEG_MISMATCH,
                        "%s: case '%s' is not from a sharded run (merge joins the jsonl or json "
                        "reports of 'segloss eval --shard K/N')",
                        part->path, c->name);
    if (!p->first)
        st = take_first(p, part, file, err);
    if (!st)
        st = agree(p, c, part->path, err);
    if (st)
        return st;
    place = &p->place[c->shard.index];
    if (place->part)
        return seg_fail(err, SEG_MISMATCH, "case '%s' is in %s and in %s (give every part once)", c->name,
                        place->part->path, part->path);
    *place = (struct place){part, at};
    return SEG_OK;
}

static seg_status check_complete(const struct parts *p, seg_error *err)
{
    enum { SHOWN = 8 };
    seg_string list = {0};
    size_t missing = 0;
    seg_status st = SEG_OK;

    for (size_t i = 0; i < p->cases; i++)
        if (!p->place[i].part && missing++ < SHOWN)
            seg_string_printf(&list, "%s%zu (part %zu)", missing > 1 ? ", " : "", i + 1,
                              i % p->first->cases[0].shard.parts + 1);
    if (missing)
        st = seg_fail(err, SEG_MISMATCH,
                      "%zu of %zu cases are missing: number %s%s (run those parts again with --resume)", missing,
                      p->cases, list.text ? list.text : "", missing > SHOWN ? ", ..." : "");
    seg_string_free(&list);
    return st;
}

static seg_status arrange(struct parts *p, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < p->n && !st; i++)
        st = (p->part[i].lines ? visit_lines : visit_file)(p, &p->part[i], put, err);
    if (!st && !p->first)
        st = seg_fail(err, SEG_MISMATCH, "there is no case in any of the %zu parts", p->n);
    return st ? st : check_complete(p, err);
}

/* ---- the whole ---- */

/* Case number i, from where it was met. */
static seg_status fetch(struct parts *p, size_t i, seg_case **c, seg_error *err)
{
    const struct place *place = &p->place[i];
    seg_status st = SEG_OK;

    if (!place->part->lines) {
        *c = &place->part->file.cases[place->at];
        return SEG_OK;
    }
    seg_report_lines_close(&p->lines);
    st = seg_report_lines_open(&p->lines, place->part->path, place->at, err);
    if (!st)
        st = seg_report_lines_next(&p->lines, c, err);
    if (!st && (!*c || (*c)->shard.index != i))
        st = seg_fail(err, SEG_READ, "%s has changed while it was read (merge it when its run has ended)",
                      place->part->path);
    return st;
}

static seg_status write_whole(struct parts *p, const seg_output_options *o, seg_error *err)
{
    seg_outputs sinks = {0};
    size_t failed = 0;
    seg_status st = seg_outputs_open(&sinks, o, p->first->settings, p->first->n_settings, false, err);

    for (size_t i = 0; i < p->cases && !st; i++) {
        seg_case *c = NULL;

        st = fetch(p, i, &c, err);
        if (st)
            break;
        c->shard = (seg_case_shard){0};
        failed += !seg_case_ok(c);
        st = seg_outputs_add(&sinks, c, err);
    }
    if (!st)
        st = seg_outputs_keep(&sinks, err);
    seg_outputs_free(&sinks);
    if (!st && failed)
        st = seg_fail(err, SEG_PARTLY, "%zu of %zu cases failed; the report says why", failed, p->cases);
    return st;
}

static void free_parts(struct parts *p)
{
    for (size_t i = 0; i < p->n; i++)
        seg_report_file_free(&p->part[i].file);
    seg_report_file_free(&p->line);
    seg_report_lines_close(&p->lines);
    free(p->part);
    free(p->place);
}

static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    const struct options *o = values;
    struct parts p = {0};
    seg_status st;

    messages->quiet = o->quiet;
    st = seg_outputs_declare(&o->sinks, err);
    if (!st)
        st = open_parts(&p, operands, err);
    if (!st)
        st = arrange(&p, err);
    if (!st)
        st = write_whole(&p, &o->sinks, err);
    free_parts(&p);
    return st;
}

const seg_command seg_command_merge = {
    .name = "merge",
    .operands = "PART...",
    .summary = "join the parts of a sharded run",
    .description =
        "Joins the jsonl reports that 'segloss eval --shard K/N' wrote into the report of the whole run, in any "
        "form. The result has the same bytes as a run without shards. A single report that is not from a sharded run "
        "is "
        "turned into another form.\n\nA missing or doubled case, and parts "
        "of different runs or settings, are refused.",
    .examples = "segloss merge part*.jsonl -o all.csv\tThe report of the whole run, as CSV\n"
                "segloss merge part*.jsonl --summary-only -f md\tThe summary as a Markdown table",
    .options = rows,
    .size = sizeof(struct options),
    .least = 1,
    .most = 1000000,
    .completes = SEG_COMPLETE_FILE,
    .run = run,
};
