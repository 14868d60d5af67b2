/* test_options.c - a command line in all its forms, and every way to get it wrong. */
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "commands/command.h"
#include "support/fixture.h"

static const char *const FORMATS[] = {"table", "csv", "json", NULL};

struct values {
    bool quiet, colour;
    int verbose, threads, format;
    const char *output;
    double share;
    seg_texts loss;
};

static const seg_option ROWS[] = {
    {.letter = 'q', .name = "quiet", .type = SEG_OPTION_SWITCH, .at = offsetof(struct values, quiet)},
    {.name = "colour", .type = SEG_OPTION_SWITCH, .at = offsetof(struct values, colour), .negatable = true},
    {.letter = 'v', .name = "verbose", .type = SEG_OPTION_COUNT, .at = offsetof(struct values, verbose)},
    {.letter = 'j',
     .name = "threads",
     .type = SEG_OPTION_INTEGER,
     .at = offsetof(struct values, threads),
     .min = 1,
     .max = 64,
     .argument = "N"},
    {.letter = 'f',
     .name = "format",
     .type = SEG_OPTION_CHOICE,
     .at = offsetof(struct values, format),
     .choices = FORMATS,
     .argument = "FORMAT"},
    {.letter = 'o',
     .name = "output",
     .type = SEG_OPTION_TEXT,
     .at = offsetof(struct values, output),
     .argument = "FILE"},
    {.name = "share", .type = SEG_OPTION_NUMBER, .at = offsetof(struct values, share), .argument = "X"},
    {.letter = 'l', .name = "loss", .type = SEG_OPTION_TEXTS, .at = offsetof(struct values, loss), .argument = "SPEC"},
    {0},
};

enum { MOST = 40 };

enum { ROOM = 256 };

/* "-q a b" as argv, whose words lie in `line`. */
static int cut(const char *text, char line[ROOM], char *argv[MOST])
{
    char *rest = line;
    int argc = 0;

    snprintf(line, ROOM, "eval%s%s", *text ? " " : "", text);
    for (char *word; (word = strsep(&rest, " "));)
        argv[argc++] = word;
    assert_true(argc < MOST);
    argv[argc] = NULL;
    return argc;
}

static seg_status read_line(const char *text, struct values *v, seg_texts *operands, char line[ROOM], seg_error *err)
{
    char *argv[MOST];
    int argc = cut(text, line, argv);

    return seg_options_read(ROWS, "eval", argc, argv, v, operands, err);
}

static void release(struct values *v, seg_texts *operands)
{
    seg_options_free(ROWS, v);
    free(operands->text);
    *operands = (seg_texts){0};
}

static void every_form_of_an_option_is_the_same(void **state)
{
    static const char *const LINES[] = {
        "-q -v -v -j 3 -f csv -o out --share 0.25 -l a -l b p t",
        "-qvvj3 -fcsv -oout --share=0.25 -la -lb p t",
        "p --quiet --verbose t --verbose --threads=3 --format=CSV --output=out --share=.25 --loss=a --loss b",
        "p t -l a -l b --thr 3 --out out --form csv --sh 25e-2 --verb --verb --qu",
        "-l a -l b -j 3 -f csv -o out --share 0.25 -qq -vv -- p t",
    };

    (void)state;
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        struct values v = {0};
        seg_texts operands = {0};
        seg_error err = {0};
        char line[ROOM];

        assert_ok(read_line(LINES[i], &v, &operands, line, &err), &err);
        assert_true(v.quiet);
        assert_int_equal(v.verbose, 2);
        assert_int_equal(v.threads, 3);
        assert_int_equal(v.format, 1);
        assert_string_equal(v.output, "out");
        assert_near(v.share, 0.25, 0, 0);
        assert_int_equal(v.loss.n, 2);
        assert_string_equal(v.loss.text[0], "a");
        assert_string_equal(v.loss.text[1], "b");
        assert_int_equal(operands.n, 2);
        assert_string_equal(operands.text[0], "p");
        assert_string_equal(operands.text[1], "t");
        release(&v, &operands);
    }
}

static void what_is_not_given_keeps_its_preset(void **state)
{
    struct values v = {.threads = 7, .format = 2, .share = 0.5, .colour = true, .output = "preset"};
    seg_texts operands = {0};
    char line[ROOM];

    (void)state;
    assert_ok(read_line("", &v, &operands, line, NULL), NULL);
    assert_true(v.threads == 7 && v.format == 2 && v.share == 0.5 && v.colour && v.loss.n == 0 && operands.n == 0);
    assert_string_equal(v.output, "preset");
    assert_ok(read_line("--no-colour", &v, &operands, line, NULL), NULL);
    assert_false(v.colour);
    release(&v, &operands);
}

static void what_follows_two_dashes_is_an_operand_and_so_is_one_dash(void **state)
{
    struct values v = {0};
    seg_texts operands = {0};
    char line[ROOM];

    (void)state;
    assert_ok(read_line("- -q -- -v --nosuch --", &v, &operands, line, NULL), NULL);
    assert_true(v.quiet && v.verbose == 0);
    assert_int_equal(operands.n, 4);
    assert_string_equal(operands.text[0], "-");
    assert_string_equal(operands.text[1], "-v");
    assert_string_equal(operands.text[2], "--nosuch");
    assert_string_equal(operands.text[3], "--");
    release(&v, &operands);
}

/* An option's argument is taken as it stands, also when it looks like an option or is empty. */
static void an_argument_may_look_like_anything(void **state)
{
    struct values v = {0};
    seg_texts operands = {0};
    char line[ROOM];

    (void)state;
    assert_ok(read_line("-o -q --loss -- --share -1", &v, &operands, line, NULL), NULL);
    assert_false(v.quiet);
    assert_string_equal(v.output, "-q");
    assert_string_equal(v.loss.text[0], "--");
    assert_near(v.share, -1, 0, 0);
    assert_ok(read_line("--output= a", &v, &operands, line, NULL), NULL);
    assert_string_equal(v.output, "");
    assert_int_equal(operands.n, 1);
    release(&v, &operands);
}

/* A text that the row accepts. */
static void argument_of(const seg_option *row, char text[64])
{
    if (row->type == SEG_OPTION_CHOICE)
        snprintf(text, 64, "%s", row->choices[0]);
    else
        snprintf(text, 64, "%.16g", row->min < row->max ? row->max : 1);
}

static seg_status give_twice(const seg_command *command, const seg_option *row, seg_error *err)
{
    bool argument = row->type != SEG_OPTION_SWITCH && row->type != SEG_OPTION_COUNT;
    char name[64], text[64];
    char *argv[6] = {(char *)command->name, name, argument ? text : name, name, text, NULL};
    void *values = calloc(1, command->size);
    seg_texts operands = {0};
    seg_status st;

    snprintf(name, sizeof name, "--%s", row->name);
    argument_of(row, text);
    st = seg_options_read(command->options, command->name, argument ? 5 : 3, argv, values, &operands, err);
    seg_options_free(command->options, values);
    free(operands.text);
    free(values);
    return st;
}

/* Of every command: lists and counts add up, switches may be repeated, one value is refused the second time. */
static void no_option_is_dropped_without_a_word(void **state)
{
    size_t refused = 0, added = 0;

    (void)state;
    for (size_t c = 0; c < seg_commands_count; c++)
        for (const seg_option *row = seg_commands[c]->options; row->name; row++) {
            seg_error err = {0};
            bool one = row->type == SEG_OPTION_TEXT || row->type == SEG_OPTION_NUMBER ||
                       row->type == SEG_OPTION_INTEGER || row->type == SEG_OPTION_CHOICE;

            assert_int_equal(give_twice(seg_commands[c], row, &err), one ? SEG_USAGE : SEG_OK);
            if (one)
                assert_non_null(strstr(err.text, "is given twice, once was wanted"));
            *(one ? &refused : &added) += 1;
        }
    assert_true(refused > 0 && added > 0);
}

static void every_slip_has_its_sentence(void **state)
{
    static const struct {
        const char *line, *said;
    } BAD[] = {
        {"--nosuch", "there is no option --nosuch (see 'segloss eval --help')"},
        {"--formt csv", "there is no option --formt (did you mean --format?)"},
        {"--formt=csv p", "there is no option --formt (did you mean --format?)"},
        {"p t --qiet", "there is no option --qiet (did you mean --quiet?)"},
        {"--no-color", "(did you mean --no-colour?)"},
        {"--no-quiet", "there is no option --no-quiet"},
        {"-z", "there is no option -z"},
        {"-qvz p", "there is no option -z"},
        {"--quiet=yes", "--quiet=yes takes no argument"},
        {"--no-colour=yes", "--no-colour=yes takes no argument"},
        {"p -o", "-o needs an argument"},
        {"p --loss", "--loss needs an argument"},
        {"-qo", "needs an argument"},
        {"--colour --no-colour", "--colour and --no-colour are both given, one was wanted"},
        {"--no-colour -q --colour", "--colour and --no-colour are both given, one was wanted"},
        {"-j 0", "--threads 0 is out of range, 1 to 64 was wanted"},
        {"-j 65", "--threads 65 is out of range, 1 to 64 was wanted"},
        {"-j 1.5", "--threads '1.5' is not a whole number"},
        {"-j 1e10", "--threads '1e10' is not a whole number"},
        {"-j two", "--threads 'two' is not a whole number"},
        {"--share=", "--share '' is not a number"},
        {"--share nan", "--share 'nan' is not a number"},
        {"--share 1x", "--share '1x' is not a number"},
        {"-f jsn", "--format has no 'jsn' (did you mean 'json'?)"},
        {"-f html", "--format has no 'html', one of table, csv, json was wanted"},
        {"--format=", "--format has no '', one of table, csv, json was wanted"},
        {"--\xc3\xa4", "there is no option --\xc3\xa4"},
        {"p -\xff", "there is no option -\xff"},
        {"p -\xff t", "there is no option -\xff"},
        {"-\xc3\xa4", "there is no option -\xc3\xa4"},
        {"p -q\xc3\xa4 t", "there is no option -q\xc3\xa4"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct values v = {0}, good = {0};
        seg_texts operands = {0};
        seg_error err = {0};
        char line[ROOM];

        if (read_line(BAD[i].line, &v, &operands, line, &err) != SEG_USAGE || !strstr(err.text, BAD[i].said))
            fail_msg("'%s': \"%s\" does not say \"%s\"", BAD[i].line, err.text, BAD[i].said);
        assert_int_equal(operands.n, 0);
        /* a line that stopped halfway leaves nothing to the next one */
        assert_ok(read_line("-qvv p", &good, &operands, line, &err), &err);
        assert_true(good.quiet && good.verbose == 2 && operands.n == 1);
        release(&good, &operands);
        release(&v, &operands);
    }
}

static void an_abbreviation_of_two_options_is_none(void **state)
{
    static const seg_option TWO[] = {
        {.name = "fail-under", .type = SEG_OPTION_TEXT, .at = offsetof(struct values, output)},
        {.name = "fail-over", .type = SEG_OPTION_TEXT, .at = offsetof(struct values, output)},
        {0},
    };
    char a[] = "eval", b[] = "--fail", c[] = "x", *argv[] = {a, b, c, NULL};
    struct values v = {0};
    seg_texts operands = {0};
    seg_error err = {0};

    (void)state;
    assert_int_equal(seg_options_read(TWO, "eval", 3, argv, &v, &operands, &err), SEG_USAGE);
    assert_non_null(strstr(err.text, "--fail may be --fail-under or --fail-over"));
    assert_null(v.output);
}

static void help_is_wanted_anywhere_before_two_dashes(void **state)
{
    static const struct {
        const char *line;
        bool wanted;
    } LINES[] = {{"-h", true},         {"p t --help", true}, {"p -- -h", false},
                 {"-- --help", false}, {"--helpp", false},   {"p", false}};

    (void)state;
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        char line[ROOM], *argv[MOST];

        if (seg_options_want_help(cut(LINES[i].line, line, argv), argv) != LINES[i].wanted)
            fail_msg("%s", LINES[i].line);
    }
    assert_false(seg_options_want_help(1, (char *[]){(char[]){"-h"}, NULL})); /* the command itself */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_an_option_is_the_same),
        cmocka_unit_test(what_is_not_given_keeps_its_preset),
        cmocka_unit_test(what_follows_two_dashes_is_an_operand_and_so_is_one_dash),
        cmocka_unit_test(an_argument_may_look_like_anything),
        cmocka_unit_test(no_option_is_dropped_without_a_word),
        cmocka_unit_test(every_slip_has_its_sentence),
        cmocka_unit_test(an_abbreviation_of_two_options_is_none),
        cmocka_unit_test(help_is_wanted_anywhere_before_two_dashes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
