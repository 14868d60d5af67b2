/* reading.c - names, regions and ignored labels: what was said, and what lies beside the truth. */
#include "reading.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../io/region_file.h"

const char *const seg_files_words[] = {"auto", "cases", "channels", "masks", NULL};
const char *const seg_raters_words[] = {"each", "majority", "mean", NULL};

void seg_reading_free(seg_reading *r)
{
    seg_class_list_free(&r->channel_names[0]);
    seg_class_list_free(&r->channel_names[1]);
    seg_class_list_free(&r->classes);
    seg_class_list_free(&r->ignored);
    seg_renaming_free(&r->renaming[0]);
    seg_renaming_free(&r->renaming[1]);
    seg_palette_free(&r->palette);
    seg_regions_free(&r->regions);
    seg_label_names_free(r->names, r->n_names);
    *r = (seg_reading){0};
}

/* ---- files beside the truth ---- */

/* The first of the known names in the truth's folder or the one above. NULL when there is none. */
/* *found is the path, or NULL when no file is there. */
static seg_status find_beside(char **found, const char *truth, const char *const *known, seg_error *err)
{
    static const char *const place[] = {"", "../", NULL};
    const char *slash = strrchr(truth, '/');
    int folder = slash ? (int)(slash - truth + 1) : 0;

    *found = NULL;
    for (int p = 0; place[p]; p++)
        for (int k = 0; known[k]; k++) {
            seg_string path = {0};

            seg_string_printf(&path, "%.*s%s%s", folder, truth, place[p], known[k]);
            if (path.failed)
                return seg_string_check(&path, err);
            if (access(path.text, R_OK) == 0) {
                *found = path.text;
                return SEG_OK;
            }
            seg_string_free(&path);
        }
    return SEG_OK;
}

/* What is no file of that kind merely lies there: it is mentioned and passed over. A lack of memory, or an input that
 * is an output, ends the case. */
static seg_status pass_over(const seg_error *found, const char *what, const seg_warnings *notes, seg_error *err)
{
    if (found->status == SEG_OK)
        return SEG_OK;
    if (found->status != SEG_READ)
        return seg_fail(err, found->status, "%s", found->text);
    seg_warn(notes, "%s (%s)", found->text, what);
    return SEG_OK;
}

static seg_status find_names(seg_case_reading *c, const seg_reading *r, const char *truth, bool *has_ignore,
                             int64_t *ignore, const seg_warnings *notes, seg_error *err)
{
    static const char *const known[] = {"dseg.tsv", "dataset.json", "labels.tsv", "labels.txt", NULL};
    char *path;
    seg_error found = {0};
    seg_status st = find_beside(&path, truth, known, err);

    if (path && seg_label_names_read(&c->found, &c->n_found, has_ignore, ignore, path, &found))
        st = pass_over(&found, "label names are not used", notes, err);
    if (!st && *has_ignore && !r->ignore_said)
        seg_warn(notes, "%s names %lld as the ignore label; those voxels are left out", path, (long long)*ignore);
    free(path);
    return st;
}

static void note_regions(const seg_regions *regions, const seg_warnings *notes)
{
    seg_string names = {0};

    for (size_t i = 0; i < regions->n; i++)
        seg_string_printf(&names, "%s%s", i ? ", " : "", regions->region[i].name);
    seg_warn(notes, "%s has regions, which are scored one by one: %s (--regions none scores the labels)", regions->path,
             names.text ? names.text : "");
    seg_string_free(&names);
}

static seg_status find_regions(seg_case_reading *c, const char *truth, const seg_warnings *notes, seg_error *err)
{
    static const char *const known[] = {"dataset.json", NULL};
    char *path;
    seg_error found = {0};
    seg_status st = find_beside(&path, truth, known, err);

    if (path && seg_regions_find_in(&c->regions, path, &found))
        st = pass_over(&found, "its regions are not used", notes, err);
    if (!st && c->regions.n)
        note_regions(&c->regions, notes);
    free(path);
    return st;
}

/* ---- names ---- */

static void append_names(seg_case_reading *c, const seg_label_name *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        c->names[c->n_names++] = names[i];
}

/* Names of a selection: places of regions, of independent channels, or labels. */
static seg_status append_places(seg_case_reading *c, size_t n, const char *(*name)(const void *, size_t),
                                const void *of)
{
    for (size_t i = 0; i < n; i++)
        c->names[c->n_names++] = (seg_label_name){(int64_t)i + 1, (char *)name(of, i)};
    return SEG_OK;
}

static const char *region_name(const void *regions, size_t i)
{
    return ((const seg_regions *)regions)->region[i].name;
}

static const char *channel_name(const void *image, size_t i)
{
    return ((const seg_image *)image)->name[i];
}

/* The image whose independent channels name the classes of the case, or NULL: both have channels, so labels play no part. */
static const seg_image *naming_image(const seg_image *prediction, const seg_image *truth)
{
    if (!prediction->independent || !truth->independent)
        return NULL;
    return truth->name ? truth : prediction->name ? prediction : NULL;
}

static seg_status gather_names(seg_case_reading *c, const seg_reading *r, const seg_image *prediction,
                               const seg_image *truth, seg_error *err)
{
    const seg_image *naming = naming_image(prediction, truth);
    const seg_regions *regions = c->match.regions;
    size_t places = regions ? regions->n : naming ? seg_image_channels(naming) : 0;
    size_t n = places ? places
                      : r->n_names + c->n_carried[0] + c->n_carried[1] + c->n_found + r->renaming[0].names +
                            r->renaming[1].names + r->palette.names;
    seg_status st = seg_alloc(&c->names, n, sizeof *c->names, "names of labels", err);

    if (st)
        return st;
    if (regions)
        return append_places(c, places, region_name, regions);
    if (naming)
        return append_places(c, places, channel_name, naming);
    append_names(c, r->names, r->n_names);
    append_names(c, r->renaming[1].name, r->renaming[1].names);
    append_names(c, r->renaming[0].name, r->renaming[0].names);
    append_names(c, r->palette.name, r->palette.names);
    append_names(c, c->carried[1], c->n_carried[1]);
    append_names(c, c->carried[0], c->n_carried[0]);
    append_names(c, c->found, c->n_found);
    return SEG_OK;
}

/* ---- ignored labels ---- */

static seg_status add_ignored(seg_case_reading *c, size_t *room, int64_t label, seg_error *err)
{
    seg_status st = seg_grow(&c->ignored, room, c->match.n_ignored + 1, sizeof *c->ignored, "ignored labels", err);

    if (!st)
        c->ignored[c->match.n_ignored++] = label;
    return st;
}

/* What the evaluation of a data set leaves out. */
static seg_status ignore_by_palette(seg_case_reading *c, const seg_palette *p, size_t *room, const seg_warnings *notes,
                                    seg_error *err)
{
    seg_string labels = {0};
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < p->n_ignored; i++) {
        st = add_ignored(c, room, p->ignored[i], err);
        seg_string_printf(&labels, "%s%lld", i ? ", " : "", (long long)p->ignored[i]);
    }
    if (!st && p->n_ignored)
        seg_warn(notes,
                 "palette %s: voxels of the truth with the labels %s are ignored (--ignore-label none counts them)",
                 p->title, labels.text ? labels.text : "");
    seg_string_free(&labels);
    return st;
}

static seg_status gather_ignored(seg_case_reading *c, const seg_reading *r, bool found, int64_t ignore,
                                 const seg_warnings *notes, seg_error *err)
{
    const seg_renaming *renaming = &r->renaming[1];
    size_t room = 0;
    seg_status st = SEG_OK;

    c->match.ignore_nothing = r->ignore_said && !r->ignored.n;
    if (r->ignore_said)
        st = r->ignored.n ? seg_class_list_resolve(&r->ignored, c->names, c->n_names, "--ignore-label", &c->ignored,
                                                   &c->match.n_ignored, err)
                          : SEG_OK;
    else if (renaming->has_ignore && !(st = add_ignored(c, &room, renaming->ignore, err)))
        seg_warn(notes, "%s: voxels of the truth with the label %lld are ignored (--ignore-label none counts them)",
                 renaming->title, (long long)renaming->ignore);
    if (!st && !r->ignore_said && !renaming->has_ignore)
        st = ignore_by_palette(c, &r->palette, &room, notes, err);
    if (!st && !r->ignore_said && found)
        st = add_ignored(c, &room, ignore, err);
    c->match.ignored = c->ignored;
    for (size_t i = 0; !st && i < c->match.n_ignored; i++)
        if (c->ignored[i] == 0)
            seg_warn(notes, "label 0 is ignored: no false positive in the background counts");
    return st;
}

/* ---- a case ---- */

static bool may_find(const seg_reading *r, const char *truth)
{
    return r->find_names && truth && strcmp(truth, "-") != 0;
}

seg_status seg_case_reading_begin(seg_case_reading *c, const seg_reading *r, const char *truth,
                                  const seg_warnings *notes, seg_error *err)
{
    seg_status st = SEG_OK;

    *c = (seg_case_reading){
        .reading = r, .match = r->match, .has_ignore = r->names_ignore, .ignore = r->ignored_by_names};
    for (int side = 0; side < 2; side++)
        c->match.renaming[side] = r->renaming[side].given ? &r->renaming[side] : NULL;
    if (may_find(r, truth) && !r->n_names)
        st = find_names(c, r, truth, &c->has_ignore, &c->ignore, notes, err);
    else if (c->has_ignore && !r->ignore_said)
        seg_warn(notes, "the file of label names says that %lld is the ignore label; those voxels are left out",
                 (long long)c->ignore);
    if (!st && may_find(r, truth) && !r->regions_said)
        st = find_regions(c, truth, notes, err);
    c->match.regions = r->regions.n ? &r->regions : c->regions.n ? &c->regions : NULL;
    return st;
}

seg_status seg_case_reading_resolve(seg_case_reading *c, const seg_image *prediction, const seg_image *truth,
                                    const seg_warnings *notes, seg_error *err)
{
    const seg_reading *r = c->reading;
    seg_status st = gather_names(c, r, prediction, truth, err);

    if (!st)
        st = gather_ignored(c, r, c->has_ignore, c->ignore, notes, err);
    if (!st && r->classes.n)
        st = seg_class_list_resolve(&r->classes, c->names, c->n_names, "--classes", &c->classes, &c->match.n_classes,
                                    err);
    c->match.classes = c->classes;
    c->match.names = c->names;
    c->match.n_names = c->n_names;
    return st;
}

void seg_case_reading_free(seg_case_reading *c)
{
    seg_label_names_free(c->found, c->n_found);
    for (int side = 0; side < 2; side++)
        seg_label_names_free(c->carried[side], c->n_carried[side]);
    seg_regions_free(&c->regions);
    free(c->names);
    free(c->classes);
    free(c->ignored);
    *c = (seg_case_reading){0};
}

/* ---- before any file is read ---- */

/* Names that no file can add to: those of --labels, or of regions. */
seg_status seg_reading_check(const seg_reading *r, seg_error *err)
{
    seg_case_reading c = {.match.regions = r->regions.n ? &r->regions : NULL};
    const seg_image none = {0};
    int64_t *ids = NULL;
    size_t n = 0;
    seg_status st = SEG_OK;

    if (seg_class_list_numeric(&r->classes) || (!r->n_names && !r->regions.n))
        return SEG_OK;
    st = gather_names(&c, r, &none, &none, err);
    if (!st)
        st = seg_class_list_resolve(&r->classes, c.names, c.n_names, "--classes", &ids, &n, err);
    free(ids);
    seg_case_reading_free(&c);
    return st;
}
