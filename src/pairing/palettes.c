/* palettes.c - the colours of four data sets. */
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "palette.h"
#include "renaming.h"

/* ADE20K, scene parsing (Zhou et al. 2017): red, green and blue of the labels 1 to 150; 0 is black. */
static const uint8_t ADE20K[][3] = {
    {120, 120, 120}, {180, 120, 120}, {6, 230, 230},   {80, 50, 50},   {4, 200, 3},    {120, 120, 80}, {140, 140, 140},
    {204, 5, 255},   {230, 230, 230}, {4, 250, 7},     {224, 5, 255},  {235, 255, 7},  {150, 5, 61},   {120, 120, 70},
    {8, 255, 51},    {255, 6, 82},    {143, 255, 140}, {204, 255, 4},  {255, 51, 7},   {204, 70, 3},   {0, 102, 200},
    {61, 230, 250},  {255, 6, 51},    {11, 102, 255},  {255, 7, 71},   {255, 9, 224},  {9, 7, 230},    {220, 220, 220},
    {255, 9, 92},    {112, 9, 255},   {8, 255, 214},   {7, 255, 224},  {255, 184, 6},  {10, 255, 71},  {255, 41, 10},
    {7, 255, 255},   {224, 255, 8},   {102, 8, 255},   {255, 61, 6},   {255, 194, 7},  {255, 122, 8},  {0, 255, 20},
    {255, 8, 41},    {255, 5, 153},   {6, 51, 255},    {235, 12, 255}, {160, 150, 20}, {0, 163, 255},  {140, 140, 140},
    {250, 10, 15},   {20, 255, 0},    {31, 255, 0},    {255, 31, 0},   {255, 224, 0},  {153, 255, 0},  {0, 0, 255},
    {255, 71, 0},    {0, 235, 255},   {0, 173, 255},   {31, 0, 255},   {11, 200, 200}, {255, 82, 0},   {0, 255, 245},
    {0, 61, 255},    {0, 255, 112},   {0, 255, 133},   {255, 0, 0},    {255, 163, 0},  {255, 102, 0},  {194, 255, 0},
    {0, 143, 255},   {51, 255, 0},    {0, 82, 255},    {0, 255, 41},   {0, 255, 173},  {10, 0, 255},   {173, 255, 0},
    {0, 255, 153},   {255, 92, 0},    {255, 0, 255},   {255, 0, 245},  {255, 0, 102},  {255, 173, 0},  {255, 0, 20},
    {255, 184, 184}, {0, 31, 255},    {0, 255, 61},    {0, 71, 255},   {255, 0, 204},  {0, 255, 194},  {0, 255, 82},
    {0, 10, 255},    {0, 112, 255},   {51, 0, 255},    {0, 194, 255},  {0, 122, 255},  {0, 255, 163},  {255, 153, 0},
    {0, 255, 10},    {255, 112, 0},   {143, 255, 0},   {82, 0, 255},   {163, 255, 0},  {255, 235, 0},  {8, 184, 170},
    {133, 0, 255},   {0, 255, 92},    {184, 0, 255},   {255, 0, 31},   {0, 184, 255},  {0, 214, 255},  {255, 0, 112},
    {92, 255, 0},    {0, 224, 255},   {112, 224, 255}, {70, 184, 160}, {163, 0, 255},  {153, 0, 255},  {71, 255, 0},
    {255, 0, 163},   {255, 204, 0},   {255, 0, 143},   {0, 255, 235},  {133, 255, 0},  {255, 0, 235},  {245, 0, 255},
    {255, 0, 122},   {255, 245, 0},   {10, 190, 212},  {214, 255, 0},  {0, 204, 255},  {20, 0, 255},   {255, 255, 0},
    {0, 153, 255},   {0, 41, 255},    {0, 255, 204},   {41, 0, 255},   {41, 255, 0},   {173, 0, 255},  {0, 245, 255},
    {71, 0, 255},    {122, 0, 255},   {0, 255, 184},   {0, 92, 255},   {184, 255, 0},  {0, 133, 255},  {255, 214, 0},
    {25, 194, 194},  {102, 255, 0},   {92, 0, 255},
};

/* CamVid (Brostow et al. 2009): 32 classes in the order of their names; Void is not evaluated. */
static const struct {
    uint8_t rgb[3];
    const char *name;
} CAMVID[] = {
    {{64, 128, 64}, "Animal"},
    {{192, 0, 128}, "Archway"},
    {{0, 128, 192}, "Bicyclist"},
    {{0, 128, 64}, "Bridge"},
    {{128, 0, 0}, "Building"},
    {{64, 0, 128}, "Car"},
    {{64, 0, 192}, "CartLuggagePram"},
    {{192, 128, 64}, "Child"},
    {{192, 192, 128}, "Column_Pole"},
    {{64, 64, 128}, "Fence"},
    {{128, 0, 192}, "LaneMkgsDriv"},
    {{192, 0, 64}, "LaneMkgsNonDriv"},
    {{128, 128, 64}, "Misc_Text"},
    {{192, 0, 192}, "MotorcycleScooter"},
    {{128, 64, 64}, "OtherMoving"},
    {{64, 192, 128}, "ParkingBlock"},
    {{64, 64, 0}, "Pedestrian"},
    {{128, 64, 128}, "Road"},
    {{128, 128, 192}, "RoadShoulder"},
    {{0, 0, 192}, "Sidewalk"},
    {{192, 128, 128}, "SignSymbol"},
    {{128, 128, 128}, "Sky"},
    {{64, 128, 192}, "SUVPickupTruck"},
    {{0, 0, 64}, "TrafficCone"},
    {{0, 64, 64}, "TrafficLight"},
    {{192, 64, 128}, "Train"},
    {{128, 128, 0}, "Tree"},
    {{192, 128, 192}, "Truck_Bus"},
    {{64, 0, 64}, "Tunnel"},
    {{192, 192, 0}, "VegetationMisc"},
    {{0, 0, 0}, "Void"},
    {{64, 192, 0}, "Wall"},
};

static uint32_t packed(const uint8_t rgb[3])
{
    return SEG_COLOUR(rgb[0], rgb[1], rgb[2]);
}

static seg_status ignore(seg_palette *p, int64_t id, seg_error *err)
{
    seg_status st = seg_grow(&p->ignored, &p->ignored_room, p->n_ignored + 1, sizeof *p->ignored, "a palette", err);

    if (!st)
        p->ignored[p->n_ignored++] = id;
    return st;
}

/* Pascal VOC: the bits of the index are dealt to red, green and blue, three at a time, from the highest bit down. */
static uint32_t voc_colour(unsigned index)
{
    unsigned rgb[3] = {0, 0, 0};

    for (int bit = 7; bit >= 0; bit--, index >>= 3)
        for (int c = 0; c < 3; c++)
            rgb[c] |= (index >> c & 1) << bit;
    return SEG_COLOUR(rgb[0], rgb[1], rgb[2]);
}

static seg_status voc(seg_palette *p, seg_error *err)
{
    seg_status st = ignore(p, 255, err);

    for (unsigned i = 0; !st && i < 256; i++)
        st = seg_palette_add(p, voc_colour(i), i, NULL, err);
    return st;
}

static seg_status cityscapes(seg_palette *p, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < seg_cityscapes_labels_count; i++) {
        const seg_cityscapes_label *l = &seg_cityscapes_labels[i];

        st = seg_palette_add(p, packed(l->rgb), l->id, l->name, err);
        if (!st && l->train_id == 255)
            st = ignore(p, l->id, err);
    }
    return st;
}

static seg_status ade20k(seg_palette *p, seg_error *err)
{
    seg_status st = seg_palette_add(p, 0, 0, NULL, err);

    for (size_t i = 0; !st && i < sizeof ADE20K / sizeof *ADE20K; i++)
        st = seg_palette_add(p, packed(ADE20K[i]), (int64_t)i + 1, NULL, err);
    return st;
}

static seg_status camvid(seg_palette *p, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < sizeof CAMVID / sizeof *CAMVID; i++) {
        st = seg_palette_add(p, packed(CAMVID[i].rgb), (int64_t)i, CAMVID[i].name, err);
        if (!st && !strcmp(CAMVID[i].name, "Void"))
            st = ignore(p, (int64_t)i, err);
    }
    return st;
}

static seg_status panoptic(seg_palette *p, seg_error *err)
{
    (void)err;
    p->packed = true;
    return SEG_OK;
}

bool seg_palette_known(seg_palette *p, const char *name, seg_status *st, seg_error *err)
{
    static const struct {
        const char *name;
        seg_status (*fill)(seg_palette *p, seg_error *err);
    } known[] = {
        {"voc", voc}, {"cityscapes", cityscapes}, {"ade20k", ade20k}, {"camvid", camvid}, {"panoptic", panoptic}};

    *p = (seg_palette){0};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (seg_same_name(known[i].name, name)) {
            p->title = seg_copy(name, SIZE_MAX);
            *st = p->title ? known[i].fill(p, err) : seg_fail(err, SEG_MEMORY, "not enough memory for a palette");
            if (*st)
                seg_palette_free(p);
            return true;
        }
    return false;
}
