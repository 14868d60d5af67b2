/* output.c - writes whole texts to stdout, a pipe, or a file that appears only when it is complete.
 *
 * The file is written as .NAME.XXXXXX in its own folder, so that the rename at the end stays within one file system
 * and is atomic; its access rights are those of the file it replaces, else what the umask says.
 */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../base/text.h"

static seg_status fail(const seg_output *out, const char *what, seg_error *err)
{
    return seg_fail(err, SEG_WRITE, "%s: %s: %s (choose another place with -o, or make room)", out->name, what,
                    strerror(errno));
}

static seg_status no_memory(seg_error *err)
{
    return seg_fail(err, SEG_MEMORY, "not enough memory for the name of the output");
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

    for (int try = 0; try < TRIES; try++) {
        free(out->temporary);
        out->temporary = temporary_name(out->path, try);
        if (!out->temporary)
            return no_memory(err);
        out->fd = open(out->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (out->fd >= 0 || errno != EEXIST)
            break;
    }
    out->open = out->mine = out->fd >= 0;
    if (!out->open) {
        free(out->temporary);
        out->temporary = NULL;
        return fail(out, "cannot be created", err);
    }
    if (old && fchmod(out->fd, old->st_mode & 07777))
        return fail(out, "cannot be given the access rights of the old file", err);
    return SEG_OK;
}

static seg_status open_in_place(seg_output *out, const char *path, bool regular, size_t keep, seg_error *err)
{
    out->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    out->open = out->mine = out->fd >= 0;
    if (!out->open)
        return fail(out, "cannot be opened for writing", err);
    if (regular && (ftruncate(out->fd, (off_t)keep) || lseek(out->fd, 0, SEEK_END) < 0))
        return fail(out, "cannot be cut to its finished part", err);
    return SEG_OK;
}

/* The path behind links, so that a link stays one and its target is replaced; a new file's path as it is. */
static char *resolve(const char *path)
{
    char *real = realpath(path, NULL);

    return real ? real : seg_copy(path, SIZE_MAX);
}

seg_status seg_output_open(seg_output *out, const char *path, seg_output_mode mode, size_t keep, seg_error *err)
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
        return open_in_place(out, path, regular, keep, err);
    if (exists && access(path, W_OK)) /* a rename would replace a file that is protected against writing */
        return fail(out, "cannot be written", err);
    out->path = resolve(path);
    return out->path ? open_temporary(out, exists ? &old : NULL, err) : no_memory(err);
}

seg_status seg_output_write(seg_output *out, const char *text, size_t length, seg_error *err)
{
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

/* A new name survives a crash only when its folder is on the disk; where folders cannot be flushed it is not needed. */
static void flush_folder(const char *path)
{
    char *copy = seg_copy(path, SIZE_MAX);
    int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(copy);
}

static seg_status close_checked(seg_output *out, seg_error *err)
{
    out->open = false;
    return close(out->fd) && errno != EINTR ? fail(out, "cannot be written", err) : SEG_OK;
}

seg_status seg_output_keep(seg_output *out, seg_error *err)
{
    seg_status st = SEG_OK;

    if (!out->open || !out->mine)
        return SEG_OK;
    if (out->temporary && fsync(out->fd) && errno != EINVAL && errno != ENOSYS)
        return fail(out, "cannot be written to the disk", err);
    st = close_checked(out, err);
    if (st || !out->temporary)
        return st;
    if (rename(out->temporary, out->path))
        return fail(out, "cannot be put in its place", err);
    flush_folder(out->path);
    free(out->temporary);
    out->temporary = NULL;
    return SEG_OK;
}

void seg_output_free(seg_output *out)
{
    if (out->open && out->mine)
        close(out->fd);
    if (out->temporary)
        unlink(out->temporary);
    free(out->temporary);
    free(out->path);
    free(out->name);
    *out = (seg_output){0};
}
