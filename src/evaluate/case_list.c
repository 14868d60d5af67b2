/* case_list.c - what two operands are: two files, two folders of cases, or images that are folders themselves. */
#include "case_list.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../io/folder_image.h"
#include "../io/format.h"
#include "../io/look.h"
#include "../io/segments.h"

static bool is_folder(const char *path)
{
    struct stat about;

    return strcmp(path, "-") != 0 && !stat(path, &about) && S_ISDIR(about.st_mode);
}

static seg_status add(seg_pairings *list, const seg_pairing *pairing, seg_error *err)
{
    seg_status st = seg_grow(&list->pairing, &list->room, list->n + 1, sizeof *list->pairing, "a list of cases", err);

    if (!st)
        st = seg_pairing_copy(&list->pairing[list->n], pairing, err);
    list->n += !st;
    return st;
}

/* ---- what is in a folder ---- */

typedef struct {
    bool images, folders; /* directly in it */
} contents;

static contents look_into(const char *path)
{
    contents c = {false, false};
    DIR *dir = opendir(path);
    const struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        seg_string full = {0};
        size_t stem;

        if (entry->d_name[0] == '.')
            continue;
        seg_string_printf(&full, "%s/%s", path, entry->d_name);
        if (full.text && is_folder(full.text))
            c.folders = true;
        else if (seg_is_image_name(entry->d_name, &stem))
            c.images = true;
        seg_string_free(&full);
    }
    if (dir)
        closedir(dir);
    return c;
}

/* ---- a pair of operands ---- */

struct operands {
    const seg_case_request *request;
    const char *path[2];
    const seg_warnings *notes;
};

static char *name_of(const char *path)
{
    size_t n = strlen(path);
    char *copy, *name;

    while (n > 1 && path[n - 1] == '/')
        n--;
    copy = seg_copy(path, n);
    name = copy ? seg_case_stem(copy) : NULL;
    free(copy);
    return name;
}

/* One case: two files, or a folder that is an image. */
static seg_status one_case(seg_pairings *list, const struct operands *o, seg_files_kind kind, seg_error *err)
{
    seg_pairing p = {.name = name_of(o->path[0]),
                     .prediction = (char *)o->path[0],
                     .truth = (char *)o->path[1],
                     .folder = {kind, kind}};
    seg_status st = p.name ? add(list, &p, err) : seg_fail(err, SEG_MEMORY, "not enough memory for the name of a case");

    free(p.name);
    return st;
}

static seg_status cases_channels_or_masks(const char *folder, seg_error *err)
{
    return seg_fail(
        err, SEG_MISMATCH,
        "%s: is a folder, and the other operand is one file: cases, channels of a map, or masks of structures? "
        "(say --files cases, --files channels or --files masks)",
        folder);
}

/* Every file of the folder against the one file. */
static seg_status cases_of_one(seg_pairings *list, const struct operands *o, int side, seg_error *err)
{
    seg_folder folder = {0};
    seg_status st = seg_folder_list(&folder, o->path[side], o->notes, err);

    for (size_t i = 0; !st && i < folder.n; i++) {
        struct operands one = *o;

        one.path[side] = folder.path[i];
        st = one_case(list, &one, SEG_FILES_AUTO, err);
        if (!st && side == 1) {
            free(list->pairing[list->n - 1].name);
            list->pairing[list->n - 1].name = name_of(folder.path[i]);
        }
    }
    seg_folder_free(&folder);
    return st;
}

static seg_status folder_and_file(seg_pairings *list, const struct operands *o, int side, bool *batch, seg_error *err)
{
    seg_files_kind kind = o->request->files;
    seg_folder folder = {0};
    seg_status st = SEG_OK;

    if (kind == SEG_FILES_CASES) {
        *batch = true;
        return cases_of_one(list, o, side, err);
    }
    if (kind != SEG_FILES_AUTO)
        return one_case(list, o, kind, err);
    st = seg_folder_list(&folder, o->path[side], NULL, err);
    if (!st && !seg_folder_is_channels(&folder))
        st = cases_channels_or_masks(o->path[side], err);
    seg_folder_free(&folder);
    return st ? st : one_case(list, o, SEG_FILES_AUTO, err);
}

/* ---- folders whose subfolders are the cases ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(char **name, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(name[i]);
    free(name);
}

static seg_status list_subfolders(char ***name, size_t *n, const char *path, seg_error *err)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    size_t room = 0;
    seg_status st = SEG_OK;

    *name = NULL;
    *n = 0;
    while (!st && dir && (entry = readdir(dir))) {
        seg_string full = {0};

        seg_string_printf(&full, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.' && full.text && is_folder(full.text) && look_into(full.text).images) {
            st = seg_grow(name, &room, *n + 1, sizeof **name, "a list of folders", err);
            if (!st && !((*name)[*n] = seg_copy(entry->d_name, SIZE_MAX)))
                st = seg_fail(err, SEG_MEMORY, "not enough memory for a list of folders");
            *n += !st;
        }
        seg_string_free(&full);
    }
    if (dir)
        closedir(dir);
    if (!st && *n)
        qsort(*name, *n, sizeof **name, by_text);
    return st;
}

static seg_status add_subfolder(seg_pairings *list, const struct operands *o, const char *name, seg_files_kind kind,
                                seg_error *err)
{
    seg_string p = {0}, t = {0};
    seg_pairing pairing = {.name = (char *)name, .folder = {kind, kind}};
    seg_status st;

    seg_string_printf(&p, "%s/%s", o->path[0], name);
    seg_string_printf(&t, "%s/%s", o->path[1], name);
    pairing.prediction = p.text;
    pairing.truth = t.text;
    st = p.failed || t.failed ? seg_fail(err, SEG_MEMORY, "not enough memory for a list of folders")
                              : add(list, &pairing, err);
    seg_string_free(&p);
    seg_string_free(&t);
    return st;
}

/* Names that both have; the others are left out with a note, or refused. */
static seg_status join_subfolders(seg_pairings *list, const struct operands *o, char **const name[2], const size_t n[2],
                                  seg_files_kind kind, seg_error *err)
{
    seg_string lonely = {0};
    size_t i = 0, j = 0;
    seg_status st = SEG_OK;

    while (!st && (i < n[0] || j < n[1])) {
        int order = i == n[0] ? 1 : j == n[1] ? -1 : strcmp(name[0][i], name[1][j]);

        if (order == 0)
            st = add_subfolder(list, o, name[0][i++], kind, err), j++;
        else
            seg_string_printf(&lonely, "%s%s", lonely.length ? ", " : "", order < 0 ? name[0][i++] : name[1][j++]);
    }
    if (!st && lonely.length && !o->request->rule.allow_missing)
        st = seg_fail(err, SEG_MISMATCH, "folders without a partner: %s (--allow-missing scores the others)",
                      lonely.text);
    else if (!st && lonely.length)
        seg_warn(o->notes, "folders without a partner are left out: %s", lonely.text);
    if (!st && !list->n)
        st = seg_fail(err, SEG_MISMATCH, "%s and %s have no folder of the same name", o->path[0], o->path[1]);
    seg_string_free(&lonely);
    return st;
}

static seg_status cases_of_folders(seg_pairings *list, const struct operands *o, seg_files_kind kind, seg_error *err)
{
    char **name[2] = {NULL, NULL};
    size_t n[2] = {0, 0};
    seg_status st = list_subfolders(&name[0], &n[0], o->path[0], err);

    if (!st)
        st = list_subfolders(&name[1], &n[1], o->path[1], err);
    if (!st)
        st = join_subfolders(list, o, name, n, kind, err);
    for (int side = 0; side < 2; side++)
        free_names(name[side], n[side]);
    return st;
}

/* Whether a file of the first folder is, by its name, also in the second: structures have one name in every case, cases
 * have names of their own. */
static bool share_names(const char *root, char **folder, size_t n)
{
    seg_string path[2] = {{0}, {0}};
    seg_folder files[2] = {{0}, {0}};
    bool shared = n == 1;

    for (int i = 0; n > 1 && i < 2; i++) {
        seg_string_printf(&path[i], "%s/%s", root, folder[i]);
        if (path[i].text)
            seg_folder_list(&files[i], path[i].text, NULL, NULL);
    }
    for (size_t i = 0; i < files[0].n; i++)
        for (size_t k = 0; k < files[1].n; k++)
            shared |= !strcmp(strrchr(files[0].path[i], '/'), strrchr(files[1].path[k], '/'));
    for (int i = 0; i < 2; i++) {
        seg_folder_free(&files[i]);
        seg_string_free(&path[i]);
    }
    return shared;
}

/* Two folders that hold nothing but folders of structures. */
static bool holds_structures(const struct operands *o)
{
    char **name = NULL;
    size_t n = 0;
    bool holds;

    for (int side = 0; side < 2; side++) {
        contents c = look_into(o->path[side]);

        if (c.images || !c.folders)
            return false;
    }
    holds = !list_subfolders(&name, &n, o->path[1], NULL) && n && share_names(o->path[1], name, n);
    free_names(name, n);
    return holds;
}

static seg_status two_folders(seg_pairings *list, const struct operands *o, bool *batch, seg_error *err)
{
    const seg_case_request *r = o->request;
    bool images = look_into(o->path[0]).images;

    *batch = true;
    if (r->files == SEG_FILES_CASES || (r->files == SEG_FILES_AUTO && (r->rule_said || !holds_structures(o))))
        return seg_pair_folders(list, o->path[0], o->path[1], &r->rule, o->notes, err);
    if (r->files == SEG_FILES_AUTO)
        seg_warn(o->notes,
                 "%s holds folders: each is a case, and its files are its masks or channels (--files cases says "
                 "otherwise)",
                 o->path[0]);
    if (!images)
        return cases_of_folders(list, o, r->files == SEG_FILES_AUTO ? SEG_FILES_MASKS : r->files, err);
    *batch = false;
    return one_case(list, o, r->files, err);
}

static seg_status pair_operands(seg_pairings *list, const struct operands *o, bool *batch, seg_error *err)
{
    bool folder[2] = {is_folder(o->path[0]), is_folder(o->path[1])};

    *batch = false;
    if (folder[0] && folder[1])
        return two_folders(list, o, batch, err);
    if (folder[0] || folder[1])
        return folder_and_file(list, o, folder[1], batch, err);
    return one_case(list, o, SEG_FILES_AUTO, err);
}

/* ---- raters ---- */

/* The name of rater i: the stem of its file or folder, or of the folder it is in when the stems are equal. */
static char *rater_name(const seg_case_request *r, size_t i)
{
    char *name = name_of(r->truth[i]);
    bool equal = false;

    for (size_t k = 0; name && k < r->truths; k++) {
        char *other = name_of(r->truth[k]);

        equal |= k != i && other && !strcmp(other, name);
        free(other);
    }
    if (equal && strrchr(r->truth[i], '/')) {
        char *folder = seg_copy(r->truth[i], (size_t)(strrchr(r->truth[i], '/') - r->truth[i]));

        free(name);
        name = folder ? name_of(folder) : NULL;
        free(folder);
    }
    return name;
}

static const seg_pairing *find_case(const seg_pairings *list, const char *name)
{
    for (size_t i = 0; i < list->n; i++)
        if (!strcmp(list->pairing[i].name, name))
            return &list->pairing[i];
    return NULL;
}

static seg_status add_each(seg_pairings *list, const seg_pairing *p, const char *rater, seg_error *err)
{
    seg_string name = {0};
    seg_pairing named = *p;
    seg_status st;

    seg_string_printf(&name, "%s[%s]", p->name, rater);
    named.name = name.text;
    st = name.failed ? seg_fail(err, SEG_MEMORY, "not enough memory for the name of a case") : add(list, &named, err);
    seg_string_free(&name);
    return st;
}

/* The truths of the raters from the second on, beside that of the first. */
static seg_status add_joined(seg_pairings *list, const seg_pairings *of, size_t raters, const seg_pairing *p,
                             seg_error *err)
{
    char *more[64];
    seg_pairing joined = *p;

    joined.more = more;
    for (size_t i = 1; i < raters && i <= 64; i++) {
        const seg_pairing *q = find_case(&of[i], p->name);

        if (!q)
            return seg_fail(err, SEG_MISMATCH,
                            "rater %zu has no truth for the case '%s' (--raters each scores those there are)", i + 1,
                            p->name);
        more[joined.n_more++] = q->truth;
    }
    return add(list, &joined, err);
}

static seg_status join_raters(seg_pairings *list, const seg_case_request *r, const seg_pairings *of, char **rater,
                              seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t k = 0; !st && k < of[0].n; k++) {
        const seg_pairing *p = &of[0].pairing[k];

        if (r->raters != SEG_RATERS_EACH)
            st = add_joined(list, of, r->truths, p, err);
        for (size_t i = 0; !st && r->raters == SEG_RATERS_EACH && i < r->truths; i++) {
            const seg_pairing *q = find_case(&of[i], p->name);

            if (q)
                st = add_each(list, q, rater[i], err);
        }
    }
    return st;
}

static seg_status raters(seg_pairings *list, const seg_case_request *r, bool *batch, const seg_warnings *notes,
                         seg_error *err)
{
    seg_pairings *of = NULL;
    char **rater = NULL;
    seg_status st = seg_alloc(&of, r->truths, sizeof *of, "the raters", err);

    if (!st)
        st = seg_alloc(&rater, r->truths, sizeof *rater, "the raters", err);
    for (size_t i = 0; !st && i < r->truths; i++) {
        struct operands o = {r, {r->prediction, r->truth[i]}, notes};

        rater[i] = rater_name(r, i);
        st = rater[i] ? pair_operands(&of[i], &o, batch, err)
                      : seg_fail(err, SEG_MEMORY, "not enough memory for the names of the raters");
    }
    if (!st)
        st = join_raters(list, r, of, rater, err);
    if (!st && r->raters == SEG_RATERS_EACH) {
        seg_warn(notes, "%zu raters: n counts pairs, not cases", r->truths);
        *batch = true;
    }
    for (size_t i = 0; i < r->truths; i++) {
        if (of)
            seg_pairings_free(&of[i]);
        if (rater)
            free(rater[i]);
    }
    free(of);
    free(rater);
    return st;
}

/* ---- masks of voxels that count ---- */

static seg_status add_masks(seg_pairings *list, const seg_case_request *r, seg_error *err)
{
    char **path = NULL;
    seg_status st = SEG_OK;

    if (r->mask && is_folder(r->mask))
        st = seg_find_in_folder(&path, list, r->mask, &r->rule, err);
    for (size_t i = 0; !st && r->mask && i < list->n; i++) {
        list->pairing[i].mask = path ? path[i] : seg_copy(r->mask, SIZE_MAX);
        if (!list->pairing[i].mask)
            st = seg_fail(err, SEG_MEMORY, "not enough memory for a list of cases");
    }
    free(path);
    return st;
}

seg_status seg_case_list_make(seg_pairings *list, const seg_case_request *r, bool *batch, const seg_warnings *notes,
                              seg_error *err)
{
    const struct operands o = {r, {r->prediction, r->truth[0]}, notes};
    seg_status st = r->truths > 1 ? raters(list, r, batch, notes, err) : pair_operands(list, &o, batch, err);

    return st ? st : add_masks(list, r, err);
}

/* ---- series ---- */

/* Frames of a file whose header says that it has some; 1 when it cannot be read, which its case will say. */
static size_t frames_of(const char *path, const seg_read_options *options)
{
    seg_look look;
    size_t frames;

    if (!strcmp(path, "-") || is_folder(path) || seg_look_open(&look, path, options, NULL, NULL))
        return 1;
    frames = look.facts.frames > 1 ? look.facts.frames : look.facts.channels;
    if (seg_has_layers(look.file)) /* its channels are classes */
        frames = 1;
    seg_look_close(&look);
    return frames;
}

/* Frames that both files have; 1 where they differ, which the case will say. */
static size_t count_frames(const seg_pairing *p, const seg_reading *reading)
{
    size_t n = p->has_frame ? 1 : frames_of(p->prediction, &reading->files[0]);

    return n > 1 && frames_of(p->truth, &reading->files[1]) == n ? n : 1;
}

bool seg_case_list_frames(const seg_pairings *list, const seg_reading *reading)
{
    return list->n == 1 && strcmp(list->pairing[0].prediction, "-") != 0 &&
           count_frames(&list->pairing[0], reading) > 1;
}

static seg_status add_frame(seg_pairings *list, const seg_pairing *p, size_t frame, seg_error *err)
{
    seg_string name = {0};
    seg_pairing one = *p;
    seg_status st;

    seg_string_printf(&name, "%s[%zu]", p->name, frame);
    one.name = name.text;
    one.has_frame = true;
    one.frame = frame;
    st = name.failed ? seg_fail(err, SEG_MEMORY, "not enough memory for the name of a case") : add(list, &one, err);
    seg_string_free(&name);
    return st;
}

seg_status seg_case_list_expand(seg_pairings *list, const seg_reading *reading, const seg_warnings *notes,
                                seg_error *err)
{
    seg_pairings frames = {0};
    size_t series = 0;
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < list->n; i++) {
        const seg_pairing *p = &list->pairing[i];
        size_t n = count_frames(p, reading);

        series += n > 1;
        for (size_t f = 0; !st && n > 1 && f < n; f++)
            st = add_frame(&frames, p, f, err);
        if (!st && n <= 1)
            st = add(&frames, p, err);
    }
    if (st) {
        seg_pairings_free(&frames);
        return st;
    }
    if (series)
        seg_warn(notes, "%zu file%s read as series: %zu frames, each a case", series, series == 1 ? " is" : "s are",
                 frames.n);
    seg_pairings_free(list);
    *list = frames;
    return SEG_OK;
}
