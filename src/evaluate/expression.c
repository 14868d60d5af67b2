/* expression.c - recursive descent into steps for a stack, and the stack. */
#include "expression.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

enum { NUMBER, LOSS, NEGATE, ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, FUNCTIONS };
enum { DEPTH = 200, STACK = 64 }; /* nested brackets, and values that wait: more is no formula that a person wrote */

static double cosh_of(double x)
{
    return cosh(x);
}

static double log_slope(double x)
{
    return 1 / x;
}

static double sqrt_slope(double x)
{
    return 0.5 / sqrt(x);
}

static double abs_slope(double x)
{
    return (x > 0) - (x < 0);
}

static const struct {
    const char *name;
    int arguments;
    double (*one)(double);
    double (*two)(double, double);
    double (*slope)(double); /* of one */
} functions[] = {
    {"log", 1, log, NULL, log_slope}, {"exp", 1, exp, NULL, exp},        {"sqrt", 1, sqrt, NULL, sqrt_slope},
    {"cosh", 1, cosh_of, NULL, sinh}, {"abs", 1, fabs, NULL, abs_slope}, {"min", 2, NULL, fmin, NULL},
    {"max", 2, NULL, fmax, NULL},     {"pow", 2, NULL, pow, NULL},
};

enum { FUNCTION_COUNT = sizeof functions / sizeof *functions };

bool seg_is_expression(const char *text)
{
    size_t colon = strcspn(text, ":"), sign = strcspn(text, "()+*^ ");
    double x;
    char *end;

    x = strtod(text, &end);
    (void)x;
    return text[sign] ? sign < colon : end != text && *end; /* "1-dice" */
}

/* ---- reading ---- */

struct reader {
    const char *text, *at;
    seg_expression *e;
    seg_is_loss *is_loss;
    seg_find_loss *find;
    void *context;
    int depth;
    seg_error *err;
};

static seg_status sum(struct reader *r);

static void blanks(struct reader *r)
{
    while (isspace((unsigned char)*r->at))
        r->at++;
}

static seg_status wrong(const struct reader *r, const char *wanted)
{
    size_t column = (size_t)(r->at - r->text) + 1;

    if (!*r->at)
        return seg_fail(r->err, SEG_USAGE, "--loss '%s', column %zu: the formula ends here, %s was wanted", r->text,
                        column, wanted);
    return seg_fail(r->err, SEG_USAGE, "--loss '%s', column %zu: '%c' found, %s was wanted", r->text, column, *r->at,
                    wanted);
}

static seg_status add_step(struct reader *r, seg_formula_step step)
{
    seg_status st = seg_grow(&r->e->step, &r->e->room, r->e->n + 1, sizeof step, "a formula", r->err);

    if (!st)
        r->e->step[r->e->n++] = step;
    return st;
}

static seg_status number(struct reader *r)
{
    char *end;
    double x = strtod(r->at, &end);

    if (end == r->at || !isfinite(x))
        return wrong(r, "a number");
    r->at = end;
    return add_step(r, (seg_formula_step){.what = NUMBER, .number = x});
}

static seg_status take(struct reader *r, char c, const char *wanted)
{
    blanks(r);
    if (*r->at != c)
        return wrong(r, wanted);
    r->at++;
    blanks(r);
    return SEG_OK;
}

static seg_status call(struct reader *r, int function)
{
    seg_status st = take(r, '(', "'('");

    for (int i = 0; i < functions[function].arguments && !st; i++) {
        if (i)
            st = take(r, ',', "',' and a second argument");
        if (!st)
            st = sum(r);
    }
    if (!st)
        st = take(r, ')', "')'");
    return st ? st : add_step(r, (seg_formula_step){.what = FUNCTIONS + function});
}

/* "(alpha=0.7,classes=1-3)" behind a loss. */
static seg_status parameters(struct reader *r, char **params)
{
    size_t n = strcspn(r->at + 1, ")");

    if (!r->at[1 + n]) {
        r->at += 1 + n;
        return wrong(r, "')' behind the parameters");
    }
    *params = seg_copy(r->at + 1, n);
    r->at += n + 2;
    return *params ? SEG_OK : seg_fail(r->err, SEG_MEMORY, "not enough memory for a formula");
}

/* A name may hold '-', which may also be a minus: the longest beginning that is a loss is the name. */
static size_t name_length(const struct reader *r)
{
    size_t whole = 0;

    while (isalnum((unsigned char)r->at[whole]) || r->at[whole] == '_' || r->at[whole] == '-')
        whole++;
    for (size_t n = whole; n > 0; n--) {
        char *name;
        bool known;

        if (n < whole && r->at[n] != '-')
            continue;
        name = seg_copy(r->at, n);
        known = name && r->is_loss(name);
        free(name);
        if (known)
            return n;
    }
    return whole;
}

static seg_status loss(struct reader *r)
{
    size_t n = name_length(r), column = (size_t)(r->at - r->text) + 1, index = 0;
    char *name = seg_copy(r->at, n), *params = NULL;
    seg_status st = name ? SEG_OK : seg_fail(r->err, SEG_MEMORY, "not enough memory for a formula");

    r->at += n;
    if (!st && *r->at == '(')
        st = parameters(r, &params);
    if (!st && r->find(r->context, name, params ? params : "", &index, r->err)) {
        st = r->err ? r->err->status : SEG_USAGE;
        seg_while(r->err, "--loss '%s', column %zu", r->text, column);
    }
    free(name);
    free(params);
    return st ? st : add_step(r, (seg_formula_step){.what = LOSS, .loss = index});
}

static seg_status named(struct reader *r)
{
    size_t n = strspn(r->at, "abcdefghijklmnopqrstuvwxyz");

    for (int i = 0; i < FUNCTION_COUNT; i++)
        if (strlen(functions[i].name) == n && !strncmp(functions[i].name, r->at, n) && r->at[n] == '(') {
            r->at += n;
            return call(r, i);
        }
    return loss(r);
}

static seg_status atom(struct reader *r)
{
    seg_status st;

    blanks(r);
    if (isdigit((unsigned char)*r->at) || *r->at == '.')
        return number(r);
    if (isalpha((unsigned char)*r->at))
        return named(r);
    if (*r->at != '(')
        return wrong(r, "a number, a loss, a function or '('");
    r->at++;
    st = sum(r);
    return st ? st : take(r, ')', "')'");
}

static seg_status power(struct reader *r)
{
    bool minus;
    seg_status st;

    if (++r->depth > DEPTH)
        return wrong(r, "a formula that is less deep");
    blanks(r);
    minus = *r->at == '-';
    r->at += minus;
    st = minus ? power(r) : atom(r);
    blanks(r);
    if (!st && !minus && *r->at == '^') {
        r->at++;
        st = power(r);
        if (!st)
            st = add_step(r, (seg_formula_step){.what = POWER});
    }
    r->depth--;
    return st || !minus ? st : add_step(r, (seg_formula_step){.what = NEGATE});
}

static seg_status product(struct reader *r)
{
    seg_status st = power(r);

    for (blanks(r); !st && (*r->at == '*' || *r->at == '/'); blanks(r)) {
        int what = *r->at++ == '*' ? MULTIPLY : DIVIDE;

        st = power(r);
        if (!st)
            st = add_step(r, (seg_formula_step){.what = what});
    }
    return st;
}

static seg_status sum(struct reader *r)
{
    seg_status st = product(r);

    for (blanks(r); !st && (*r->at == '+' || *r->at == '-'); blanks(r)) {
        int what = *r->at++ == '+' ? ADD : SUBTRACT;

        st = product(r);
        if (!st)
            st = add_step(r, (seg_formula_step){.what = what});
    }
    return st;
}

/* How many values wait at most while the steps are done. */
static seg_status check_stack(const struct reader *r)
{
    int waiting = 0;

    for (size_t i = 0; i < r->e->n; i++) {
        int what = r->e->step[i].what;
        bool pushes = what == NUMBER || what == LOSS;
        bool one = what == NEGATE || (what >= FUNCTIONS && functions[what - FUNCTIONS].arguments == 1);

        waiting += pushes ? 1 : one ? 0 : -1;
        if (waiting > STACK)
            return seg_fail(r->err, SEG_USAGE, "--loss '%s' is nested too deeply", r->text);
    }
    return SEG_OK;
}

static char *without_blanks(const char *text)
{
    seg_string out = {0};

    for (; *text; text++)
        if (!isspace((unsigned char)*text))
            seg_string_add_n(&out, text, 1);
    return out.text;
}

/* "total =" in front; an '=' behind a bracket belongs to a parameter. */
static seg_status read_name(struct reader *r)
{
    size_t n = strcspn(r->at, "=("), end = n;

    if (r->at[n] != '=')
        return SEG_OK;
    while (end > 0 && isspace((unsigned char)r->at[end - 1]))
        end--;
    if (end == 0)
        return wrong(r, "a name before '='");
    for (size_t i = 0; i < end; i++)
        if (!isalnum((unsigned char)r->at[i]) && !strchr("_-.", r->at[i])) {
            r->at += i;
            return wrong(r, "a name of letters and digits before '='");
        }
    r->e->name = seg_copy(r->at, end);
    r->e->named = true;
    r->at += n + 1;
    return r->e->name ? SEG_OK : seg_fail(r->err, SEG_MEMORY, "not enough memory for a formula");
}

seg_status seg_expression_read(seg_expression *e, const char *text, seg_is_loss *is_loss, seg_find_loss *find,
                               void *context, seg_error *err)
{
    struct reader r = {text, text, e, is_loss, find, context, 0, err};
    seg_status st;

    *e = (seg_expression){0};
    blanks(&r);
    st = read_name(&r);
    blanks(&r);
    e->text = without_blanks(r.at);
    if (!st && !e->text)
        st = wrong(&r, "a formula");
    if (!st)
        st = sum(&r);
    if (!st && *r.at)
        st = wrong(&r, "an operator or the end");
    if (!st)
        st = check_stack(&r);
    if (!st && !e->named) {
        e->name = seg_copy(e->text, SIZE_MAX);
        st = e->name ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for a formula");
    }
    if (st)
        seg_expression_free(e);
    return st;
}

void seg_expression_free(seg_expression *e)
{
    free(e->name);
    free(e->text);
    free(e->step);
    *e = (seg_expression){0};
}

bool seg_expression_uses(const seg_expression *e, size_t loss)
{
    for (size_t i = 0; i < e->n; i++)
        if (e->step[i].what == LOSS && e->step[i].loss == loss)
            return true;
    return false;
}

/* ---- calculating ---- */

static double combine(int what, double a, double b)
{
    switch (what) {
    case ADD:
        return a + b;
    case SUBTRACT:
        return a - b;
    case MULTIPLY:
        return a * b;
    case DIVIDE:
        return a / b;
    case POWER:
        return pow(a, b);
    default:
        return functions[what - FUNCTIONS].two(a, b);
    }
}

seg_value seg_expression_value(const seg_expression *e, seg_value (*loss_value)(const void *context, size_t index),
                               const void *context)
{
    double stack[STACK + 1] = {0};
    size_t n = 0;
    bool by_zero = false;

    for (size_t i = 0; i < e->n; i++) {
        const seg_formula_step *s = &e->step[i];

        if (s->what == NUMBER) {
            stack[n++] = s->number;
        } else if (s->what == LOSS) {
            seg_value v = loss_value(context, s->loss);

            if (!v.asked || isnan(v.x))
                return v;
            stack[n++] = v.x;
        } else if (s->what == NEGATE) {
            stack[n - 1] = -stack[n - 1];
        } else if (s->what >= FUNCTIONS && functions[s->what - FUNCTIONS].one) {
            stack[n - 1] = functions[s->what - FUNCTIONS].one(stack[n - 1]);
        } else {
            by_zero |= s->what == DIVIDE && stack[n - 1] == 0;
            stack[n - 2] = combine(s->what, stack[n - 2], stack[n - 1]);
            n--;
        }
    }
    if (isfinite(stack[0]))
        return seg_value_of(stack[0]);
    return seg_value_undefined(by_zero ? SEG_NOT_COMPUTED "the formula divides by zero"
                                       : SEG_NOT_COMPUTED "the formula has no finite value here");
}

/* ---- derivatives ---- */

/* A value with its derivative by one of the losses; degree: 0 a constant, 1 linear in the losses, 2 anything else. */
struct dual {
    double x, d;
    int degree;
};

static struct dual power_of(struct dual a, struct dual b)
{
    struct dual r = {pow(a.x, b.x), 0, a.degree || b.degree ? 2 : 0};

    if (b.degree == 0 && b.x == 1)
        return a;
    if (a.d != 0)
        r.d += b.x * pow(a.x, b.x - 1) * a.d;
    if (b.d != 0)
        r.d += r.x * log(a.x) * b.d;
    return r;
}

static struct dual combined(int what, struct dual a, struct dual b)
{
    int most = a.degree > b.degree ? a.degree : b.degree, both = a.degree + b.degree;
    bool first;

    switch (what) {
    case ADD:
        return (struct dual){a.x + b.x, a.d + b.d, most};
    case SUBTRACT:
        return (struct dual){a.x - b.x, a.d - b.d, most};
    case MULTIPLY:
        return (struct dual){a.x * b.x, a.d * b.x + a.x * b.d, both > 2 ? 2 : both};
    case DIVIDE:
        return (struct dual){a.x / b.x, (a.d - a.x / b.x * b.d) / b.x, b.degree ? 2 : a.degree};
    case POWER:
        return power_of(a, b);
    default:
        if (functions[what - FUNCTIONS].two == pow)
            return power_of(a, b);
        first = functions[what - FUNCTIONS].two == fmin ? a.x <= b.x : a.x >= b.x;
        return (struct dual){first ? a.x : b.x, first ? a.d : b.d, both ? 2 : 0};
    }
}

static struct dual derive(const seg_expression *e, size_t by,
                          seg_value (*loss_value)(const void *context, size_t index), const void *context)
{
    struct dual stack[STACK + 1] = {{0, 0, 0}};
    size_t n = 0;

    for (size_t i = 0; i < e->n; i++) {
        const seg_formula_step *s = &e->step[i];
        struct dual *top = n ? &stack[n - 1] : stack;

        if (s->what == NUMBER) {
            stack[n++] = (struct dual){s->number, 0, 0};
        } else if (s->what == LOSS) {
            stack[n++] = (struct dual){loss_value(context, s->loss).x, s->loss == by, 1};
        } else if (s->what == NEGATE) {
            *top = (struct dual){-top->x, -top->d, top->degree};
        } else if (s->what >= FUNCTIONS && functions[s->what - FUNCTIONS].one) {
            double slope = top->d != 0 ? functions[s->what - FUNCTIONS].slope(top->x) * top->d : 0;

            *top = (struct dual){functions[s->what - FUNCTIONS].one(top->x), slope, top->degree ? 2 : 0};
        } else {
            stack[n - 2] = combined(s->what, stack[n - 2], stack[n - 1]);
            n--;
        }
    }
    return stack[0];
}

bool seg_expression_slopes(const seg_expression *e, size_t losses,
                           seg_value (*loss_value)(const void *context, size_t index), const void *context,
                           double *slope)
{
    bool linear = true;

    for (size_t k = 0; k < losses; k++) {
        struct dual r = derive(e, k, loss_value, context);

        slope[k] = seg_expression_uses(e, k) ? r.d : 0;
        linear &= r.degree < 2;
    }
    return linear;
}
