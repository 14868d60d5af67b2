/* man.c - the pages of the manual. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../losses/loss.h"
#include "../metrics/metric.h"
#include "docs.h"
#include "mdoc.h"

static const struct {
    int code;
    const char *meaning;
} EXIT_CODES[] = {
    {0, "All done."},
    {1, "Some cases of a batch failed, or a limit of --fail-under or --fail-over was exceeded."},
    {2, "Usage: an unknown option or name, a malformed specification, a value out of range."},
    {3, "An input cannot be read or is damaged."},
    {4, "The inputs do not fit together: shape, geometry, labels, swapped operands."},
    {5, "The output cannot be written."},
    {6, "Out of memory, or over the memory budget."},
    {70, "A bug in segloss."},
    {130, "Interrupted (128 + 2, the number of SIGINT)."},
    {143, "Terminated (128 + 15, the number of SIGTERM)."},
};

static void exit_status(seg_string *out)
{
    seg_string_add(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n");
    for (size_t i = 0; i < sizeof EXIT_CODES / sizeof *EXIT_CODES; i++) {
        seg_string_printf(out, ".It %d\n", EXIT_CODES[i].code);
        seg_mdoc_text(out, EXIT_CODES[i].meaning);
    }
    seg_string_add(out, ".El\n");
}

static void environment(seg_string *out)
{
    seg_string_add(out, ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
                        ".It Ev SEGLOSS_THREADS , Ev OMP_NUM_THREADS , Ev SLURM_CPUS_PER_TASK\n"
                        "Number of threads, in this order, when\n.Fl -threads\nis not given.\n"
                        ".It Ev SLURM_MEM_PER_NODE , Ev SLURM_MEM_PER_CPU\n"
                        "Memory limit of a Slurm job: the default of\n"
                        ".Fl -memory\ndoes not exceed it.\n"
                        ".It Ev OMP_WAIT_POLICY\nWith\n.Cm passive\nwaiting threads yield the processor "
                        "immediately,\notherwise they may spin for some "
                        "milliseconds.\nRecommended when several runs share a machine.\n"
                        ".It Ev SEGLOSS_SIMD\n"
                        "Instruction set of the kernels:\n.Cm v4\n.Pq AVX-512 ,\n.Cm v3\n.Pq AVX2\nor\n.Cm base .\n"
                        "By default the best that the processor has, which\n.Nm Fl -version\nshows.\n"
                        "All of them give the same bytes: this is for tests.\n"
                        ".It Ev NO_COLOR\nWhen not empty: no colour.\n.El\n");
}

static void examples(seg_string *out, const char *text)
{
    bool first = true;

    if (!text)
        return;
    seg_string_add(out, ".Sh EXAMPLES\n");
    while (*text) {
        size_t line = strcspn(text, "\n"), command = strcspn(text, "\t\n");
        char *shown = seg_copy(text, command);
        char *about = command + 1 < line ? seg_copy(text + command + 1, line - command - 1) : NULL;

        seg_string_add(out, about && !first ? ".Pp\n" : "");
        if (about)
            seg_mdoc_sentence(out, about);
        seg_mdoc_literal(out, shown ? shown : "");
        free(shown);
        free(about);
        first = false;
        text += line + (text[line] == '\n');
    }
}

/* SEE ALSO: pages by section, then by name, the order that mandoc demands. */
struct page {
    int section;
    char name[64];
};

static int by_section_and_name(const void *a, const void *b)
{
    const struct page *x = a, *y = b;

    return x->section != y->section ? x->section - y->section : strcmp(x->name, y->name);
}

static void see_also(seg_string *out, const char *self)
{
    static const struct page others[] = {{1, "segloss"},          {5, "segloss-formats"}, {7, "segloss-analysis"},
                                         {7, "segloss-cluster"},  {7, "segloss-losses"},  {7, "segloss-metrics"},
                                         {7, "segloss-pipelines"}};
    enum { MOST = 64 };
    struct page page[MOST];
    size_t n = sizeof others / sizeof *others;

    memcpy(page, others, sizeof others);
    for (size_t i = 0; i < seg_commands_count && n < MOST; i++) {
        page[n].section = 1;
        snprintf(page[n++].name, sizeof page->name, "segloss-%s", seg_commands[i]->name);
    }
    qsort(page, n, sizeof *page, by_section_and_name);
    seg_string_add(out, ".Sh SEE ALSO\n");
    for (size_t i = 0, shown = 0; i < n; i++)
        if (strcmp(page[i].name, self))
            seg_string_printf(out, "%s.Xr %s %d", shown++ ? " ,\n" : "", page[i].name, page[i].section);
    seg_string_add(out, "\n");
}

void seg_docs_main_page(seg_string *out)
{
    seg_mdoc_begin(out, "segloss", 1, "segloss", "score segmentations and analyse losses");
    seg_string_add(out, ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar option ...\n.Op Ar file ...\n.Sh DESCRIPTION\n");
    seg_mdoc_text(out,
                  "segloss reads predictions (maps of probabilities or labels) and ground truths from image "
                  "files, computes the losses of Azad et al., Loss Functions in the Era of Semantic Segmentation "
                  "(arXiv 2312.05391), and metrics such as DSC, IoU and HD95 by the definitions of published tools, "
                  "and writes tables, CSV and JSON.\n\nResults go to standard output, everything else to standard "
                  "error. The same input gives the same bytes for any number of threads.");
    seg_string_add(out, ".Pp\nThe commands are:\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < seg_commands_count; i++) {
        seg_string_printf(out, ".It Cm %s\n", seg_commands[i]->name);
        seg_mdoc_sentence(out, seg_commands[i]->summary);
        seg_string_printf(out, "See\n.Xr segloss-%s 1 .\n", seg_commands[i]->name);
    }
    seg_string_add(out, ".It Cm help Op Ar command\nPrint the help.\n.El\n.Bl -tag -width Ds\n"
                        ".It Fl -version\nPrint the versions of segloss and of its libraries.\n.El\n");
    environment(out);
    exit_status(out);
    examples(out, "segloss eval pred.nii.gz truth.nii.gz\tDSC, IoU and HD95 of a segmentation, for each class\n"
                  "segloss eval --loss all --metric none -f csv prob.nii.gz truth.nii.gz\tAll losses of a "
                  "probability map, as CSV");
    see_also(out, "segloss");
}

static void synopsis(seg_string *out, const seg_command *c)
{
    const char *text = c->operands;

    seg_string_printf(out, ".Sh SYNOPSIS\n.Nm segloss %s\n.Op Ar option ...\n", c->name);
    while (*text) {
        size_t n = strcspn(text, " ");

        seg_string_printf(out, ".Ar %.*s\n", (int)n, text);
        text += n + (text[n] == ' ');
    }
}

void seg_docs_command_page(seg_string *out, const seg_command *c)
{
    seg_string page = {0};

    seg_string_printf(&page, "segloss-%s", c->name);
    seg_mdoc_begin(out, page.text ? page.text : "", 1, page.text ? page.text : "", c->summary);
    synopsis(out, c);
    seg_string_add(out, ".Sh DESCRIPTION\n");
    seg_mdoc_text(out, c->description);
    seg_string_add(out, ".Pp\nThe options are:\n");
    seg_mdoc_options(out, c->options);
    exit_status(out);
    examples(out, c->examples);
    see_also(out, page.text ? page.text : "");
    seg_string_free(&page);
}

static void parameters(seg_string *out, const seg_param *params)
{
    if (!params || !params->name)
        return;
    seg_string_add(out, ".Pp\n.Em Parameters :\n.Bl -tag -width Ds\n");
    for (const seg_param *row = params; row->name; row++) {
        seg_string text = {0};

        seg_string_printf(out, ".It Cm %s\n", row->name);
        seg_string_printf(&text, "%s: ", row->help);
        seg_params_write_range(row, &text);
        seg_string_add(&text, ".");
        if (row->type != SEG_PARAM_FILE) {
            seg_string_add(&text, " Default: ");
            seg_params_write_preset(row, &text);
            seg_string_add(&text, ".");
        }
        if (row->alias)
            seg_string_printf(&text, " Also called %s.", row->alias);
        seg_mdoc_sentence(out, text.text ? text.text : "");
        seg_string_free(&text);
    }
    seg_string_add(out, ".El\n");
}

static void title(seg_string *out, const char *name, const char *meaning, const char *const *aliases)
{
    seg_string text = {0};

    for (int i = 0; aliases[i]; i++)
        seg_string_printf(&text, "%s%s", i ? ", " : "Also called ", aliases[i]);
    seg_string_printf(out, ".Ss %s\n", name);
    seg_mdoc_sentence(out, meaning);
    seg_mdoc_sentence(out, text.text ? text.text : "");
    seg_string_free(&text);
}

static void loss(seg_string *out, const seg_loss *l)
{
    title(out, l->name, l->title, l->aliases);
    seg_mdoc_literal(out, l->equation ? l->equation : "");
    if (l->symbols && *l->symbols)
        seg_mdoc_literal(out, l->symbols);
    parameters(out, l->params);
    seg_mdoc_part(out, "Range", l->range);
    seg_mdoc_part(out, "Empty classes", l->empty);
    seg_mdoc_part(out, "Advantages", l->advantages);
    seg_mdoc_part(out, "Disadvantages", l->disadvantages);
    seg_mdoc_part(out, "Use cases", l->use_cases);
    seg_mdoc_part(out, "Soft labels", l->flags & SEG_LOSS_SOFT_TRUTH ? "supported" : "not supported (error)");
    seg_mdoc_part(out, "Gradient", l->gradient ? "with respect to the probabilities" : l->no_gradient);
    seg_mdoc_part(out, "As printed in the survey", l->survey);
    seg_mdoc_part(out, "Other implementations", l->elsewhere);
    seg_mdoc_part(out, "Reference", l->reference);
}

void seg_docs_losses_page(seg_string *out)
{
    seg_mdoc_begin(out, "segloss-losses", 7, "segloss-losses",
                   "the losses, their equations, parameters and edge cases");
    seg_string_add(out, ".Sh DESCRIPTION\n");
    seg_mdoc_text(
        out, "Where the equation in the survey differs from that of the original authors, form=survey computes the "
             "survey's and form=reference, the default, the original. In the Tversky losses alpha is the weight of "
             "false negatives and beta that of false positives; fn and fp are other names of these two. A list inside "
             "a parameter is separated by a slash.");
    for (int level = 0; level < SEG_LEVELS; level++) {
        static const char *const titles[] = {"PIXEL LEVEL", "REGION LEVEL", "BOUNDARY LEVEL", "COMBINATIONS"};

        seg_string_printf(out, ".Sh %s\n", titles[level]);
        for (size_t i = 0; i < seg_losses_count; i++)
            if ((int)seg_losses[i]->level == level)
                loss(out, seg_losses[i]);
    }
    see_also(out, "segloss-losses");
}

static void metric(seg_string *out, const seg_metric *m)
{
    static const char *const better[] = {"Lower is better.", "Neither high nor low is better.", "Higher is better."};

    title(out, m->name, m->title, m->aliases);
    seg_mdoc_text(out, better[m->better + 1]);
    seg_mdoc_lines(out, m->definition ? m->definition : "");
    parameters(out, m->params + 1); /* the first row, convention, is the same for all and stands above */
    seg_mdoc_part(out, "Range", m->range);
    seg_mdoc_part(out, "Empty masks", m->empty);
    seg_mdoc_part(out, "Reference", m->reference);
}

void seg_docs_metrics_page(seg_string *out)
{
    seg_mdoc_begin(out, "segloss-metrics", 7, "segloss-metrics", "the metrics and the conventions they can follow");
    seg_string_add(out, ".Sh DESCRIPTION\n");
    seg_mdoc_text(out, "TP, FP, FN and TN are the voxels of a class that are in both masks, only in the prediction, "
                       "only in the ground truth, and in neither.\n\nEvery metric has the parameter convention, which "
                       "selects the definition of a tool. Its value is the name of one of the CONVENTIONS below, as in "
                       "hd95:convention=medpy, or all, for one row for each; the default is the option --convention.");
    for (int family = 0; family < SEG_METRIC_FAMILIES; family++) {
        seg_string_add(out, ".Sh ");
        for (const char *c = seg_metric_family_names[family]; *c; c++) {
            char upper = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);

            seg_string_add_n(out, &upper, 1);
        }
        seg_string_add(out, "\n");
        for (size_t i = 0; i < seg_metrics_count; i++)
            if ((int)seg_metrics[i]->family == family)
                metric(out, seg_metrics[i]);
    }
    seg_string_add(out, ".Sh CONVENTIONS\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < seg_conventions_count; i++) {
        seg_string_printf(out, ".It Cm %s\n", seg_conventions[i].name);
        seg_mdoc_sentence(out, seg_conventions[i].meaning);
        if (seg_conventions[i].checked) {
            seg_string text = {0};

            seg_string_printf(&text, "Checked against %s.", seg_conventions[i].checked);
            seg_mdoc_text(out, text.text ? text.text : "");
            seg_string_free(&text);
        }
    }
    seg_string_add(out, ".El\n");
    see_also(out, "segloss-metrics");
}
