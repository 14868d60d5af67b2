/* pair_folders.c - pairs the files of two folders by a rule that makes the name of the case out of a file's name. */
#include <dirent.h>
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../io/format.h"
#include "match_expression.h"
#include "pairing.h"

static const char *const rule_words[] = {"name", "nnunet", "bids", "cityscapes", NULL};

seg_status seg_match_rule_read(seg_match_rule *rule, const char **expression, const char *text, seg_error *err)
{
    *expression = NULL;
    for (int i = 0; rule_words[i]; i++)
        if (seg_same_name(rule_words[i], text)) {
            *rule = (seg_match_rule)i;
            return SEG_OK;
        }
    if (strncmp(text, "regex:", 6) || !text[6])
        return seg_fail(err, SEG_USAGE,
                        "--match has no '%s', one of name, nnunet, bids, cityscapes, regex:EXPR was "
                        "wanted",
                        text);
    *rule = SEG_MATCH_REGEX;
    *expression = text + 6;
    return SEG_OK;
}

/* ---- files of a folder ---- */

struct file {
    char *path; /* with the folder in front */
    char *key;  /* the name of its case */
};

struct files {
    struct file *file;
    size_t n, room;
    regex_t *expression;
    seg_match_rule rule;
    const char *suffix; /* or NULL */
};

static void free_files(struct files *f)
{
    for (size_t i = 0; i < f->n; i++) {
        free(f->file[i].path);
        free(f->file[i].key);
    }
    free(f->file);
}

/* ---- from a relative path without extension to the name of the case ---- */

/* CASE_0000 and CASE are the same case. */
static char *nnunet_key(char *stem)
{
    size_t n = strlen(stem);

    if (n > 5 && stem[n - 5] == '_' && strspn(stem + n - 4, "0123456789") == 4)
        stem[n - 5] = '\0';
    return stem;
}

/* The entities that say whose image it is, without those that say how it was made, and without the suffix. */
static char *bids_key(char *stem)
{
    static const char *const left_out[] = {"desc-", "label-", "from-", "model-", "atlas-", NULL};
    char *slash = strrchr(stem, '/'), *rest = slash ? slash + 1 : stem, *piece;
    seg_string key = {0};

    while ((piece = strsep(&rest, "_"))) {
        bool keep = strchr(piece, '-') != NULL;

        for (int i = 0; left_out[i]; i++)
            keep = keep && strncmp(piece, left_out[i], strlen(left_out[i])) != 0;
        if (keep)
            seg_string_printf(&key, "%s%s", key.length ? "_" : "", piece);
    }
    free(stem);
    return key.text;
}

/* city_sequence_frame, the first three words. */
static char *cityscapes_key(char *stem)
{
    char *slash = strrchr(stem, '/'), *at = slash ? slash + 1 : stem, *key;
    int words = 0;
    size_t n = 0;

    for (; at[n] && (at[n] != '_' || ++words < 3); n++)
        ;
    key = seg_copy(at, n);
    free(stem);
    return key;
}

static char *regex_key(const struct files *f, char *stem)
{
    regmatch_t match[2];
    char *key = NULL;
    int fault = regexec(f->expression, stem, 2, match, 0);

    if (fault == REG_ESPACE)
        seg_text_is_lost();
    if (!fault && match[1].rm_so >= 0)
        key = seg_copy(stem + match[1].rm_so, (size_t)(match[1].rm_eo - match[1].rm_so));
    free(stem);
    return key;
}

/* NULL: the rule does not know this file (or memory is out). */
static char *key_of(const struct files *f, const char *relative, size_t stem_length)
{
    char *stem = seg_copy(relative, f->rule == SEG_MATCH_REGEX ? SIZE_MAX : stem_length);

    if (!stem)
        return NULL;
    switch (f->rule) {
    case SEG_MATCH_NNUNET:
        return nnunet_key(stem);
    case SEG_MATCH_BIDS:
        return bids_key(stem);
    case SEG_MATCH_CITYSCAPES:
        return cityscapes_key(stem);
    case SEG_MATCH_REGEX:
        return regex_key(f, stem);
    default:
        return stem;
    }
}

static bool has_suffix(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = suffix ? strlen(suffix) : 0;

    return n >= m && !strcasecmp(name + n - m, suffix ? suffix : "");
}

static seg_status add_file(struct files *f, const char *path, const char *relative, seg_error *err)
{
    size_t stem;
    struct file file;
    seg_status st;

    if (!seg_is_image_name(relative, &stem) || !has_suffix(relative, f->suffix))
        return SEG_OK;
    st = seg_grow(&f->file, &f->room, f->n + 1, sizeof *f->file, "a list of files", err);
    if (st)
        return st;
    file.key = key_of(f, relative, stem);
    if (!file.key)
        return SEG_OK; /* not of this data set */
    file.path = seg_copy(path, SIZE_MAX);
    if (!file.path) {
        free(file.key);
        return seg_fail(err, SEG_MEMORY, "not enough memory for a list of files");
    }
    f->file[f->n++] = file;
    return SEG_OK;
}

static seg_status list_folder(struct files *f, const char *path, size_t root, int depth, seg_error *err);

static seg_status add_entry(struct files *f, const char *path, size_t root, int depth, seg_error *err)
{
    struct stat info;

    if (stat(path, &info))
        return SEG_OK; /* went away meanwhile, or a dangling link: reported as missing if its partner is there */
    if (S_ISDIR(info.st_mode))
        return depth < 16 ? list_folder(f, path, root, depth + 1, err) : SEG_OK;
    return add_file(f, path, path + root, err);
}

static seg_status list_folder(struct files *f, const char *path, size_t root, int depth, seg_error *err)
{
    struct dirent *entry;
    DIR *folder = opendir(path);
    seg_status st = SEG_OK;

    if (!folder)
        return seg_fail(err, SEG_READ, "%s: %s (a folder of images was wanted)", path, strerror(errno));
    while (!st && (entry = readdir(folder))) {
        seg_string full = {0};

        if (entry->d_name[0] == '.')
            continue;
        seg_string_printf(&full, "%s/%s", path, entry->d_name);
        st = seg_string_check(&full, err);
        if (!st)
            st = add_entry(f, full.text, root, depth, err);
        seg_string_free(&full);
    }
    closedir(folder);
    return st;
}

static int by_key(const void *a, const void *b)
{
    const struct file *x = a, *y = b;
    int order = strcmp(x->key, y->key);

    return order ? order : strcmp(x->path, y->path);
}

/* The annotations of a street scene lie side by side; those with labelIds are what its evaluation reads. */
static bool has_label_ids(const struct file *file)
{
    size_t stem;
    const char *slash = strrchr(file->path, '/'), *name = slash ? slash + 1 : file->path;

    seg_is_image_name(name, &stem);
    return stem >= 9 && !strncmp(name + stem - 9, "_labelIds", 9);
}

static void keep_label_ids(struct files *f)
{
    size_t kept = 0;

    for (size_t i = 0, end; i < f->n; i = end) {
        bool has = false;

        for (end = i; end < f->n && !strcmp(f->file[i].key, f->file[end].key); end++)
            has |= has_label_ids(&f->file[end]);
        for (size_t k = i; k < end; k++) {
            struct file file = f->file[k];

            if (!has || has_label_ids(&file)) {
                f->file[kept++] = file;
                continue;
            }
            free(file.path);
            free(file.key);
        }
    }
    f->n = kept;
}

/* nnU-Net writes case.nii.gz and case.npz side by side. */
static seg_status two_files(const struct file *a, const struct file *b, seg_error *err)
{
    size_t n, m;

    seg_is_image_name(a->path, &n);
    seg_is_image_name(b->path, &m);
    if (strcmp(a->path + n, b->path + m) != 0)
        return seg_fail(err, SEG_MISMATCH,
                        "%s and %s are both the case '%s' (say --suffix %s or --suffix %s to take one kind)", a->path,
                        b->path, a->key, b->path + m, a->path + n);
    return seg_fail(err, SEG_MISMATCH, "%s and %s are both the case '%s' (use --match regex:EXPR, or --pairs FILE)",
                    a->path, b->path, a->key);
}

static seg_status list_sorted(struct files *f, const char *folder, seg_error *err)
{
    char *path = seg_copy(folder, SIZE_MAX), extensions[SEG_FORMAT_EXTENSIONS];
    size_t n = path ? strlen(path) : 0;
    seg_status st = path ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for a list of files");

    while (n > 1 && path[n - 1] == '/')
        path[--n] = '\0';
    if (!st)
        st = list_folder(f, path, n + (n > 1 || (path && path[0] != '/')), 0, err);
    free(path);
    if (st)
        return st;
    if (f->n)
        qsort(f->file, f->n, sizeof *f->file, by_key);
    if (f->rule == SEG_MATCH_CITYSCAPES)
        keep_label_ids(f);
    for (size_t i = 1; i < f->n; i++)
        if (!strcmp(f->file[i - 1].key, f->file[i].key))
            return two_files(&f->file[i - 1], &f->file[i], err);
    if (!f->n)
        return seg_fail(err, SEG_READ, "%s: no image (%s) in it that --match knows", folder,
                        seg_format_extensions(extensions));
    return SEG_OK;
}

/* ---- pairs ---- */

struct lonely {
    size_t n;
    seg_string names; /* the first few */
};

static void add_lonely(struct lonely *l, const char *path)
{
    enum { SHOWN = 6 };

    if (l->n++ < SHOWN)
        seg_string_printf(&l->names, "%s%s", l->n > 1 ? ", " : "", path);
    else if (l->n == SHOWN + 1)
        seg_string_add(&l->names, ", ...");
}

static seg_status add_pair(seg_pairings *list, const struct file *p, const struct file *t, seg_error *err)
{
    seg_pairing pairing = {.name = seg_copy(t->key, SIZE_MAX),
                           .prediction = seg_copy(p->path, SIZE_MAX),
                           .truth = seg_copy(t->path, SIZE_MAX)};
    seg_status st = seg_grow(&list->pairing, &list->room, list->n + 1, sizeof *list->pairing, "a list of cases", err);

    if (!st && (!pairing.name || !pairing.prediction || !pairing.truth))
        st = seg_fail(err, SEG_MEMORY, "not enough memory for a list of cases");
    if (st)
        seg_pairing_free(&pairing);
    else
        list->pairing[list->n++] = pairing;
    return st;
}

static seg_status join(seg_pairings *list, const struct files *p, const struct files *t, struct lonely *lonely,
                       seg_error *err)
{
    size_t i = 0, j = 0;
    seg_status st = SEG_OK;

    while (!st && (i < p->n || j < t->n)) {
        int order = i == p->n ? 1 : j == t->n ? -1 : strcmp(p->file[i].key, t->file[j].key);

        if (order == 0)
            st = add_pair(list, &p->file[i++], &t->file[j++], err);
        else
            add_lonely(lonely, order < 0 ? p->file[i++].path : t->file[j++].path);
    }
    return st;
}

static seg_status compile(regex_t *compiled, struct files *p, struct files *t, const char *expression, seg_error *err)
{
    char why[128];
    seg_status st = seg_match_expression_check(expression, err);
    int fault = st ? 0 : regcomp(compiled, expression, REG_EXTENDED);

    if (st)
        return st;
    if (fault == REG_ESPACE)
        return seg_fail(err, SEG_MEMORY, "not enough memory for the expression of --match");
    if (fault) {
        regerror(fault, compiled, why, sizeof why);
        return seg_fail(err, SEG_USAGE, "--match regex:%s: %s", expression, why);
    }
    p->expression = t->expression = compiled;
    if (compiled->re_nsub < 1)
        return seg_fail(err, SEG_USAGE, "--match regex:%s has no group: put the part that names the case in ( )",
                        expression);
    return SEG_OK;
}

static seg_status pair_by(seg_pairings *list, struct lonely *lonely, const char *const folders[2],
                          const seg_folder_rule *rule, seg_error *err)
{
    struct files p = {.rule = rule->rule, .suffix = rule->suffix}, t = {.rule = rule->rule};
    regex_t compiled;
    seg_status st = rule->rule == SEG_MATCH_REGEX ? compile(&compiled, &p, &t, rule->expression, err) : SEG_OK;

    if (!st)
        st = list_sorted(&p, folders[0], err);
    if (!st)
        st = list_sorted(&t, folders[1], err);
    if (!st)
        st = join(list, &p, &t, lonely, err);
    if (p.expression)
        regfree(p.expression);
    free_files(&p);
    free_files(&t);
    return st;
}

/* ---- files without a partner ---- */

/* The rule by which most files have a partner, to be named when the one in use finds none; NULL when none does. */
static const char *better_rule(const char *const folders[2])
{
    const char *best = NULL;
    size_t most = 0;

    for (int rule = 0; rule < SEG_MATCH_REGEX; rule++) {
        seg_pairings list = {0};
        struct lonely lonely = {0};

        if (!pair_by(&list, &lonely, folders, &(seg_folder_rule){.rule = (seg_match_rule)rule}, NULL) &&
            list.n > most) {
            best = rule_words[rule];
            most = list.n;
        }
        seg_string_free(&lonely.names);
        seg_pairings_free(&list);
    }
    return best;
}

static seg_status no_pair(const char *const folders[2], const char *names, seg_error *err)
{
    const char *rule = better_rule(folders);

    return seg_fail(err, SEG_MISMATCH, "no file of the one folder belongs to a file of the other: %s (%s%s)", names,
                    rule ? "their names agree by --match " : "--match regex:EXPR or --pairs FILE tells how they do",
                    rule ? rule : "");
}

static seg_status judge(const seg_pairings *list, const struct lonely *lonely, const char *const folders[2],
                        bool allow_missing, const seg_warnings *notes, seg_error *err)
{
    const char *names = lonely->names.text ? lonely->names.text : "";

    if (!list->n)
        return no_pair(folders, names, err);
    if (lonely->n && !allow_missing)
        return seg_fail(err, SEG_MISMATCH,
                        "%zu file%s without a partner: %s (--allow-missing scores the others; --match "
                        "tells how names belong together)",
                        lonely->n, lonely->n == 1 ? " is" : "s are", names);
    if (lonely->n)
        seg_warn(notes, "%zu file%s without a partner %s left out: %s", lonely->n, lonely->n == 1 ? "" : "s",
                 lonely->n == 1 ? "is" : "are", names);
    return SEG_OK;
}

seg_status seg_pair_folders(seg_pairings *list, const char *prediction, const char *truth, const seg_folder_rule *rule,
                            const seg_warnings *notes, seg_error *err)
{
    const char *const folders[2] = {prediction, truth};
    struct lonely lonely = {0};
    seg_status st = pair_by(list, &lonely, folders, rule, err);

    if (!st)
        st = judge(list, &lonely, folders, rule->allow_missing, notes, err);
    seg_string_free(&lonely.names);
    return st;
}

/* ---- one more image for each case ---- */

static char *path_of(const struct files *f, const char *folder, const char *name)
{
    seg_string missing = {0};

    for (size_t i = 0; i < f->n; i++)
        if (!strcmp(f->file[i].key, name))
            return seg_copy(f->file[i].path, SIZE_MAX);
    seg_string_printf(&missing, "%s/%s", folder, name);
    return missing.text;
}

seg_status seg_find_in_folder(char ***path, const seg_pairings *list, const char *folder, const seg_folder_rule *rule,
                              seg_error *err)
{
    struct files f = {.rule = rule->rule}, unused = {0};
    regex_t compiled;
    seg_status st = rule->rule == SEG_MATCH_REGEX ? compile(&compiled, &f, &unused, rule->expression, err) : SEG_OK;

    if (!st)
        st = seg_alloc(path, list->n, sizeof **path, "a list of files", err);
    if (!st)
        st = list_sorted(&f, folder, err);
    for (size_t i = 0; !st && i < list->n; i++)
        if (!((*path)[i] = path_of(&f, folder, list->pairing[i].name)))
            st = seg_fail(err, SEG_MEMORY, "not enough memory for a list of files");
    if (f.expression)
        regfree(f.expression);
    free_files(&f);
    return st;
}
