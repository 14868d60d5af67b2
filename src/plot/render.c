/* render.c - librsvg and cairo, opened at run time, turn SVG into PNG and PDF. */
#include "render.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

/* What is used of librsvg 2.52 and later, cairo 1.16 and GObject 2. */
typedef struct {
    double x, y, width, height;
} rectangle; /* RsvgRectangle */

typedef int write_fn(void *closure, const unsigned char *data, unsigned int length); /* cairo_write_func_t */

enum { CAIRO_SUCCESS = 0, CAIRO_NO_MEMORY = 1, CAIRO_FORMAT_RGB24 = 1 };

struct renderer {
    void *(*handle_new)(const unsigned char *data, size_t length, void **error);
    void (*handle_set_dpi)(void *handle, double dpi);
    int (*handle_size)(void *handle, double *width, double *height);
    int (*handle_render)(void *handle, void *cairo, const rectangle *box, void **error);
    void (*unref)(void *object);
    void *(*image_create)(int format, int width, int height);
    void *(*pdf_create)(write_fn *write, void *closure, double width, double height);
    void (*pdf_metadata)(void *surface, int which, const char *text);
    void *(*create)(void *surface);
    void (*set_colour)(void *cairo, double red, double green, double blue);
    void (*paint)(void *cairo);
    int (*status)(void *cairo);
    int (*write_png)(void *surface, write_fn *write, void *closure);
    void (*surface_finish)(void *surface);
    int (*surface_status)(void *surface);
    void (*destroy)(void *cairo);
    void (*surface_destroy)(void *surface);
};

/* Copies a symbol's address into a pointer to function, which ISO C does not let a cast do. */
static bool find(void *library, const char *name, void *function)
{
    void *symbol = library ? dlsym(library, name) : NULL;

    memcpy(function, &symbol, sizeof symbol);
    return symbol;
}

static bool find_cairo(struct renderer *r, void *cairo)
{
    return find(cairo, "cairo_image_surface_create", &r->image_create) &&
           find(cairo, "cairo_pdf_surface_create_for_stream", &r->pdf_create) &&
           find(cairo, "cairo_pdf_surface_set_metadata", &r->pdf_metadata) && find(cairo, "cairo_create", &r->create) &&
           find(cairo, "cairo_status", &r->status) && find(cairo, "cairo_set_source_rgb", &r->set_colour) &&
           find(cairo, "cairo_paint", &r->paint) && find(cairo, "cairo_surface_write_to_png_stream", &r->write_png) &&
           find(cairo, "cairo_surface_finish", &r->surface_finish) &&
           find(cairo, "cairo_surface_status", &r->surface_status) && find(cairo, "cairo_destroy", &r->destroy) &&
           find(cairo, "cairo_surface_destroy", &r->surface_destroy);
}

/* NULL when the library is not there, and in a static program, whose C library may be another one than the library's. */
static void *open_library(const char *name)
{
#ifdef SEG_STATIC
    (void)name;
    return NULL;
#else
    return dlopen(name, RTLD_NOW | RTLD_LOCAL);
#endif
}

/* The libraries stay loaded: GLib registers types for the life of the process and must not be unloaded. */
static seg_status open_renderer(struct renderer *r, seg_error *err)
{
    void *rsvg = open_library("librsvg-2.so.2");

    if (find(rsvg, "rsvg_handle_new_from_data", &r->handle_new) &&
        find(rsvg, "rsvg_handle_set_dpi", &r->handle_set_dpi) &&
        find(rsvg, "rsvg_handle_get_intrinsic_size_in_pixels", &r->handle_size) &&
        find(rsvg, "rsvg_handle_render_document", &r->handle_render) &&
        find(open_library("libgobject-2.0.so.0"), "g_object_unref", &r->unref) &&
        find_cairo(r, open_library("libcairo.so.2")))
        return SEG_OK;
    return seg_fail(err, SEG_USAGE,
                    "librsvg 2.52 or later, which draws PNG and PDF, is not on this machine (install librsvg2-2, or "
                    "write FILE.svg and convert it: rsvg-convert FILE.svg -o FILE.png)");
}

seg_status seg_render_check(seg_error *err)
{
    struct renderer r;

    return open_renderer(&r, err);
}

static int add_bytes(void *closure, const unsigned char *data, unsigned int length)
{
    seg_string *out = closure;

    seg_string_add_n(out, (const char *)data, length);
    return out->failed ? CAIRO_NO_MEMORY : CAIRO_SUCCESS;
}

static bool draw_png(const struct renderer *r, void *handle, rectangle box, seg_string *out)
{
    void *surface = r->image_create(CAIRO_FORMAT_RGB24, (int)(box.width + 0.5), (int)(box.height + 0.5));
    void *cairo = r->create(surface);
    bool done;

    r->set_colour(cairo, 1, 1, 1); /* the last row of pixels may be covered in part only */
    r->paint(cairo);
    done = r->handle_render(handle, cairo, &box, NULL) && r->status(cairo) == CAIRO_SUCCESS &&
           r->write_png(surface, add_bytes, out) == CAIRO_SUCCESS;
    r->destroy(cairo);
    r->surface_destroy(surface);
    return done;
}

static bool draw_pdf(const struct renderer *r, void *handle, rectangle box, seg_string *out)
{
    enum { CREATE_DATE = 5, MOD_DATE = 6 }; /* cairo_pdf_metadata_t */
    void *surface = r->pdf_create(add_bytes, out, box.width, box.height);
    void *cairo;
    bool done;

    /* The same drawing gives the same bytes on any day. */
    r->pdf_metadata(surface, CREATE_DATE, "2000-01-01T00:00:00Z");
    r->pdf_metadata(surface, MOD_DATE, "2000-01-01T00:00:00Z");
    cairo = r->create(surface);
    done = r->handle_render(handle, cairo, &box, NULL) && r->status(cairo) == CAIRO_SUCCESS;
    r->destroy(cairo);
    r->surface_finish(surface);
    done = done && r->surface_status(surface) == CAIRO_SUCCESS;
    r->surface_destroy(surface);
    return done;
}

/* pixels 0: PDF. */
static seg_status draw(const seg_string *svg, int pixels, seg_string *out, seg_error *err)
{
    struct renderer r;
    rectangle box = {0, 0, 0, 0};
    void *handle;
    bool done;
    seg_status st = open_renderer(&r, err);

    if (st)
        return st;
    handle = r.handle_new((const unsigned char *)svg->text, svg->length, NULL);
    if (handle)
        r.handle_set_dpi(handle, 72); /* sizes are in points then */
    done = handle && r.handle_size(handle, &box.width, &box.height) && box.width > 0;
    if (done) {
        double scale = pixels ? pixels / box.width : 1;

        box = (rectangle){0, 0, box.width * scale, box.height * scale};
        done = (pixels ? draw_png : draw_pdf)(&r, handle, box, out);
    }
    if (handle)
        r.unref(handle);
    return done ? SEG_OK : seg_fail(err, SEG_MEMORY, "librsvg could not draw the picture (choose a smaller size)");
}

seg_status seg_png_of_svg(const seg_string *svg, int pixels, seg_string *out, seg_error *err)
{
    return draw(svg, pixels, out, err);
}

seg_status seg_pdf_of_svg(const seg_string *svg, seg_string *out, seg_error *err)
{
    return draw(svg, 0, out, err);
}
