/* stage_times.c - adds up the times of stages as they come in, from any thread. */
#include "stage_times.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static size_t find(seg_stage_times *s, const char *name)
{
    size_t i = 0;

    while (i < s->n && strcmp(s->stage[i].name, name))
        i++;
    if (i == s->n && i < SEG_STAGES)
        snprintf(s->stage[s->n++].name, sizeof s->stage[i].name, "%s", name);
    return i;
}

static void took(void *context, const char *kind, const char *name, double seconds)
{
    seg_stage_times *s = context;
    char both[sizeof s->stage->name];
    size_t i;

    snprintf(both, sizeof both, "%s%s%s", kind, *name ? " " : "", name);
    while (atomic_flag_test_and_set(&s->busy))
        ; /* held for some nanoseconds, a few times per case */
    i = find(s, both);
    if (i < SEG_STAGES) {
        s->stage[i].seconds += seconds;
        s->stage[i].times++;
    }
    atomic_flag_clear(&s->busy);
}

void seg_stages_begin(seg_stage_times *stages)
{
    *stages = (seg_stage_times){.timing = {took, stages}, .begun = seg_seconds()};
    atomic_flag_clear(&stages->busy);
}

void seg_stages_print(const seg_stage_times *stages, const seg_messages *messages)
{
    struct rusage used = {0};

    if (messages->verbose < 2)
        return;
    for (size_t i = 0; i < stages->n; i++)
        seg_message_info(messages, 2, "time: %s %.2f ms%s", stages->stage[i].name, 1e3 * stages->stage[i].seconds,
                         stages->stage[i].times > 1 ? " (added up)" : "");
    seg_message_info(messages, 2, "time: everything %.2f ms", 1e3 * (seg_seconds() - stages->begun));
    if (!getrusage(RUSAGE_SELF, &used))
        seg_message_info(messages, 2, "memory: %.1f MB at most", (double)used.ru_maxrss / 1024);
}
