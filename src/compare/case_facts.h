/* case_facts.h - what a table says of the cases beside their scores: the patient, the sex, the scanner. */
#ifndef SEG_COMPARE_CASE_FACTS_H
#define SEG_COMPARE_CASE_FACTS_H

#include "../base/error.h"
#include "dataset.h"

/* Groups and clusters of the cases. {0}: there are none. */
typedef struct {
    const char *path;    /* CSV or TSV with a column "case"; NULL: none */
    const char *cluster; /* a column, or "regex:EXPR" whose first group in the name of a case is its cluster; or NULL */
    const char *by;      /* a column; or NULL */
} seg_facts_query;

/* {0} is empty. */
typedef struct {
    seg_intern cases;           /* the names */
    const char **cluster, **by; /* [cases.n]; NULL without such a column */
    size_t room_cluster, room_by;
    seg_intern pool;
} seg_case_facts;

seg_status seg_case_facts_read(seg_case_facts *table, const seg_facts_query *query, seg_error *err);
void seg_case_facts_free(seg_case_facts *table);

/* The group of a case: index into cube->groups, which get the values of --by in the order of the table. "" without. */
seg_status seg_case_facts_group(const seg_case_facts *table, const seg_facts_query *query, seg_dataset *cube,
                                const char *name, size_t *group, seg_error *err);

/* Fills the clusters of the cube's cases. A cluster must lie within one group. */
seg_status seg_case_facts_cluster(const seg_case_facts *table, const seg_facts_query *query, seg_dataset *cube,
                                  seg_error *err);

#endif
