/* settings_check.c - the settings of `segloss eval` that change the values of the measures. */
#include "settings_check.h"

#include <string.h>

static const struct {
    const char *name, *preset;
} KEYS[] = {{"convention", "segloss"},
            {"empty", "na"},
            {"spacing", ""},
            {"threshold", ""},
            {"ignore-label", ""},
            {"classes", ""},
            {"input", "auto"},
            {"truth-input", "auto"},
            {"geometry", "strict"},
            {"nan", "error"},
            {"map", ""},
            {"map-prediction", ""},
            {"map-truth", ""},
            {"regions", ""},
            {"channels", ""},
            {"axes", ""},
            {"frame", ""},
            {"scale", ""},
            {"clip", ""},
            {"mask", ""},
            {"palette", ""},
            {"truth-threshold", ""},
            {"raters", ""},
            {"files", ""},
            {"objects", ""}};

static const char *value_of(const seg_report_file *file, const char *name, const char *preset)
{
    for (size_t i = 0; i < file->n_settings; i++) {
        if (!strcmp(file->settings[i].name, name))
            return file->settings[i].value ? file->settings[i].value : preset;
    }
    return preset;
}

size_t seg_settings_differ(const seg_report_file *a, const seg_report_file *b, seg_string *out)
{
    size_t n = 0;

    for (size_t k = 0; k < sizeof KEYS / sizeof *KEYS; k++) {
        const char *x = value_of(a, KEYS[k].name, KEYS[k].preset), *y = value_of(b, KEYS[k].name, KEYS[k].preset);

        if (!strcmp(x, y))
            continue;
        seg_string_printf(out, "%s%s (%s and %s)", n ? ", " : "", KEYS[k].name, *x ? x : "none", *y ? y : "none");
        n++;
    }
    return n;
}
