/* settings.c - lists the options that change a number, and none that does not. */
#include "settings.h"

#include <math.h>
#include <stdlib.h>

static void add(seg_settings *s, const char *name, const char *value)
{
    s->setting[s->n++] = (seg_setting){name, value};
}

static char *joined(const seg_texts *list, const char *preset)
{
    seg_string out = {0};

    for (size_t i = 0; i < list->n; i++)
        seg_string_printf(&out, "%s%s", i ? "," : "", list->text[i]);
    seg_string_add(&out, list->n ? "" : preset);
    return out.text;
}

void seg_settings_fill(seg_settings *s, const seg_scoring_options *o)
{
    s->losses = joined(&o->losses, "default");
    s->metrics = joined(&o->metrics, "dsc,iou,hd95");
    add(s, "loss", s->losses);
    add(s, "metric", s->metrics);
    add(s, "convention", o->convention ? o->convention : "segloss");
    add(s, "input", seg_read_as_words[o->input]);
    add(s, "truth-input", seg_read_as_words[o->truth_input]);
    add(s, "classes", o->classes);
    add(s, "labels", o->labels);
    add(s, "ignore-label", o->ignore);
    add(s, "map", o->map);
    add(s, "map-prediction", o->map_prediction);
    add(s, "map-truth", o->map_truth);
    add(s, "regions", o->regions);
    add(s, "objects", o->objects);
    add(s, "threshold", isnan(o->threshold) ? NULL : seg_number(s->threshold, o->threshold));
    add(s, "spacing", o->spacing);
    add(s, "geometry", seg_geometry_words[o->geometry]);
    add(s, "empty", seg_empty_words[o->empty]);
    add(s, "nan", seg_nan_words[o->nan]);
    add(s, "per-slice", o->per_slice ? "yes" : "no");
    if (o->slice_mean)
        add(s, "slice-mean", "yes");
    add(s, "slice-axis", seg_axis_words[o->slice_axis]);
    add(s, "per-class", o->per_class ? "yes" : "no");
}

void seg_settings_line(const seg_settings *s, seg_string *out)
{
    seg_string_printf(out, "segloss %s", SEG_VERSION);
    for (size_t i = 0; i < s->n; i++) {
        seg_string_printf(out, ";%s=", s->setting[i].name);
        for (const char *c = s->setting[i].value; c && *c; c++)
            seg_string_add_n(out, *c == '\n' ? " " : c, 1);
    }
    seg_string_add(out, "\n");
}

void seg_settings_free(seg_settings *s)
{
    free(s->losses);
    free(s->metrics);
    *s = (seg_settings){0};
}
