/* output.c - writes whole texts to stdout, a pipe, or a file that appears only when it is complete.
 *
 * The file is written as .NAME.XXXXXX in its own folder, so that the rename at the end stays within one file system
 * and is atomic; its access rights are those of the file it replaces, else what the umask says.
 */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../base/files.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "overwrite_guard.h"

static seg_status fail(const seg_output *out, const char *what, seg_error *err)
{
    return seg_fail(err, SEG_WRITE, "%s: %s: %s (choose another place with -o, or make room)", out->name, what,
                    strerror(errno));
}

static seg_status no_memory(seg_error *err)
{
    return seg_fail(err, SEG_MEMORY, "not enough memory for the name of the output");
}

/* ---- temporary files ---- */

/* A list that only grows, so that a signal handler can walk over it at any moment: an entry is reused when its path is
 * NULL, and the path is freed by the thread that took it out. */
typedef struct seg_temporary {
    char *_Atomic path;
    struct seg_temporary *next;
} temporary;

static temporary *_Atomic temporaries;

/* Takes over the path. NULL without memory; the path is freed then. */
static temporary *watch(char *path)
{
    temporary *t = atomic_load(&temporaries);
    char *none = NULL;

    for (; t; t = t->next, none = NULL)
        if (atomic_compare_exchange_strong(&t->path, &none, path))
            return t;
    t = malloc(sizeof *t);
    if (!t) {
        free(path);
        return NULL;
    }
    atomic_init(&t->path, path);
    t->next = atomic_load(&temporaries);
    while (!atomic_compare_exchange_weak(&temporaries, &t->next, t))
        ;
    return t;
}

/* The entry is free again. When a handler has taken its path out, the process is about to end. */
static void forget(temporary *t)
{
    if (t)
        free(atomic_exchange(&t->path, NULL));
}

void seg_output_remove_temporaries(void)
{
    for (temporary *t = atomic_load(&temporaries); t; t = t->next) {
        const char *path = atomic_exchange(&t->path, NULL);

        if (path)
            (void)unlink(path);
    }
}

static const char *path_of(const temporary *t)
{
    const char *path = t ? atomic_load(&t->path) : NULL;

    return path ? path : "";
}

/* FOLDER/.NAME.XXXXXX, the X from the clock and the try's number. */
static char *temporary_name(const char *path, int try)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    seg_string name = {0};
    struct timespec now;
    uint64_t bits;

    clock_gettime(CLOCK_REALTIME, &now);
    bits = ((uint64_t)now.tv_nsec ^ (uint64_t)getpid() << 24 ^ (uint64_t)try << 50) * 0x9e3779b97f4a7c15u >> 16;
    seg_string_add_n(&name, path, (size_t)(base - path));
    seg_string_printf(&name, ".%.200s.", base);
    for (int i = 0; i < 6; i++, bits /= 36)
        seg_string_add_n(&name, &LETTERS[bits % 36], 1);
    if (name.failed)
        seg_string_free(&name);
    return name.text;
}

static seg_status open_temporary(seg_output *out, const struct stat *old, seg_error *err)
{
    enum { TRIES = 100 }; /* a name that is taken a hundred times in a row is a folder full of something else */
    int problem = EEXIST;

    out->fd = -1;
    for (int try = 0; try < TRIES && out->fd < 0 && problem == EEXIST; try++) {
        char *name = temporary_name(out->path, try);

        out->temporary = name ? watch(name) : NULL;
        if (!out->temporary)
            return no_memory(err);
        out->fd = open(path_of(out->temporary), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        problem = errno;
        if (out->fd < 0) {
            forget(out->temporary);
            out->temporary = NULL;
        }
    }
    out->open = out->mine = out->fd >= 0;
    errno = problem;
    if (!out->open)
        return fail(out, "cannot be created", err);
    if (old && fchmod(out->fd, old->st_mode & 07777))
        return fail(out, "cannot be given the access rights of the old file", err);
    return SEG_OK;
}

/* ---- opening ---- */

static seg_status open_in_place(seg_output *out, const char *path, seg_error *err)
{
    out->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0666);
    out->open = out->mine = out->fd >= 0;
    return out->open ? SEG_OK : fail(out, "cannot be opened for writing", err);
}

/* The path behind links, so that a link stays one and its target is replaced; a new file's path as it is. */
static char *resolve(const char *path)
{
    char *real = realpath(path, NULL);

    return real ? real : seg_copy(path, SIZE_MAX);
}

seg_status seg_output_open(seg_output *out, const char *path, seg_output_mode mode, seg_error *err)
{
    bool to_stdout = !path || !strcmp(path, "-");
    struct stat old;
    bool exists, regular;

    *out = (seg_output){.fd = STDOUT_FILENO, .open = to_stdout};
    out->name = seg_copy(to_stdout ? "stdout" : path, SIZE_MAX);
    if (!out->name)
        return no_memory(err);
    if (to_stdout)
        return SEG_OK;
    if (!*path)
        return seg_fail(err, SEG_USAGE, "the output has an empty name, a file name was wanted (- is stdout)");
    exists = !stat(path, &old);
    regular = !exists || S_ISREG(old.st_mode);
    if (exists && S_ISDIR(old.st_mode))
        return seg_fail(err, SEG_WRITE, "%s: is a folder, a file name was wanted", path);
    if (!regular || mode == SEG_OUTPUT_LINES)
        return open_in_place(out, path, err);
    if (exists && access(path, W_OK)) /* a rename would replace a file that is protected against writing */
        return fail(out, "cannot be written", err);
    out->path = resolve(path);
    return out->path ? open_temporary(out, exists ? &old : NULL, err) : no_memory(err);
}

seg_status seg_output_write(seg_output *out, const char *text, size_t length, seg_error *err)
{
    seg_status st = seg_strings_check(err);

    if (st)
        return st;
    while (length && !out->closed) {
        ssize_t n = write(out->fd, text, length);

        if (n > 0) {
            text += n;
            length -= (size_t)n;
        } else if (n < 0 && errno == EPIPE) {
            out->closed = true;
        } else if (n == 0 || errno != EINTR) {
            return fail(out, "cannot be written", err);
        }
    }
    return SEG_OK;
}

static seg_status close_checked(seg_output *out, seg_error *err)
{
    out->open = false;
    return close(out->fd) && errno != EINTR ? fail(out, "cannot be written", err) : SEG_OK;
}

seg_status seg_output_keep(seg_output *out, seg_error *err)
{
    seg_status st = seg_strings_check(err);

    if (!st)
        st = seg_check_outputs(err);
    if (st || !out->open || !out->mine)
        return st;
    if (out->temporary && fsync(out->fd) && errno != EINVAL && errno != ENOSYS)
        return fail(out, "cannot be written to the disk", err);
    st = close_checked(out, err);
    if (st || !out->temporary)
        return st;
    if (rename(path_of(out->temporary), out->path))
        return fail(out, "cannot be put in its place", err);
    forget(out->temporary);
    out->temporary = NULL;
    seg_flush_folder(out->path);
    return SEG_OK;
}

void seg_output_free(seg_output *out)
{
    if (out->open && out->mine)
        close(out->fd);
    if (out->temporary)
        (void)unlink(path_of(out->temporary));
    forget(out->temporary);
    free(out->path);
    free(out->name);
    *out = (seg_output){0};
}

seg_status seg_output_file(const char *path, const char *text, size_t length, seg_error *err)
{
    seg_output output = {0};
    seg_status st = seg_guard_image(path, err);

    if (!st)
        st = seg_output_open(&output, path, SEG_OUTPUT_WHOLE, err);
    if (!st)
        st = seg_output_write(&output, text, length, err);
    if (!st)
        st = seg_output_keep(&output, err);
    seg_output_free(&output);
    return st;
}
