/* info.c - segloss info: what a file contains and how it would be read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/inert.h"
#include "../io/read.h"
#include "command.h"
#include "print.h"

struct options {
    int input;
};

static const seg_option rows[] = {
    {0, "input", SEG_OPTION_CHOICE, offsetof(struct options, input), false, "KIND", seg_read_as_words, 0, 0, "auto",
     "how to read the files", SEG_COMPLETE_NOTHING},
    {.name = NULL},
};

static void grid(seg_string *out, const seg_file_info *info)
{
    char number[SEG_NUMBER_ROOM];

    seg_string_add(out, "  shape        ");
    for (int i = 0; i < info->dims; i++)
        seg_string_printf(out, "%s%zu", i ? " x " : "", info->shape[i]);
    seg_string_add(out, "\n  spacing      ");
    for (int i = 0; i < 3; i++)
        seg_string_printf(out, "%s%s", i ? " x " : "", seg_number_digits(number, info->grid.mm[i], 7));
    seg_string_printf(out, " %s\n", info->grid.has_mm ? "mm" : "px (the file does not say)");
    if (info->orientation[0])
        seg_string_printf(out, "  orientation  %s\n", info->orientation);
}

static void labels(seg_string *out, const seg_file_info *info)
{
    enum { SHOWN = 40 };
    size_t shown = info->values < SHOWN ? info->values : SHOWN;

    seg_string_printf(out, "  labels       %zu\n", info->values);
    for (size_t i = 0; i < shown; i++)
        seg_string_printf(out, "    %8lld  %llu voxels\n", (long long)info->value[i],
                          (unsigned long long)info->count[i]);
    if (shown < info->values)
        seg_string_printf(out, "    ... and %zu more\n", info->values - shown);
}

static void probabilities(seg_string *out, const seg_file_info *info)
{
    char low[SEG_NUMBER_ROOM], high[SEG_NUMBER_ROOM];

    seg_string_printf(out, "  channels     %d\n  range        %s to %s\n", info->channels,
                      seg_number_digits(low, info->min, 7), seg_number_digits(high, info->max, 7));
    if (!isnan(info->sum_off))
        seg_string_printf(out, "  sum          off 1 by %s at most\n", seg_number_digits(low, info->sum_off, 3));
    if (info->not_finite)
        seg_string_printf(out, "  not finite   %llu values\n", (unsigned long long)info->not_finite);
}

static seg_status show(seg_string *out, const char *path, const seg_read_options *options, seg_messages *messages,
                       seg_error *err)
{
    seg_file_info info = {0};
    seg_image image = {0};
    seg_status st = seg_file_info_read(&info, &image, path, options, &messages->notes, err);

    if (!st) {
        seg_inert_add(out, SEG_INERT_TERMINAL, path);
        seg_string_printf(out, "\n  format       %s%s%s, %s\n", info.format, info.packing ? ", " : "",
                          info.packing ? info.packing : "", info.storage);
        grid(out, &info);
        seg_string_printf(out, "  holds        %s%s\n", info.kind,
                          strcmp(info.kind, "doubtful") ? "" : " (--input says what it is: prob, logits or labels)");
        if (info.reason[0])
            seg_string_printf(out, "  because      %s\n", info.reason);
        if (info.settled[0])
            seg_string_printf(out, "  or else      %s\n", info.settled);
        if (info.values)
            labels(out, &info);
        else
            probabilities(out, &info);
    }
    seg_file_info_free(&info);
    seg_image_free(&image);
    return st;
}

/* A file that cannot be read does not keep the others from being shown; the first failure decides the exit code. */
static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    const struct options *o = values;
    seg_read_options options = {.as = (seg_read_as)o->input, .keep_nan = true};
    seg_status worst = SEG_OK;

    for (size_t i = 0; i < operands->n; i++) {
        seg_string out = {0};
        seg_error problem = {0};
        seg_status st = show(&out, operands->text[i], &options, messages, &problem);

        if (!st)
            st = seg_print(&out, &problem);
        seg_string_free(&out);
        if (st && worst) /* in the order of the files: the last one is told by the caller */
            seg_message_error(messages, err);
        if (st)
            *err = problem, worst = worst ? worst : st;
        if (st == SEG_WRITE || st == SEG_MEMORY)
            break;
    }
    return worst;
}

const seg_command seg_command_info = {
    .name = "info",
    .operands = "FILE...",
    .summary = "show format, geometry, kind and labels of files",
    .description = "Prints format, shape, spacing, orientation, kind (labels, probabilities, logits), and the labels "
                   "with their voxels or the range of the values with the sum over the classes.",
    .examples = "segloss info pred.nii.gz truth.nii.gz\tShow why two files do not match",
    .options = rows,
    .size = sizeof(struct options),
    .least = 1,
    .most = 100000,
    .completes = SEG_COMPLETE_FILE,
    .run = run,
};
