/* pairing.h - which prediction belongs to which truth: by folders, by a list in a file, or by what comes from a pipe. */
#ifndef SEG_EVALUATE_PAIRING_H
#define SEG_EVALUATE_PAIRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "../base/error.h"

/* One case to score. Owned texts. */
typedef struct {
    char *name; /* unique within the run */
    char *prediction, *truth;
    char *mask;  /* only voxels inside count; or NULL */
    char **more; /* [n_more] truths of other raters, joined with the first */
    size_t n_more;
    bool has_frame; /* one frame of a series: */
    size_t frame;   /* this one, from 0 */
    int folder[2];  /* seg_files_kind: what a folder of the prediction, of the truth holds */
} seg_pairing;

/* A copy; SEG_MEMORY leaves *out empty. */
seg_status seg_pairing_copy(seg_pairing *out, const seg_pairing *pairing, seg_error *err);

void seg_pairing_free(seg_pairing *pairing);

/* A whole list, in the order of the case names' bytes. */
typedef struct {
    seg_pairing *pairing;
    size_t n, room;
} seg_pairings;

void seg_pairings_free(seg_pairings *list);

typedef enum { SEG_MATCH_NAME, SEG_MATCH_NNUNET, SEG_MATCH_BIDS, SEG_MATCH_CITYSCAPES, SEG_MATCH_REGEX } seg_match_rule;

/* "name", "nnunet", "bids", "cityscapes", "regex:EXPR" (a POSIX extended expression whose first group is the case). */
seg_status seg_match_rule_read(seg_match_rule *rule, const char **expression, const char *text, seg_error *err);

/* How the files of two folders pair up. */
typedef struct {
    seg_match_rule rule;
    const char *expression; /* of SEG_MATCH_REGEX */
    bool allow_missing;     /* files without a partner are left out with a remark instead of an error */
    const char *suffix;     /* only predictions whose names end so; or NULL */
} seg_folder_rule;

/* Pairs the images below two folders. Files without a partner are an error that names them, unless they may be missing.
 * Two files for one case are an error; of the truths of Cityscapes those with labelIds are taken. */
seg_status seg_pair_folders(seg_pairings *list, const char *prediction, const char *truth, const seg_folder_rule *rule,
                            const seg_warnings *notes, seg_error *err);

/* Finds in a folder the image of each case by the same rule: (*path)[list->n], each to be freed; one that is missing is
 * named as if it were there, so that its case fails with the name. */
seg_status seg_find_in_folder(char ***path, const seg_pairings *list, const char *folder, const seg_folder_rule *rule,
                              seg_error *err);

/* A list that is read as it is used: a million lines start at once. */
typedef struct seg_pair_list seg_pair_list;

/* `path` is a CSV or TSV file with the columns prediction, truth and optionally case, whose paths are relative to it,
 * or "-" for stdin; without a header each line holds prediction and truth. With `nul`: prediction NUL truth NUL. */
seg_status seg_pair_list_open(seg_pair_list **list, const char *path, bool nul, seg_error *err);

/* The next pair; *more is false at the end. SEG_USAGE with the line number for a malformed line or a second case of
 * the same name. */
seg_status seg_pair_list_next(seg_pair_list *list, seg_pairing *pairing, bool *more, seg_error *err);
void seg_pair_list_close(seg_pair_list *list);

/* The file's name without folders and image extensions. free() it; NULL without memory. */
char *seg_case_stem(const char *path);

/* The path without its image extension: the name of a case in a list that names none. */
char *seg_case_path(const char *path);

#endif
