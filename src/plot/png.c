/* png.c - lets librsvg and cairo turn SVG into PNG, loaded when they are needed.
 *
 * Linking librsvg would load some fifty libraries at every start of the program, for one rarely used option; so it is
 * opened with dlopen() by the few runs that want it. The headers are found at build time, which checks the types.
 */
#include "png.h"

#include <stdbool.h>
#include <string.h>

#ifndef SEG_WITH_RSVG

seg_status seg_png_of_svg(const seg_string *svg, int pixels, seg_string *out, seg_error *err)
{
    (void)svg, (void)pixels, (void)out;
    return seg_fail(err, SEG_USAGE,
                    "this segloss was built without librsvg and draws no PNG (use the SVG, or convert it: "
                    "rsvg-convert curves.svg -o curves.png)");
}

const char *seg_png_renderer(void)
{
    return "none (no --format png)";
}

#else

#include <dlfcn.h>
#include <librsvg/rsvg.h>

/* The functions needed, by their own types. */
struct renderer {
    void *rsvg, *cairo, *object;
    RsvgHandle *(*handle_new)(const guint8 *, gsize, GError **);
    gboolean (*handle_size)(RsvgHandle *, gdouble *, gdouble *);
    gboolean (*handle_render)(RsvgHandle *, cairo_t *, const RsvgRectangle *, GError **);
    void (*unref)(gpointer);
    cairo_surface_t *(*surface_create)(cairo_format_t, int, int);
    cairo_t *(*create)(cairo_surface_t *);
    void (*set_colour)(cairo_t *, double, double, double);
    void (*paint)(cairo_t *);
    cairo_status_t (*status)(cairo_t *);
    cairo_status_t (*write_png)(cairo_surface_t *, cairo_write_func_t, void *);
    void (*destroy)(cairo_t *);
    void (*surface_destroy)(cairo_surface_t *);
};

/* Copies a symbol's address into a pointer to function, which ISO C does not let a cast do. */
static bool find(void *library, const char *name, void *function)
{
    void *symbol = library ? dlsym(library, name) : NULL;

    memcpy(function, &symbol, sizeof symbol);
    return symbol;
}

static bool open_renderer(struct renderer *r)
{
    r->rsvg = dlopen("librsvg-2.so.2", RTLD_NOW | RTLD_LOCAL);
    r->cairo = dlopen("libcairo.so.2", RTLD_NOW | RTLD_LOCAL);
    r->object = dlopen("libgobject-2.0.so.0", RTLD_NOW | RTLD_LOCAL);
    return find(r->rsvg, "rsvg_handle_new_from_data", &r->handle_new) &&
           find(r->rsvg, "rsvg_handle_get_intrinsic_size_in_pixels", &r->handle_size) &&
           find(r->rsvg, "rsvg_handle_render_document", &r->handle_render) &&
           find(r->object, "g_object_unref", &r->unref) &&
           find(r->cairo, "cairo_image_surface_create", &r->surface_create) &&
           find(r->cairo, "cairo_create", &r->create) && find(r->cairo, "cairo_status", &r->status) &&
           find(r->cairo, "cairo_set_source_rgb", &r->set_colour) && find(r->cairo, "cairo_paint", &r->paint) &&
           find(r->cairo, "cairo_surface_write_to_png_stream", &r->write_png) &&
           find(r->cairo, "cairo_destroy", &r->destroy) && find(r->cairo, "cairo_surface_destroy", &r->surface_destroy);
}

static cairo_status_t add_bytes(void *closure, const unsigned char *data, unsigned int length)
{
    seg_string *out = closure;

    seg_string_add_n(out, (const char *)data, length);
    return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static bool draw(const struct renderer *r, RsvgHandle *handle, int pixels, seg_string *out)
{
    double width = 0, height = 0;
    RsvgRectangle box = {0, 0, pixels, 0};
    cairo_surface_t *surface;
    cairo_t *cairo;
    bool done;

    if (!r->handle_size(handle, &width, &height) || !(width > 0))
        return false;
    box.height = pixels * height / width;
    surface = r->surface_create(CAIRO_FORMAT_RGB24, pixels, (int)(box.height + 0.5));
    cairo = r->create(surface);
    r->set_colour(cairo, 1, 1, 1); /* the last row of pixels may be covered in part only */
    r->paint(cairo);
    done = r->handle_render(handle, cairo, &box, NULL) && r->status(cairo) == CAIRO_STATUS_SUCCESS &&
           r->write_png(surface, add_bytes, out) == CAIRO_STATUS_SUCCESS;
    r->destroy(cairo);
    r->surface_destroy(surface);
    return done;
}

/* The libraries stay loaded: GLib registers types for the life of the process and must not be unloaded. */
seg_status seg_png_of_svg(const seg_string *svg, int pixels, seg_string *out, seg_error *err)
{
    struct renderer r = {0};
    RsvgHandle *handle;
    bool done;

    if (!open_renderer(&r))
        return seg_fail(err, SEG_USAGE,
                        "librsvg, which draws PNG, is not on this machine (install librsvg2-2, or use "
                        "the SVG)");
    handle = r.handle_new((const guint8 *)svg->text, svg->length, NULL);
    done = handle && draw(&r, handle, pixels, out);
    if (handle)
        r.unref(handle);
    return done ? SEG_OK
                : seg_fail(err, SEG_MEMORY, "librsvg could not draw %d pixels (choose a smaller --width)", pixels);
}

const char *seg_png_renderer(void)
{
    return LIBRSVG_VERSION ", loaded when a PNG is drawn";
}

#endif
