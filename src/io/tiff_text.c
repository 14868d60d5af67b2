/* tiff_text.c - ImageJ writes lines "key=value", OME writes XML of which the attributes of <Pixels> matter.
 *
 *     ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2\nunit=micron\nspacing=0.5\n
 *     <OME ...><Image ...><Pixels DimensionOrder="XYZCT" SizeX="9" SizeZ="3" PhysicalSizeX="0.25" ...>
 */
#include "tiff_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../base/text.h"

static const struct {
    const char *name;
    double mm;
} UNITS[] = {{"m", 1000},         {"meter", 1000},     {"metre", 1000},  {"cm", 10},         {"mm", 1},
             {"millimeter", 1},   {"millimetre", 1},   {"micron", 1e-3}, {"microns", 1e-3},  {"um", 1e-3},
             {"\xc2\xb5m", 1e-3}, {"\xce\xbcm", 1e-3}, {"\xb5m", 1e-3},  {"\\u00B5m", 1e-3}, {"micrometer", 1e-3},
             {"nm", 1e-6},        {"nanometer", 1e-6}, {"inch", 25.4},   {"in", 25.4}};

static double unit_mm(const char *name)
{
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
        if (!strcasecmp(name, UNITS[i].name))
            return UNITS[i].mm;
    return NAN;
}

/* The value that begins at `from` and ends before any character of `end`. */
static bool value(const char *from, const char *end, char *out, size_t room)
{
    size_t n = strcspn(from, end);

    if (n >= room)
        return false;
    memcpy(out, from, n);
    out[n] = '\0';
    return true;
}

static size_t whole(const char *text)
{
    int64_t x;

    return seg_read_int64(text, &x) && x > 0 ? (size_t)x : 0;
}

static double length(const char *text)
{
    double x;

    return seg_read_double(text, &x) && x > 0 ? x : NAN;
}

/* ---- ImageJ ---- */

static bool line(const char *text, const char *key, char *out, size_t room)
{
    size_t n = strlen(key);

    for (const char *at = text; at; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (!strncmp(at, key, n) && at[n] == '=')
            return value(at + n + 1, "\r\n", out, room);
    }
    return false;
}

static size_t count(const char *text, const char *key)
{
    char out[32];

    return line(text, key, out, sizeof out) ? whole(out) : 0;
}

static void read_imagej(seg_tiff_text *t, const char *text)
{
    char out[32];

    t->imagej = true;
    t->images = count(text, "images");
    memcpy(t->order, "czt", 4);
    t->size[0] = count(text, "channels");
    t->size[1] = count(text, "slices");
    t->size[2] = count(text, "frames");
    if (line(text, "unit", out, sizeof out))
        t->unit_mm = unit_mm(out);
    if (line(text, "spacing", out, sizeof out))
        t->mm[2] = length(out) * t->unit_mm;
}

/* ---- OME ---- */

/* The value of an attribute of the element that begins at `element`, in either quotes. */
static bool attribute(const char *element, const char *name, char *out, size_t room)
{
    size_t n = strlen(name);
    const char *end = element + strcspn(element, ">");

    for (const char *at = strstr(element, name); at && at < end; at = strstr(at + 1, name)) {
        char quote[2] = {at[n] == '=' ? at[n + 1] : '\0'};

        if (strchr(" \t\r\n", at[-1]) && (*quote == '"' || *quote == '\''))
            return value(at + n + 2, quote, out, room);
    }
    return false;
}

static void read_lengths(seg_tiff_text *t, const char *pixels)
{
    char name[32], out[32];

    for (int i = 0; i < 3; i++) {
        double unit = 1e-3; /* the default of OME: micrometres */

        snprintf(name, sizeof name, "PhysicalSize%cUnit", "XYZ"[i]);
        if (attribute(pixels, name, out, sizeof out))
            unit = unit_mm(out);
        name[strlen("PhysicalSizeX")] = '\0';
        if (attribute(pixels, name, out, sizeof out))
            t->mm[i] = length(out) * unit;
    }
}

static void read_ome(seg_tiff_text *t, const char *pixels)
{
    char order[8], name[8], out[32];

    t->ome = true;
    if (!attribute(pixels, "DimensionOrder", order, sizeof order) || strlen(order) != 5)
        snprintf(order, sizeof order, "XYZCT");
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "Size%c", order[2 + i]);
        t->order[i] = (char)(order[2 + i] | 0x20);
        t->size[i] = attribute(pixels, name, out, sizeof out) ? whole(out) : 0;
    }
    read_lengths(t, pixels);
}

void seg_tiff_text_read(seg_tiff_text *t, const char *text)
{
    const char *pixels = strstr(text, "<OME") ? strstr(text, "<Pixels") : NULL;

    *t = (seg_tiff_text){.mm = {NAN, NAN, NAN}, .unit_mm = NAN};
    if (!strncmp(text, "ImageJ=", 7))
        read_imagej(t, text);
    else if (pixels)
        read_ome(t, pixels);
}
