/* test_messages.c - what reaches stderr: one line for each sentence, nothing that was not asked for, and progress. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/messages.h"
#include "cli/progress.h"
#include "support/fixture.h"

static int kept_stderr;
static FILE *caught;

/* From here on stderr is a file. */
static void listen(void)
{
    fflush(stderr);
    caught = tmpfile();
    assert_non_null(caught);
    kept_stderr = dup(STDERR_FILENO);
    dup2(fileno(caught), STDERR_FILENO);
}

/* What was said since. */
static const char *heard(void)
{
    static char text[1 << 16];
    size_t n;

    dup2(kept_stderr, STDERR_FILENO);
    close(kept_stderr);
    rewind(caught);
    n = fread(text, 1, sizeof text - 1, caught);
    text[n] = '\0';
    fclose(caught);
    return text;
}

static void say_everything(seg_messages *m)
{
    const seg_error failed = {SEG_READ, "a.nii: is empty"}, bug = {SEG_BUG, "dice is nan"};

    seg_message_error(m, &failed);
    seg_message_error(m, &bug);
    seg_message_warn(m, "%d cases", 2);
    seg_warn(&m->notes, "%s", "trailing bytes");
    seg_message_info(m, 1, "decided");
    seg_message_info(m, 2, "took 1 ms");
}

static void each_sentence_is_a_line_that_says_who_speaks(void **state)
{
    seg_messages m;

    (void)state;
    seg_messages_begin(&m, "eval");
    listen();
    say_everything(&m);
    assert_string_equal(heard(), "segloss: eval: a.nii: is empty\n"
                                 "segloss: eval: internal error, please report it: dice is nan\n"
                                 "segloss: eval: warning: 2 cases\n"
                                 "segloss: eval: note: trailing bytes\n");
    m.verbose = 1;
    listen();
    say_everything(&m);
    assert_non_null(strstr(heard(), "segloss: eval: decided\n"));
    m.verbose = 2;
    listen();
    say_everything(&m);
    assert_non_null(strstr(heard(), "segloss: eval: took 1 ms\n"));
    seg_messages_begin(&m, NULL);
    listen();
    seg_message_warn(&m, "early");
    assert_string_equal(heard(), "segloss: warning: early\n");
}

static void quiet_leaves_the_errors(void **state)
{
    seg_messages m;

    (void)state;
    seg_messages_begin(&m, "eval");
    m.quiet = true;
    listen();
    say_everything(&m);
    assert_string_equal(heard(), "segloss: eval: a.nii: is empty\n"
                                 "segloss: eval: internal error, please report it: dice is nan\n");
}

/* The longest sentence of the library is 1023 bytes; a remark of another length must not run into the next line. */
static void a_long_sentence_is_still_one_line(void **state)
{
    static char text[5001], command[1001];
    seg_error err = {.status = SEG_READ};
    seg_messages m;
    const char *said;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    memset(command, 'c', sizeof command - 1);
    memset(err.text, 'e', sizeof err.text - 1);
    seg_messages_begin(&m, command);
    listen();
    seg_message_warn(&m, "%s", text);
    seg_message_error(&m, &err);
    said = heard();
    assert_int_equal(said[strlen(said) - 1], '\n');
    said = strchr(said, '\n') + 1;
    assert_memory_equal(said, "segloss: ccc", 12);
    assert_null(strchr(strchr(said, '\n') + 1, '\n'));
}

static void colour_is_for_terminals_and_for_who_asks(void **state)
{
    int pipes[2];

    (void)state;
    assert_int_equal(pipe(pipes), 0);
    assert_false(seg_want_colour(0, pipes[1]));
    assert_true(seg_want_colour(1, pipes[1]));
    assert_false(seg_want_colour(2, pipes[1]));
    setenv("NO_COLOR", "1", 1);
    assert_true(seg_want_colour(1, pipes[1])); /* asked for in so many words */
    unsetenv("NO_COLOR");
    close(pipes[0]);
    close(pipes[1]);
}

static const char *progress_of(seg_progress_when when, bool quiet, size_t cases, size_t total, size_t failed)
{
    seg_progress p;

    listen();
    seg_progress_begin(&p, when, quiet, "cases", total);
    for (size_t done = 1; done <= cases; done++)
        seg_progress_at(&p, done, failed);
    seg_progress_end(&p);
    return heard();
}

static size_t count(const char *text, const char *word)
{
    size_t n = 0;

    for (; (text = strstr(text, word)); text++)
        n++;
    return n;
}

static void a_log_gets_a_line_for_each_tenth(void **state)
{
    const char *said = progress_of(SEG_PROGRESS_LINES, false, 1000, 1000, 3);

    (void)state;
    assert_int_equal(count(said, "\n"), 10);
    assert_int_equal(count(said, "segloss: ["), 10);
    assert_int_equal(count(said, ", 3 failed"), 10);
    assert_int_equal(count(said, "[##########] 1000/1000 cases"), 1);
    assert_int_equal(count(said, "[#---------] 100/1000 cases"), 1);
    assert_int_equal(count(said, "\r"), 0);
    assert_int_equal(count(progress_of(SEG_PROGRESS_LINES, false, 3, 3, 0), "\n"), 3);
    assert_string_equal(progress_of(SEG_PROGRESS_LINES, false, 0, 0, 0), "");
    assert_string_equal(progress_of(SEG_PROGRESS_LINES, false, 1000, 0, 0), ""); /* of unknown length: by the clock */
}

static void nothing_is_shown_outside_a_terminal(void **state)
{
    (void)state;
    assert_string_equal(progress_of(SEG_PROGRESS_AUTO, false, 100, 100, 0), ""); /* stderr is a file */
    assert_string_equal(progress_of(SEG_PROGRESS_AUTO, true, 100, 100, 0), "");
    assert_string_equal(progress_of(SEG_PROGRESS_NEVER, false, 100, 100, 0), "");
}

static void the_line_is_written_over_and_cleared_at_the_end(void **state)
{
    static const char CLEAR[] = "\r\033[K";
    const char *said = progress_of(SEG_PROGRESS_ALWAYS, false, 1000, 2000, 0);
    size_t shown = count(said, "cases");

    (void)state;
    assert_int_equal(count(said, "\n"), 0);
    assert_in_range(shown, 1, 20); /* ten times a second at most, and this takes milliseconds */
    assert_int_equal(count(said, CLEAR), shown + 1);
    assert_string_equal(said + strlen(said) - strlen(CLEAR), CLEAR);
    said = progress_of(SEG_PROGRESS_ALWAYS, false, 1, 0, 0);
    assert_non_null(strstr(said, "[----------] 1 cases, ")); /* of unknown length: no total, no time left */
    assert_null(strstr(said, "left"));
    assert_string_equal(progress_of(SEG_PROGRESS_ALWAYS, false, 0, 10, 0), ""); /* nothing stood there */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sentence_is_a_line_that_says_who_speaks),
        cmocka_unit_test(quiet_leaves_the_errors),
        cmocka_unit_test(a_long_sentence_is_still_one_line),
        cmocka_unit_test(colour_is_for_terminals_and_for_who_asks),
        cmocka_unit_test(a_log_gets_a_line_for_each_tenth),
        cmocka_unit_test(nothing_is_shown_outside_a_terminal),
        cmocka_unit_test(the_line_is_written_over_and_cleared_at_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
