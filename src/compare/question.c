/* question.c - which measures are wanted, which direction is good, which names come first. */
#include <stdint.h>

#include "../base/text.h"
#include "load.h"

size_t seg_wanted_index(const seg_query *question, const char *name, bool loss)
{
    for (size_t i = 0; i < question->n_wanted; i++) {
        if (question->wanted[i].loss == loss && seg_same_name(question->wanted[i].name, name))
            return i;
    }
    return question->n_wanted ? SIZE_MAX : 0;
}

int seg_wanted_better(const seg_query *question, const char *name, bool loss)
{
    size_t i = seg_wanted_index(question, name, loss);

    if (question->n_wanted && i != SIZE_MAX && question->wanted[i].better)
        return question->wanted[i].better;
    return loss ? -1 : question->better ? question->better(name) : 0;
}

seg_status seg_order_names(seg_dataset *cube, const seg_query *question, seg_error *err)
{
    bool kept = true;

    for (size_t i = 0; i < question->n_row_order; i++)
        kept &= seg_dataset_name(&cube->rows, question->row_order[i]) != SIZE_MAX;
    for (size_t i = 0; i < question->n_column_order; i++)
        kept &= seg_dataset_name(&cube->columns, question->column_order[i]) != SIZE_MAX;
    return kept ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for the names of a table");
}

seg_status seg_check_order(const seg_dataset *cube, const seg_query *question, seg_error *err)
{
    for (size_t r = 0; r < question->n_row_order; r++) {
        bool used = false;

        for (size_t g = 0; g < cube->groups.n && !used; g++)
            used = seg_dataset_has_row(cube, g, seg_intern_find(&cube->rows, question->row_order[r]) - 1);
        if (!used)
            return seg_fail(err, SEG_USAGE, "no row is called '%s' (the first is '%s')", question->row_order[r],
                            cube->n ? cube->rows.text[cube->datum[0].row] : "");
    }
    for (size_t c = 0; c < question->n_column_order; c++) {
        bool used = false;

        for (size_t m = 0; m < cube->measures.n && !used; m++)
            used = seg_dataset_has_column(cube, m, seg_intern_find(&cube->columns, question->column_order[c]) - 1);
        if (!used)
            return seg_fail(err, SEG_USAGE, "no column is called '%s'", question->column_order[c]);
        if (c && seg_is_mean_column(question->column_order[c - 1]) && !seg_is_mean_column(question->column_order[c]))
            return seg_fail(err, SEG_USAGE, "--col-order: '%s' is a mean, which stands behind all columns",
                            question->column_order[c - 1]);
    }
    return SEG_OK;
}
