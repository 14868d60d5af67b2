/* batch.c - many pairs: their list, resuming, progress, results. */
#include "batch.h"

#include <stdlib.h>
#include <string.h>

#include "../base/files.h"
#include "../base/memory.h"
#include "../evaluate/case_list.h"
#include "../evaluate/gate.h"
#include "../evaluate/resume.h"
#include "../evaluate/run_kind.h"
#include "../evaluate/shard.h"
#include "../report/overwrite_guard.h"
#include "../report/read_lines.h"
#include "interrupt.h"

struct batch {
    const seg_eval_options *o;
    const seg_messages *messages;
    seg_outputs sinks;
    seg_progress progress;
    seg_pairings pairings;
    seg_pair_list *list;
    seg_shard shard;
    size_t total;           /* cases of the whole list; 0: not known */
    const char *growing;    /* the jsonl file that grows line by line, or NULL */
    seg_report_lines lines; /* reads its finished cases again */
    size_t skipped;
    seg_resume record;
    size_t cases, failed;
    bool gone; /* stdout is a closed pipe */
};

/* ---- gates ---- */

static seg_status check_gates(const seg_texts *texts, bool under, bool ignore, seg_outputs *sinks,
                              const seg_messages *messages, bool *kept, seg_error *err)
{
    seg_status st = texts->n ? seg_report_sum(&sinks->sink[0].report, err) : SEG_OK;

    for (size_t i = 0; i < texts->n && !st; i++) {
        seg_string why = {0};
        seg_gate gate;
        bool good = true;

        st = seg_gate_read(&gate, texts->text[i], under, err);
        gate.ignore_missing = ignore;
        if (!st)
            st = seg_gate_check(&gate, &sinks->sink[0].report.summary, &good, &why, err);
        if (!st && !good) {
            seg_error unmet = {0};

            seg_fail(&unmet, SEG_PARTLY, "%s", why.text);
            seg_message_error(messages, &unmet);
            *kept = false;
        }
        seg_gate_free(&gate);
        seg_string_free(&why);
    }
    return st;
}

seg_status seg_eval_gates(const seg_eval_options *o, seg_outputs *sinks, const seg_messages *messages, bool *kept,
                          seg_error *err)
{
    bool ignore = o->gate_missing == 1;
    seg_status st = check_gates(&o->fail_under, true, ignore, sinks, messages, kept, err);

    return st ? st : check_gates(&o->fail_over, false, ignore, sinks, messages, kept, err);
}

/* ---- the list of pairs ---- */

/* A shard says in every line how many cases there are in all, so its list is read before the work begins. */
static seg_status read_whole_list(struct batch *b, seg_error *err)
{
    bool more = true;
    seg_status st = SEG_OK;

    while (!st && more) {
        st = seg_grow(&b->pairings.pairing, &b->pairings.room, b->pairings.n + 1, sizeof *b->pairings.pairing,
                      "the list of cases", err);
        if (!st)
            st = seg_pair_list_next(b->list, &b->pairings.pairing[b->pairings.n], &more, err);
        if (!st && more)
            b->pairings.n++;
    }
    seg_pair_list_close(b->list);
    b->list = NULL;
    b->total = b->pairings.n;
    return st;
}

static size_t own_cases(const struct batch *b)
{
    if (!b->shard.parts)
        return b->total;
    return b->total / b->shard.parts + (b->shard.part < b->total % b->shard.parts);
}

/* ---- resuming ---- */

/* A report that an interrupted run left is refused with the two ways out. */
static seg_status open_record(struct batch *b, const char *settings, seg_error *err)
{
    seg_status st = seg_resume_open(&b->record, b->growing, settings, b->o->resume, err);

    if (st == SEG_WRITE && !b->o->resume && b->record.lines)
        return seg_fail(err, st,
                        "%s holds %zu finished cases of a run that was interrupted (--resume does the rest; remove the "
                        "file to begin anew)",
                        b->growing, b->record.lines);
    if (!st && b->o->resume && b->record.lines > b->record.cases)
        seg_warn(&b->messages->notes,
                 "%s: %zu finished cases are kept, %zu that its record does not confirm are scored again", b->growing,
                 b->record.cases, b->record.lines - b->record.cases);
    return st;
}

static seg_status settings_line(const struct batch *b, const seg_settings *settings, seg_string *line, seg_error *err)
{
    seg_settings_line(settings, line);
    if (b->shard.parts && !line->failed) {
        line->length--; /* the newline */
        seg_string_printf(line, ";shard=%zu/%zu\n", b->shard.part + 1, b->shard.parts);
    }
    return seg_string_check(line, err);
}

/* Finds out what an earlier run has finished. Nothing is written yet. */
static seg_status take_up(struct batch *b, const seg_settings *settings, seg_error *err)
{
    seg_string line = {0};
    seg_status st = SEG_OK;

    b->growing = b->o->sinks.watch ? NULL : seg_outputs_growing(&b->o->sinks);
    if (b->o->resume && (!b->growing || b->o->sinks.outputs.n > 1))
        return seg_fail(err, SEG_USAGE,
                        "--resume needs one report that grows line by line: -o FILE.jsonl (turn it into "
                        "other forms with 'segloss merge')");
    if (b->growing)
        st = settings_line(b, settings, &line, err);
    if (!st && b->growing)
        st = seg_guard_image(b->growing, err);
    if (!st && b->growing)
        st = open_record(b, line.text, err);
    if (!st && b->record.cases)
        st = seg_report_lines_open(&b->lines, b->growing, 0, err);
    seg_string_free(&line);
    return st;
}

static seg_status skipped(void *context, const seg_pairing *pairing, seg_stamp prediction, seg_stamp truth,
                          seg_error *err)
{
    struct batch *b = context;
    seg_case *c = NULL;
    seg_status st = seg_resume_check(&b->record, pairing, prediction, truth, err);

    if (!st)
        st = seg_report_lines_next(&b->lines, &c, err);
    if (st)
        return st;
    b->skipped++;
    b->cases++;
    b->failed += !seg_case_ok(c);
    return seg_outputs_count(&b->sinks, c, err);
}

/* ---- a finished case ---- */

static seg_status done(void *context, const seg_batch_case *finished, seg_error *err)
{
    struct batch *b = context;
    seg_status st = SEG_OK;

    b->cases++;
    b->failed += finished->status != SEG_OK;
    seg_progress_end(&b->progress); /* the next output may go to the same terminal */
    if (finished->status)
        seg_message_warn(b->messages, "case %s failed: %s", finished->scored->name,
                         finished->scored->message ? finished->scored->message : "");
    if (b->shard.parts)
        finished->scored->shard = (seg_case_shard){b->shard.part + 1, b->shard.parts, finished->index, b->total, NULL};
    st = seg_check_outputs(err);
    if (!st && b->growing)
        st = seg_resume_begin(&b->record, err);
    if (!st)
        st = seg_outputs_add(&b->sinks, finished->scored, err);
    if (!st && b->growing)
        st = seg_resume_add(&b->record, finished->scored->name, finished->prediction, finished->truth, err);
    seg_progress_at(&b->progress, b->cases, b->failed);
    b->gone = !st && seg_outputs_closed(&b->sinks);
    return b->gone ? SEG_STOPPED : st;
}

static seg_status score_all(struct batch *b, const seg_scoring *scoring, seg_batch_result *result, seg_error *err)
{
    seg_batch batch = {.scoring = scoring,
                       .pairings = &b->pairings,
                       .list = b->list,
                       .shard = b->shard.part,
                       .shards = b->shard.parts,
                       .skip = b->record.cases,
                       .stop_on_error = b->o->stop_on_error,
                       .stop = seg_interrupt_flag(),
                       .notes = &b->messages->notes,
                       .context = b,
                       .skipped = skipped,
                       .done = done};
    seg_status st;

    seg_interrupt_watch(b->growing != NULL,
                        "segloss: stopped by a signal: nothing was kept (a report -o FILE.jsonl keeps "
                        "its finished cases, and --resume does the rest)\n");
    seg_progress_begin(&b->progress, (seg_progress_when)b->o->progress, b->messages->quiet, "cases", own_cases(b));
    st = seg_batch_run(&batch, result, err);
    seg_progress_end(&b->progress);
    if (!st && !result->stopped && b->skipped < b->record.cases)
        st = seg_fail(err, SEG_MISMATCH,
                      "%s holds %zu cases, but the list has only %zu (remove the report to begin anew, "
                      "or write elsewhere)",
                      b->growing, b->record.cases, b->skipped);
    return st;
}

static seg_status conclude(struct batch *b, const seg_batch_result *result, seg_error *err)
{
    bool kept = true;
    seg_status st, gates = SEG_OK;

    if (result->stopped)
        return seg_fail(err, (seg_status)seg_interrupt_code(),
                        "stopped; %s keeps its %zu finished cases (--resume does the rest)", b->growing,
                        b->cases > b->record.cases ? b->cases : b->record.cases);
    if (!b->cases && !b->total)
        return seg_fail(err, SEG_USAGE, "there is no case to score: the list is empty");
    if (!b->cases) /* an array of more tasks than cases: nothing is wrong */
        seg_warn(&b->messages->notes, "part %zu of %zu has no case, there are only %zu", b->shard.part + 1,
                 b->shard.parts, b->total);
    else /* a gate that cannot be judged does not cost the report */
        gates = seg_eval_gates(b->o, &b->sinks, b->messages, &kept, err);
    st = seg_outputs_keep(&b->sinks, err);
    if (!st && b->growing)
        st = seg_resume_end(&b->record, b->o->resume, err);
    st = st ? st : gates;
    if (st)
        return st;
    if (b->failed)
        return seg_fail(err, SEG_PARTLY, "%zu of %zu cases failed; the report says why", b->failed, b->cases);
    return kept ? SEG_OK : SEG_PARTLY;
}

/* A list in a file is read whole: its kind is decided before the first case is scored. A pipe is scored as it comes. */
static bool is_whole_list(const struct batch *b)
{
    return b->list && (b->shard.parts || strcmp(b->o->pairs, "-") != 0);
}

/* What the numbers of all cases mean: the kind of the run, and frames as cases. */
static seg_status decide_kind(struct batch *b, seg_scoring *scoring, seg_settings *settings, seg_error *err)
{
    seg_run_reading run = {0};
    seg_status st = SEG_OK;

    if (!b->list)
        st = seg_run_decide(&run, &scoring->reading, &b->pairings, err);
    scoring->reading.run = run.kind;
    if (!st)
        st = seg_settings_reading(settings, &run, err);
    if (!st && run.series)
        st = seg_case_list_expand(&b->pairings, &scoring->reading, &b->messages->notes, err);
    b->total = b->list ? 0 : b->pairings.n;
    seg_run_free(&run);
    return st;
}

static seg_status open_list(struct batch *b, seg_pairings *pairings, seg_error *err)
{
    seg_status st;

    if (pairings) {
        b->pairings = *pairings;
        *pairings = (seg_pairings){0};
        return SEG_OK;
    }
    st = seg_pair_list_open(&b->list, b->o->pairs, b->o->nul, err);
    return st || !is_whole_list(b) ? st : read_whole_list(b, err);
}

seg_status seg_eval_batch(const seg_eval_options *o, seg_scoring *scoring, seg_settings *settings,
                          seg_pairings *pairings, const seg_messages *messages, seg_error *err)
{
    struct batch b = {.o = o, .messages = messages, .record = {.fd = -1, .lock = -1}};
    seg_batch_result result = {0};
    seg_status st = SEG_OK;

    if (o->shard)
        st = seg_shard_read(&b.shard, o->shard, &messages->notes, err);
    if (!st)
        st = open_list(&b, pairings, err);
    if (!st)
        st = decide_kind(&b, scoring, settings, err);
    if (!st)
        st = take_up(&b, settings, err);
    if (!st)
        st = seg_outputs_open(&b.sinks, &o->sinks, settings->setting, settings->n, b.growing != NULL, err);
    if (!st)
        st = score_all(&b, scoring, &result, err);
    if (b.gone) /* `| head`: the remaining results could not be written */
        st = SEG_OK;
    else if (!st)
        st = conclude(&b, &result, err);
    seg_outputs_free(&b.sinks);
    seg_resume_close(&b.record);
    seg_report_lines_close(&b.lines);
    seg_pair_list_close(b.list);
    seg_pairings_free(&b.pairings);
    return st;
}
