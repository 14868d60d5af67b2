/* pair_list.c - reads a list of pairs line by line, so that a long one starts at once and costs no memory.
 *
 * Only a 64-bit hash of every name is kept, to tell a second case of the same name: two different names share one
 * with a probability below 1e-7 for a million cases.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../base/files.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../report/csv.h"
#include "pairing.h"

enum { CASE, PREDICTION, TRUTH, COLUMNS };

struct seg_pair_list {
    FILE *file;
    char *path;   /* for messages */
    char *folder; /* paths are relative to it; "" for stdin */
    bool nul;
    size_t line;         /* of the last record */
    char separator;      /* 0 until a line was seen that is not empty */
    int column[COLUMNS]; /* -1: none */
    char *text;          /* getline's */
    size_t room;
    uint64_t *seen; /* hashes of names; 0 where free */
    size_t slots, names;
};

seg_status seg_pair_list_open(seg_pair_list **out, const char *path, bool nul, seg_error *err)
{
    bool standard = !strcmp(path, "-");
    const char *slash = standard ? NULL : strrchr(path, '/');
    seg_pair_list *list;
    seg_status st = seg_alloc(&list, 1, sizeof *list, "a list of pairs", err);

    *out = list;
    if (st)
        return st;
    list->nul = nul;
    list->path = seg_copy(standard ? "stdin" : path, SIZE_MAX);
    list->folder = slash ? seg_copy(path, (size_t)(slash - path + 1)) : seg_copy("", SIZE_MAX);
    st = seg_open_input(&list->file, path, "a list of pairs", err);
    if (!st && (!list->path || !list->folder))
        st = seg_fail(err, SEG_MEMORY, "not enough memory for a list of pairs");
    if (st) {
        seg_pair_list_close(list);
        *out = NULL;
    }
    return st;
}

void seg_pair_list_close(seg_pair_list *list)
{
    if (!list)
        return;
    seg_close_input(list->file);
    free(list->path);
    free(list->folder);
    free(list->text);
    free(list->seen);
    free(list);
}

/* ---- names already seen ---- */

static uint64_t hash(const char *name)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * 0x100000001b3u;
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    h ^= h >> 32;
    return h ? h : 1;
}

static uint64_t *slot(uint64_t *seen, size_t slots, uint64_t h)
{
    size_t i = h & (slots - 1);

    while (seen[i] && seen[i] != h)
        i = (i + 1) & (slots - 1);
    return &seen[i];
}

static seg_status widen(seg_pair_list *list, seg_error *err)
{
    size_t slots = list->slots ? 2 * list->slots : 256;
    uint64_t *seen;
    seg_status st = seg_alloc(&seen, slots, sizeof *seen, "case names", err);

    for (size_t i = 0; !st && i < list->slots; i++)
        if (list->seen[i])
            *slot(seen, slots, list->seen[i]) = list->seen[i];
    if (st)
        return st;
    free(list->seen);
    list->seen = seen;
    list->slots = slots;
    return SEG_OK;
}

static seg_status note_name(seg_pair_list *list, const char *name, seg_error *err)
{
    seg_status st = 2 * (list->names + 1) > list->slots ? widen(list, err) : SEG_OK;
    uint64_t h = hash(name), *at;

    if (st)
        return st;
    at = slot(list->seen, list->slots, h);
    if (*at)
        return seg_fail(err, SEG_USAGE,
                        "%s, line %zu: a second case '%s' (give every case a name of its own in the "
                        "column 'case')",
                        list->path, list->line, name);
    *at = h;
    list->names++;
    return SEG_OK;
}

/* ---- lines ---- */

static seg_status read_text(seg_pair_list *list, int end, bool *more, seg_error *err)
{
    ssize_t n;

    errno = 0;
    n = getdelim(&list->text, &list->room, end, list->file);
    *more = n >= 0;
    if (n < 0 && ferror(list->file))
        return seg_fail(err, SEG_READ, "%s: %s", list->path, strerror(errno));
    if (n < 0 && errno == ENOMEM)
        return seg_fail(err, SEG_MEMORY, "%s: a line is too long for the memory", list->path);
    list->line += *more;
    while (end == '\n' && n > 0 && (list->text[n - 1] == '\n' || list->text[n - 1] == '\r'))
        list->text[--n] = '\0';
    return SEG_OK;
}

static char *resolve(const seg_pair_list *list, const char *path)
{
    seg_string full = {0};

    seg_string_printf(&full, "%s%s", *path == '/' ? "" : list->folder, path);
    return full.text;
}

/* The columns by their names; false when the line is no header. */
static bool read_header(seg_pair_list *list, char *const *field, size_t n)
{
    static const char *const names[COLUMNS][6] = {
        {"case", "subject", "SubjectID", "id", NULL},
        {"prediction", "pred", "Prediction", NULL},
        {"truth", "gt", "reference", "ref", "label", "Target"},
    };

    for (int c = 0; c < COLUMNS; c++)
        list->column[c] = -1;
    for (size_t f = 0; f < n; f++)
        for (int c = 0; c < COLUMNS; c++)
            for (int k = 0; k < 6 && names[c][k]; k++)
                if (list->column[c] < 0 && seg_same_name(names[c][k], field[f]))
                    list->column[c] = (int)f;
    return list->column[PREDICTION] >= 0 && list->column[TRUTH] >= 0;
}

static const char *cell(const seg_pair_list *list, char *const *field, size_t n, int column)
{
    int at = list->column[column];

    return at >= 0 && (size_t)at < n ? field[at] : "";
}

static seg_status fill(seg_pair_list *list, seg_pairing *p, const char *name, const char *prediction, const char *truth,
                       seg_error *err)
{
    p->prediction = resolve(list, prediction);
    p->truth = resolve(list, truth);
    p->name = *name ? seg_copy(name, SIZE_MAX) : seg_case_path(prediction);
    if (!p->prediction || !p->truth || !p->name)
        return seg_fail(err, SEG_MEMORY, "not enough memory for a list of pairs");
    return note_name(list, p->name, err);
}

/* The text of the line, without the byte order mark that spreadsheets put in front of a file. */
static char *line_text(const seg_pair_list *list)
{
    static const char MARK[] = "\xef\xbb\xbf";
    bool marked = list->line == 1 && !strncmp(list->text, MARK, strlen(MARK));

    return list->text + (marked ? strlen(MARK) : 0);
}

/* One record; *used is false for the header and for empty lines. The first line that is not empty tells the columns. */
static seg_status read_record(seg_pair_list *list, seg_pairing *p, bool *used, seg_error *err)
{
    seg_csv csv = {.text = line_text(list), .separator = list->separator, .line = 1};
    bool first = !list->separator && *csv.text, more;
    seg_status st;

    if (first)
        csv.separator = list->separator = seg_csv_separator(csv.text);
    st = seg_csv_next(&csv, &more, err);
    if (st)
        seg_while(err, "%s, line %zu", list->path, list->line);
    *used = !st && more;
    if (*used && first) {
        *used = !read_header(list, csv.field, csv.n);
        if (*used) { /* no header: prediction, truth */
            list->column[CASE] = -1;
            list->column[PREDICTION] = 0;
            list->column[TRUTH] = 1;
        }
    }
    if (*used) {
        const char *prediction = cell(list, csv.field, csv.n, PREDICTION), *truth = cell(list, csv.field, csv.n, TRUTH);

        if (!*prediction || !*truth)
            st = seg_fail(err, SEG_USAGE,
                          "%s, line %zu: %s, a prediction and a truth separated by a comma or a tab were "
                          "wanted",
                          list->path, list->line, csv.n < 2 ? "only one field" : "an empty field");
        else
            st = fill(list, p, cell(list, csv.field, csv.n, CASE), prediction, truth, err);
    }
    seg_csv_free(&csv);
    return st;
}

static seg_status next_nul(seg_pair_list *list, seg_pairing *p, bool *more, seg_error *err)
{
    char *prediction;
    seg_status st = read_text(list, '\0', more, err);

    if (st || !*more)
        return st;
    prediction = seg_copy(list->text, SIZE_MAX);
    st = prediction ? read_text(list, '\0', more, err) : seg_fail(err, SEG_MEMORY, "not enough memory for a path");
    list->line -= *more; /* a pair counts as one */
    if (!st && !*more)
        st = seg_fail(err, SEG_USAGE, "%s: the last prediction, %s, has no truth (prediction NUL truth NUL was wanted)",
                      list->path, prediction);
    if (!st)
        st = fill(list, p, "", prediction, list->text, err);
    free(prediction);
    return st;
}

seg_status seg_pair_list_next(seg_pair_list *list, seg_pairing *pairing, bool *more, seg_error *err)
{
    bool used = false;
    seg_status st = SEG_OK;

    *pairing = (seg_pairing){0};
    *more = true;
    if (list->nul)
        st = next_nul(list, pairing, more, err);
    while (!st && !list->nul && *more && !used) {
        st = read_text(list, '\n', more, err);
        if (!st && *more)
            st = read_record(list, pairing, &used, err);
    }
    if (st) {
        seg_pairing_free(pairing);
        *more = false;
    }
    return st;
}
