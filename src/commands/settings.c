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

static void add_number(seg_settings *s, const char *name, double x)
{
    add(s, name, isnan(x) ? NULL : seg_number(s->number[s->numbers++], x));
}

/* What was said about the meaning of numbers. */
static void add_reading(seg_settings *s, const seg_reading_options_given *o)
{
    add(s, "input", seg_read_as_words[o->input]);
    add(s, "truth-input", seg_read_as_words[o->truth_input]);
    add_number(s, "scale", o->scale);
    add_number(s, "truth-scale", o->truth_scale);
    add(s, "clip", o->clip ? "yes" : "no");
    add_number(s, "truth-threshold", o->truth_threshold);
    add(s, "channels", o->channels);
    add(s, "truth-channels", o->truth_channels);
    add(s, "axes", o->axes);
    add_number(s, "frame", o->frame < 0 ? NAN : o->frame);
    add(s, "classes", o->classes);
    add(s, "labels", o->labels);
    add(s, "ignore-label", o->ignore);
    add(s, "map", o->map);
    add(s, "map-prediction", o->map_prediction);
    add(s, "map-truth", o->map_truth);
    add(s, "regions", o->regions);
    add(s, "palette", o->palette);
    add(s, "objects", o->objects);
    add(s, "mask", o->mask);
    add_number(s, "mask-threshold", o->mask_threshold);
}

void seg_settings_fill(seg_settings *s, const seg_scoring_options *o)
{
    s->losses = joined(&o->losses, "default");
    s->metrics = joined(&o->metrics, "dsc,iou,hd95");
    add(s, "loss", s->losses);
    add(s, "metric", s->metrics);
    add(s, "convention", o->convention ? o->convention : "segloss");
    add_reading(s, &o->reading);
    add(s, "threshold", isnan(o->threshold) ? NULL : seg_number(s->number[s->numbers++], o->threshold));
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

static seg_status take_reading(seg_settings *s, seg_string *text, seg_error *err)
{
    seg_status st = seg_string_check(text, err);
    size_t at = 0;

    while (at < s->n && s->setting[at].value != s->reading)
        at++;
    if (!s->reading || at == s->n) /* settings that serve several runs have the reading of the last */
        add(s, "reading", text->text);
    else
        s->setting[at].value = text->text;
    free(s->reading);
    s->reading = text->text;
    return st;
}

seg_status seg_settings_reading(seg_settings *s, const seg_run_reading *run, seg_error *err)
{
    static const char *const kinds[] = {
        [SEG_RUN_OPEN] = "each prediction by itself",
        [SEG_RUN_LABELS] = "predictions: labels",
        [SEG_RUN_PROBABILITIES] = "predictions: probabilities",
    };
    seg_string text = {0};

    seg_string_printf(&text, "%s%s%s%s%s", kinds[run->kind], run->reason ? " (" : "", run->reason ? run->reason : "",
                      run->reason ? ")" : "", run->series ? "; frames are cases" : "");
    return take_reading(s, &text, err);
}

seg_status seg_settings_pair_reading(seg_settings *s, const seg_pair_files *files, seg_error *err)
{
    seg_string text = {0};

    seg_string_printf(&text, "prediction: %s; truth: %s", seg_meaning_text(&files->meaning[0]),
                      seg_meaning_text(&files->meaning[1]));
    return take_reading(s, &text, err);
}

void seg_settings_line(const seg_settings *s, seg_string *out)
{
    seg_string_printf(out, "segloss %s", SEG_VERSION);
    for (size_t i = 0; i < s->n; i++) {
        if (s->setting[i].value && s->setting[i].value == s->reading)
            continue;
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
    free(s->reading);
    *s = (seg_settings){0};
}
