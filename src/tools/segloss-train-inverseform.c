/* segloss-train-inverseform.c - makes a weights file for the InverseForm loss, from nothing but a seed. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../base/parallel.h"
#include "../base/text.h"
#include "train/inverse_training.h"

static const char usage[] =
    "usage: segloss-train-inverseform [OPTION N]... OUTPUT.sgif\n"
    "Trains the network that the loss inverse-form needs on synthetic pairs of boundaries, and writes\n"
    "its weights. The same options give the same bytes for any number of threads. Errors are mean\n"
    "Frobenius norms of guessed minus true affine map; tile coordinates run from -1 to 1.\n"
    "  --seed N  --steps N  --batch N  --rate X (of Adam at the start)  --pool N (pairs to learn from)\n"
    "  --held-out N (pairs to judge by)  --tile N  --band N (pixels)  --hidden1 N  --hidden2 N (widths)\n"
    "  --report N (steps between two lines of the loss curve)  --threads N\n";

struct request {
    seg_training_options options;
    size_t threads;
    const char *output;
};

/* One row per option that takes a whole number. */
static const struct {
    const char *name;
    size_t at, min, max;
} numbers[] = {
    {"--steps", offsetof(struct request, options.steps), 1, 100000000},
    {"--pool", offsetof(struct request, options.pool), 100, 100000000},
    {"--held-out", offsetof(struct request, options.held_out), 100, 10000000},
    {"--batch", offsetof(struct request, options.batch), 1, 65536},
    {"--tile", offsetof(struct request, options.tile), 8, 128},
    {"--band", offsetof(struct request, options.band), 1, 8},
    {"--hidden1", offsetof(struct request, options.hidden[0]), 1, 4096},
    {"--hidden2", offsetof(struct request, options.hidden[1]), 1, 4096},
    {"--report", offsetof(struct request, options.report), 1, 100000000},
    {"--threads", offsetof(struct request, threads), 1, 1024},
};

static bool read_option(struct request *r, const char *name, const char *text)
{
    int64_t n;

    if (!text)
        return false;
    if (!strcmp(name, "--rate"))
        return seg_read_double(text, &r->options.rate) && r->options.rate > 0;
    if (!seg_read_int64(text, &n) || n < 0)
        return false;
    if (!strcmp(name, "--seed")) {
        r->options.seed = (uint64_t)n;
        return true;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!strcmp(name, numbers[i].name) && (uint64_t)n >= numbers[i].min && (uint64_t)n <= numbers[i].max) {
            *(size_t *)(void *)((char *)r + numbers[i].at) = (size_t)n;
            return true;
        }
    return false;
}

static bool read_request(struct request *r, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-') {
            if (!read_option(r, argv[i], argv[i + 1]))
                return false;
            i++;
        } else if (r->output) {
            return false;
        } else {
            r->output = argv[i];
        }
    }
    return r->output != NULL;
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct progress {
    const seg_training_options *options;
    double begun;
};

/* The curve goes to stdout, so that it can be kept; the time it takes to stderr. */
static void say(void *context, const seg_training_report *report)
{
    const struct progress *p = context;
    double passed = seconds() - p->begun;

    printf("%zu,%.5f,%.5f\n", report->step, report->train_error, report->held_out_error);
    fflush(stdout);
    fprintf(stderr, "step %zu of %zu, %.0f s passed, %.0f s to go\n", report->step, p->options->steps, passed,
            passed * (double)(p->options->steps - report->step) / (double)report->step);
}

static void print_quality(const seg_training_quality *q)
{
    printf("# held out: error %.4f, always identity %.4f, correlation of distances %.3f\n", q->error, q->identity_error,
           q->correlation);
    printf("# held out: R2 of a %.2f, b %.2f, tx %.2f, c %.2f, d %.2f, ty %.2f\n", q->explained[0], q->explained[1],
           q->explained[2], q->explained[3], q->explained[4], q->explained[5]);
}

static seg_status train(const struct request *r, seg_error *err)
{
    struct progress p = {&r->options, seconds()};
    seg_training_quality quality = {0};
    seg_inverse_network net = {0};
    seg_status st;

    printf("step,train_error,held_out_error\n");
    st = seg_inverse_train(&net, &r->options, say, &p, err);
    if (!st)
        st = seg_inverse_judge(&net, &r->options, &quality, err);
    if (!st)
        st = seg_inverse_network_write(&net, r->output, err);
    if (!st)
        print_quality(&quality);
    seg_inverse_network_free(&net);
    return st;
}

int main(int argc, char **argv)
{
    struct request r = {.options = seg_training_presets};
    seg_error err = {0};
    seg_status st;

    if (argc == 2 && !strcmp(argv[1], "--help"))
        return fputs(usage, stdout) < 0 ? SEG_WRITE : SEG_OK;
    if (!read_request(&r, argc, argv)) {
        fputs(usage, stderr);
        return SEG_USAGE;
    }
    if (r.threads)
        seg_set_threads((int)r.threads);
    st = train(&r, &err);
    if (st)
        fprintf(stderr, "segloss-train-inverseform: %s\n", err.text);
    return st;
}
