/* version.c - the version of segloss and of the libraries that it uses. */
#ifndef SEG_WITHOUT_ISAL
#include <isa-l.h>
#endif
#include <libdeflate.h>
#include <png.h>
#include <string.h>
#include <tiffio.h>
#include <yajl/yajl_version.h>
#include <zlib.h>

#include "../plot/render.h"
#include "../simd/simd.h"
#include "help.h"

#define TEXT_OF(x) #x
#define TEXT(x)    TEXT_OF(x)

/* The instruction set in use, and those that this processor has. */
static void add_instruction_sets(seg_string *out)
{
    int sets = 0;

    while (seg_simd_at(sets))
        sets++;
    seg_string_printf(out, "kernels %s of", seg_simd()->name);
    while (sets--)
        seg_string_printf(out, " %s", seg_simd_at(sets)->name);
    seg_string_add(out, "\n");
}

/* Its own sentence is "LIBTIFF, Version 4.5.0" and a copyright. */
static void libtiff(seg_string *out)
{
    const char *at = strstr(TIFFGetVersion(), "Version ");

    if (at)
        seg_string_printf(out, "libtiff %.*s\n", (int)strcspn(at + 8, "\r\n"), at + 8);
}

void seg_help_version(seg_string *out)
{
    seg_string_printf(out, "segloss %s\n", SEG_VERSION);
    seg_string_printf(out, "libpng %s\n", png_get_libpng_ver(NULL));
    libtiff(out);
    seg_string_printf(out, "zlib %s\n", zlibVersion());
    seg_string_printf(out, "libdeflate %s\n", LIBDEFLATE_VERSION_STRING);
#ifdef SEG_WITHOUT_ISAL
    seg_string_add(out, "ISA-L none (zlib inflates)\n");
#else
    seg_string_add(out,
                   "ISA-L " TEXT(ISAL_MAJOR_VERSION) "." TEXT(ISAL_MINOR_VERSION) "." TEXT(ISAL_PATCH_VERSION) "\n");
#endif
    seg_string_printf(out, "yajl %d.%d.%d\n", yajl_version() / 10000, yajl_version() / 100 % 100, yajl_version() % 100);
    seg_string_add(out, "nifticlib libnifti2\n");
    seg_string_printf(out, "librsvg %s\n",
                      seg_render_check(NULL) ? "none (no PNG, no PDF)" : "loaded when a PNG or PDF is drawn");
    add_instruction_sets(out);
#ifdef _OPENMP
    seg_string_printf(out, "OpenMP %d\n", _OPENMP);
#else
    seg_string_add(out, "OpenMP none (one thread)\n");
#endif
}
