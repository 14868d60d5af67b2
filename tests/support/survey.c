/* survey.c - reads the survey's Table 3. */
#include "survey.h"

#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "report/csv.h"
#include "report/read_parts.h"

/* Columns: table,dataset,network,loss,params,class,metric,direction,value,mark. Rows come organ by organ. */
void survey_read(double dsc[ORGANS][LOSSES], const char *network)
{
    seg_error err = {0};
    size_t length, n = 0;
    bool more = true;
    char *text;

    assert_ok(seg_read_text(&text, &length, GOLDEN "/survey_tables.csv", &err), &err);
    seg_csv csv = {.text = text, .separator = ',', .line = 1};
    while (assert_ok(seg_csv_next(&csv, &more, &err), &err), more) {
        if (strcmp(csv.field[0], "3") || strcmp(csv.field[2], network) || strcmp(csv.field[6], "DSC") ||
            !strcmp(csv.field[5], "Average"))
            continue;
        assert_true(n < ORGANS * LOSSES);
        dsc[n / LOSSES][n % LOSSES] = strtod(csv.field[8], NULL);
        n++;
    }
    assert_int_equal(n, ORGANS * LOSSES);
    seg_csv_free(&csv);
    free(text);
}
