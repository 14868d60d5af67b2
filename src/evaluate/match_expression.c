/* match_expression.c - measures an expression with its repetitions written out. */
#include "match_expression.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LENGTH = 1000, MOST_WRITTEN_OUT = 5000 };

typedef struct {
    size_t before; /* of the group that is open, without its last element */
    size_t last;   /* the last element */
} length;

/* Behind the ']' of a bracket expression, whose first character may be a ']'. */
static const char *behind_bracket(const char *at)
{
    at += at[1] == '^' ? 2 : 1;
    at += *at == ']';
    while (*at && *at != ']') {
        char kind = at[1];
        const char *end = *at == '[' && kind && strchr(".:=", kind) ? strstr(at + 2, (char[]){kind, ']', 0}) : NULL;

        at = end ? end + 2 : at + 1;
    }
    return *at ? at + 1 : at;
}

/* The number of times that "{2,5}" repeats at most; *at moves behind it. */
static size_t repetitions(const char **at)
{
    size_t most = 1;
    const char *c = *at + 1;

    for (; *c && *c != '}'; c++)
        if (isdigit((unsigned char)*c)) {
            char *end;
            size_t n = strtoul(c, &end, 10);

            most = n > most ? n : most;
            c = end - 1;
        }
    *at = *c ? c + 1 : c;
    return most;
}

static size_t bounded(size_t n)
{
    return n > MOST_WRITTEN_OUT ? MOST_WRITTEN_OUT + 1 : n;
}

static void add_element(length *group, size_t n)
{
    group->before = bounded(group->before + group->last);
    group->last = n;
}

static size_t written_out(const char *at)
{
    length open[MOST_LENGTH + 1] = {{0, 0}};
    size_t depth = 0;

    while (*at) {
        length *group = &open[depth];

        if (*at == '(') {
            open[++depth] = (length){0, 0};
        } else if (*at == ')' && depth) {
            depth--;
            add_element(&open[depth], bounded(group->before + group->last + 1));
        } else if (*at == '{') {
            group->last = bounded(group->last * bounded(repetitions(&at)));
            continue;
        } else if (*at == '[') {
            add_element(group, 1);
            at = behind_bracket(at);
            continue;
        } else {
            at += *at == '\\' && at[1];
            add_element(group, 1);
        }
        at++;
    }
    for (; depth; depth--) /* groups that are not closed are refused later */
        open[depth - 1].before = bounded(open[depth - 1].before + open[depth].before + open[depth].last);
    return bounded(open[0].before + open[0].last);
}

static int has_reference(const char *at)
{
    for (; *at; at++) {
        if (*at == '\\' && isdigit((unsigned char)at[1]))
            return 1;
        at += *at == '\\' && at[1];
    }
    return 0;
}

seg_status seg_match_expression_check(const char *expression, seg_error *err)
{
    if (strlen(expression) > MOST_LENGTH)
        return seg_fail(err, SEG_USAGE, "the expression to match has %zu characters, at most %d were wanted",
                        strlen(expression), MOST_LENGTH);
    if (has_reference(expression))
        return seg_fail(err, SEG_USAGE,
                        "the expression '%s' refers back to a group, which can take for ever (write it without \\1 to "
                        "\\9)",
                        expression);
    if (written_out(expression) > MOST_WRITTEN_OUT)
        return seg_fail(
            err, SEG_USAGE,
            "the expression '%s' has more than %d characters when its repetitions are written out (use * or "
            "+ instead of large numbers in braces)",
            expression, MOST_WRITTEN_OUT);
    return SEG_OK;
}
