/* test_objects_golden.c - every value of golden/objects/values.tsv: the command is run and the value looked up in its CSV.
 *
 * A selector is column=value pairs joined by ';' and, last, @column: the column that is wanted (default: value). In
 * params, pairs are joined by '|'; a pair that the row does not print is taken for a default. 'params=' wants a row without
 * parameters. {out} in a command is a file that is read instead of stdout. An empty value is an undefined one.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "support/fixture.h"

enum { MOST_COLUMNS = 32, MOST_ROWS = 512 };

/* Commands and selectors whose options other parts of the program have still to bring. */
static const char *const left_out[] = {"--convention cityscapes", NULL};

struct table {
    char *text;
    size_t rows;
    char *cell[MOST_ROWS][MOST_COLUMNS]; /* the first row holds the names */
};

/* ---- reading ---- */

static char *next_cell(char **rest, char separator)
{
    char *begin = *rest, *end;

    if (*begin == '"') {
        end = strchr(++begin, '"');
        *end++ = '\0';
    } else {
        end = begin + strcspn(begin, separator == '\t' ? "\t" : ",");
    }
    *rest = *end ? end + 1 : NULL;
    *end = '\0';
    return begin;
}

static void split_table(struct table *t)
{
    char *rest = t->text, *line;

    t->rows = 0;
    while (t->rows < MOST_ROWS && (line = strsep(&rest, "\n")) && *line) {
        char **cell = t->cell[t->rows++];
        int column = 0;

        memset(cell, 0, sizeof t->cell[0]);
        line[strcspn(line, "\r")] = '\0';
        for (char *left = line; left && column < MOST_COLUMNS; column++)
            cell[column] = next_cell(&left, ',');
    }
}

static char *read_all(FILE *file)
{
    size_t n = 0, room = 0, got;
    char *text = NULL;

    do {
        text = realloc(text, (room = 2 * room + 65536) + 1);
        got = fread(text + n, 1, room - n, file);
        n += got;
    } while (got);
    text[n] = '\0';
    return text;
}

/* Runs `segloss COMMAND` in the folder of the values. */
static void run(struct table *t, const char *command)
{
    char line[4096], out[] = "/tmp/segloss-objects-XXXXXX", folder[1024];
    const char *at = strstr(command, "{out}"), *build = getenv("BUILD");
    int fd = mkstemp(out), status;
    FILE *pipe, *file;

    assert_true(fd >= 0 && getcwd(folder, sizeof folder));
    close(fd);
    snprintf(line, sizeof line, "cd " GOLDEN "/objects && %s/%s/segloss %.*s%s%s%s%s", folder, build ? build : "build",
             at ? (int)(at - command) : (int)strlen(command), command, at ? out : "", at ? at + 5 : "", at ? "" : " > ",
             at ? " > /dev/null" : out);
    strncat(line, " 2> /dev/null", sizeof line - strlen(line) - 1);
    pipe = popen(line, "r");
    assert_non_null(pipe);
    status = pclose(pipe);
    file = fopen(out, "r");
    assert_non_null(file);
    free(t->text);
    t->text = read_all(file);
    fclose(file);
    unlink(out);
    if (status)
        fail_msg("exit %d: segloss %s", status, command);
    split_table(t);
}

/* ---- looking up ---- */

static int column_of(const struct table *t, const char *name, size_t length)
{
    for (int i = 0; i < MOST_COLUMNS && t->rows && t->cell[0][i]; i++)
        if (strlen(t->cell[0][i]) == length && !strncmp(t->cell[0][i], name, length))
            return i;
    return -1;
}

static bool same(const char *a, const char *b, double rtol)
{
    double x, y;

    if (!seg_read_double(a, &x) || !seg_read_double(b, &y))
        return !strcmp(a, b);
    return x == y || fabs(x - y) <= rtol * fmax(1, fabs(y));
}

/* The value of a pair of "a=1;b=2", or NULL. */
static const char *param_of(const char *params, const char *name, size_t length, char value[256])
{
    for (const char *at = params; at && *at; at = strchr(at, ';') ? strchr(at, ';') + 1 : NULL)
        if (!strncmp(at, name, length) && at[length] == '=') {
            snprintf(value, 256, "%.*s", (int)strcspn(at + length + 1, ";"), at + length + 1);
            return value;
        }
    return NULL;
}

static int count_pairs(const char *params)
{
    int n = *params != '\0';

    for (; *params; params++)
        n += *params == ';';
    return n;
}

/* How well the parameters of a row fit what is wanted: -1000 not at all; else pairs found, minus those not asked for. */
static int params_fit(const char *wanted, const char *params)
{
    char copy[1024], *rest = copy, *pair, value[256];
    int found = 0;

    if (!*wanted)
        return *params ? -1000 : 0;
    snprintf(copy, sizeof copy, "%s", wanted);
    while ((pair = strsep(&rest, "|"))) {
        size_t length = strcspn(pair, "=");
        const char *have = param_of(params, pair, length, value);

        if (have && !same(have, pair + length + 1, 1e-12))
            return -1000;
        found += have != NULL;
    }
    return 2 * found - count_pairs(params);
}

/* What a selector asks of the rows. */
struct wanted {
    char copy[1024], *pair[16], *params;
    int pairs, column;
};

static void read_selector(struct wanted *w, const struct table *t, const char *selector)
{
    char *rest = w->copy, *part;

    *w = (struct wanted){.column = column_of(t, "value", 5)};
    snprintf(w->copy, sizeof w->copy, "%s", selector);
    while ((part = strsep(&rest, ";")))
        if (*part == '@')
            w->column = column_of(t, part + 1, strlen(part + 1));
        else if (!strncmp(part, "params=", 7))
            w->params = part + 7;
        else
            w->pair[w->pairs++] = part;
}

static int row_fit(const struct table *t, const struct wanted *w, size_t row)
{
    int params = column_of(t, "params", 6);

    for (int i = 0; i < w->pairs; i++) {
        size_t length = strcspn(w->pair[i], "=");
        int column = column_of(t, w->pair[i], length);

        if (column < 0 || !same(t->cell[row][column], w->pair[i] + length + 1, 0))
            return -1000;
    }
    if (params < 0)
        return 0;
    if (w->params)
        return params_fit(w->params, t->cell[row][params]);
    return -count_pairs(t->cell[row][params]);
}

static const char *look_up(const struct table *t, const char *selector)
{
    struct wanted w;
    const char *found = NULL;
    int best = -999;

    read_selector(&w, t, selector);
    for (size_t row = 1; row < t->rows && w.column >= 0; row++) {
        int fit = row_fit(t, &w, row);

        if (fit > best) {
            best = fit;
            found = t->cell[row][w.column];
        }
    }
    return found;
}

/* ---- the test ---- */

static bool is_left_out(const char *command, const char *selector)
{
    bool out = false;

    for (int i = 0; left_out[i]; i++)
        out |= strstr(command, left_out[i]) || strstr(selector, left_out[i]);
    return out;
}

static void every_value_is_met(void **state)
{
    FILE *file = fopen(GOLDEN "/objects/values.tsv", "r");
    static struct table t;
    char *line = NULL, last[4096] = "";
    size_t room = 0, compared = 0, wrong = 0, skipped = 0;

    (void)state;
    assert_non_null(file);
    assert_true(getline(&line, &room, file) > 0);
    while (getline(&line, &room, file) > 0) {
        char *rest = line, *cell[6];
        const char *got;

        line[strcspn(line, "\r\n")] = '\0';
        for (int i = 0; i < 6; i++)
            assert_non_null(cell[i] = strsep(&rest, "\t")); /* case, command, selector, value, rtol, source */
        if (is_left_out(cell[1], cell[2])) {
            skipped++;
            continue;
        }
        if (strcmp(cell[1], last))
            run(&t, cell[1]);
        snprintf(last, sizeof last, "%s", cell[1]);
        got = look_up(&t, cell[2]);
        compared++;
        if (got && same(got, cell[3], strtod(cell[4], NULL)))
            continue;
        wrong++;
        print_message("# %s [%s]: %s, wanted %s (%s)\n", cell[1], cell[2], got ? got : "no row", cell[3], cell[5]);
    }
    print_message("# %zu values compared, %zu left out, %zu differ\n", compared, skipped, wrong);
    free(t.text);
    free(line);
    fclose(file);
    assert_true(compared > 1000);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_value_is_met)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
