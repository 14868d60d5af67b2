/* input.c - opens what the user named and nothing else, and notices when it changes underneath. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/files.h"
#include "../base/machine.h"
#include "../base/memory.h"
#include "../base/text.h"

bool seg_input_is_stdin(const char *path)
{
    return !strcmp(path, "-") || !strcmp(path, "/dev/stdin");
}

seg_status seg_no_name(seg_error *err)
{
    return seg_fail(err, SEG_MEMORY, "not enough memory for a file name (close other programs)");
}

/* Why this is no file that can be read by position, or NULL. */
static const char *irregular(mode_t mode)
{
    if (S_ISDIR(mode))
        return "is a folder, a file was wanted (name the file in it)";
    if (S_ISFIFO(mode))
        return "is a pipe, a file was wanted (use - to read a pipe from stdin)";
    if (!S_ISREG(mode))
        return "is a device or socket, a file was wanted (use - to read from stdin)";
    return NULL;
}

/* O_NONBLOCK: opening a pipe without a writer would block. */
static seg_status open_file(seg_input *input, const char *path, seg_error *err)
{
    struct stat about;
    const char *why;

    input->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (input->fd < 0)
        return seg_fail(err, SEG_READ, "%s: cannot be opened: %s (check the name and its permissions)", path,
                        strerror(errno));
    input->is_file = true;
    if (fstat(input->fd, &about))
        return seg_fail(err, SEG_READ, "%s: cannot be examined: %s (check the disk)", path, strerror(errno));
    why = irregular(about.st_mode);
    if (why)
        return seg_fail(err, SEG_READ, "%s: %s", path, why);
    if (seg_check_input(&about, path, err))
        return SEG_WRITE;
    (void)fcntl(input->fd, F_SETFL, fcntl(input->fd, F_GETFL) & ~O_NONBLOCK);
    input->size = (uint64_t)about.st_size;
    input->changed = about.st_mtim;
    return SEG_OK;
}

static seg_status over_budget(uint64_t memory, seg_error *err)
{
    char allowed[SEG_NUMBER_ROOM];

    return seg_fail(
        err, SEG_MEMORY,
        "standard input: holds more than the memory budget of %s, less was wanted (raise --memory, or read it "
        "from a file)",
        seg_size(allowed, (double)memory));
}

/* One read; *got = 0 at the end. */
static seg_status read_some(uint8_t *to, size_t n, size_t *got, seg_error *err)
{
    ssize_t some;

    do
        some = read(STDIN_FILENO, to, n);
    while (some < 0 && errno == EINTR);
    if (some < 0)
        return seg_fail(err, SEG_READ, "standard input: cannot be read: %s (name a file instead)", strerror(errno));
    *got = (size_t)some;
    return SEG_OK;
}

/* Stdin grows by this much at least. */
enum { SPOOL_BLOCK = 1 << 20 };

static seg_status spool_stdin(seg_input *input, uint64_t allowed, seg_error *err)
{
    uint64_t memory = allowed ? allowed : seg_free_memory();
    size_t room = 0, used = 0, got = 1;
    seg_status st = SEG_OK;

    while (!st && got > 0) {
        st = seg_grow(&input->owned, &room, used + SPOOL_BLOCK, 1, "standard input", err);
        if (!st)
            st = read_some(input->owned + used, room - used, &got, err);
        used += st ? 0 : got;
        if (!st && used > memory)
            st = over_budget(memory, err);
    }
    input->bytes = input->owned;
    input->size = used;
    return st;
}

seg_status seg_input_open(seg_input *input, const char *path, uint64_t memory, seg_error *err)
{
    bool is_stdin = seg_input_is_stdin(path);
    seg_status st;

    *input = (seg_input){0};
    input->name = seg_copy(is_stdin ? "standard input" : path, SIZE_MAX);
    if (!input->name)
        return seg_no_name(err);
    st = is_stdin ? spool_stdin(input, memory, err) : open_file(input, path, err);
    if (!st && input->size == 0)
        st = seg_fail(err, SEG_READ, "%s: is empty, a file with content was wanted (was it written to its end?)",
                      input->name);
    if (st)
        seg_input_close(input);
    return st;
}

seg_status seg_input_of_memory(seg_input *input, const void *bytes, size_t size, const char *name, seg_error *err)
{
    *input = (seg_input){.bytes = bytes, .size = size, .name = seg_copy(name, SIZE_MAX)};
    return input->name ? SEG_OK : seg_no_name(err);
}

int seg_input_pread(const seg_input *input, uint64_t at, void *out, size_t n)
{
    uint8_t *to = out;

    if (at > input->size || n > input->size - at)
        return -1;
    if (!input->is_file) {
        memcpy(to, input->bytes + at, n);
        return 0;
    }
    while (n > 0) {
        ssize_t got = pread(input->fd, to, n, (off_t)at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? errno : -1;
        to += got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return 0;
}

seg_status seg_input_failed(const seg_input *input, int code, seg_error *err)
{
    if (code < 0)
        return seg_fail(err, SEG_READ,
                        "%s: became shorter while it was read, an unchanging file was wanted (wait "
                        "until it is written)",
                        input->name);
    return seg_fail(err, SEG_READ, "%s: cannot be read: %s (check the disk)", input->name, strerror(code));
}

seg_status seg_input_at(const seg_input *input, uint64_t at, void *out, size_t n, seg_error *err)
{
    int code = seg_input_pread(input, at, out, n);

    return code ? seg_input_failed(input, code, err) : SEG_OK;
}

seg_status seg_input_check(const seg_input *input, seg_error *err)
{
    struct stat about;

    if (!input->is_file)
        return SEG_OK;
    if (fstat(input->fd, &about))
        return seg_input_failed(input, errno, err);
    if ((uint64_t)about.st_size == input->size && about.st_mtim.tv_sec == input->changed.tv_sec &&
        about.st_mtim.tv_nsec == input->changed.tv_nsec)
        return SEG_OK;
    return seg_fail(err, SEG_READ,
                    "%s: was changed while it was read, an unchanging file was wanted (wait until it "
                    "is written)",
                    input->name);
}

void seg_input_close(seg_input *input)
{
    if (input->is_file && input->fd >= 0)
        close(input->fd);
    free(input->owned);
    free(input->name);
    *input = (seg_input){0};
}
