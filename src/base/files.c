/* files.c - the outputs of the process, and streams to read from. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "text.h"

/* A file that exists is known by its inode; one that does not, by the inode of its folder and its name. */
typedef struct {
    dev_t device;
    ino_t inode;
    char *path; /* as given */
    char *name; /* in its folder; NULL when the file exists */
} output;

static struct {
    pthread_mutex_t mutex;
    output *output;
    size_t n, room;
    const char *conflict; /* the path of an output that was opened to be read */
} declared = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static bool is_standard(const char *path)
{
    return !path || !strcmp(path, "-");
}

/* ---- outputs ---- */

static seg_status no_memory(seg_error *err)
{
    return seg_fail(err, SEG_MEMORY, "not enough memory for the name of a file");
}

/* Finds out what the path is; *known is false for pipes, devices and folders that are missing, which are not compared. */
static seg_status identify(output *o, const char *path, bool *known, seg_error *err)
{
    const char *slash = strrchr(path, '/');
    char *copy = seg_copy(path, SIZE_MAX);
    struct stat about;
    bool exists;

    *o = (output){.path = seg_copy(path, SIZE_MAX)};
    if (!copy || !o->path) {
        free(copy);
        return no_memory(err);
    }
    exists = !stat(path, &about);
    *known = exists ? S_ISREG(about.st_mode) : !stat(dirname(copy), &about);
    free(copy);
    if (!exists && !(o->name = seg_copy(slash ? slash + 1 : path, SIZE_MAX)))
        return no_memory(err);
    o->device = about.st_dev;
    o->inode = about.st_ino;
    return SEG_OK;
}

static bool is_same(const output *a, const output *b)
{
    return a->device == b->device && a->inode == b->inode && !a->name == !b->name &&
           (!a->name || !strcmp(a->name, b->name));
}

static void free_output(output *o)
{
    free(o->path);
    free(o->name);
}

seg_status seg_declare_output(const char *path, seg_error *err)
{
    output fresh = {0};
    bool known = false;
    seg_status st;

    if (is_standard(path) || !*path)
        return SEG_OK;
    st = identify(&fresh, path, &known, err);
    for (size_t i = 0; i < declared.n && !st && known; i++)
        if (is_same(&declared.output[i], &fresh))
            st = strcmp(declared.output[i].path, path)
                     ? seg_fail(err, SEG_USAGE, "%s and %s are one file, every output needs its own",
                                declared.output[i].path, path)
                     : seg_fail(err, SEG_USAGE, "the output %s is given twice, every output needs its own file", path);
    if (!st && known)
        st = seg_grow(&declared.output, &declared.room, declared.n + 1, sizeof fresh, "the names of outputs", err);
    if (st || !known)
        free_output(&fresh);
    else
        declared.output[declared.n++] = fresh;
    return st;
}

void seg_forget_outputs(void)
{
    for (size_t i = 0; i < declared.n; i++)
        free_output(&declared.output[i]);
    free(declared.output);
    declared.output = NULL;
    declared.n = declared.room = 0;
    declared.conflict = NULL;
}

static seg_status in_conflict(const char *path, seg_error *err)
{
    return seg_fail(err, SEG_WRITE,
                    "%s: is an input of this run, which its output does not replace (choose another name)", path);
}

seg_status seg_check_input(const struct stat *about, const char *path, seg_error *err)
{
    for (size_t i = 0; i < declared.n; i++) {
        const output *o = &declared.output[i];

        if (!o->name && o->device == about->st_dev && o->inode == about->st_ino) {
            pthread_mutex_lock(&declared.mutex);
            declared.conflict = o->path;
            pthread_mutex_unlock(&declared.mutex);
            return in_conflict(path, err);
        }
    }
    return SEG_OK;
}

seg_status seg_check_outputs(seg_error *err)
{
    const char *path;

    pthread_mutex_lock(&declared.mutex);
    path = declared.conflict;
    pthread_mutex_unlock(&declared.mutex);
    return path ? in_conflict(path, err) : SEG_OK;
}

/* ---- inputs ---- */

static seg_status cannot(const char *path, const char *what, seg_error *err)
{
    return seg_fail(err, SEG_READ, "%s: cannot be opened: %s (%s was wanted)", path, strerror(errno), what);
}

static seg_status check_kind(const struct stat *about, const char *path, const char *what, seg_error *err)
{
    if (S_ISREG(about->st_mode) || S_ISFIFO(about->st_mode) || S_ISSOCK(about->st_mode))
        return seg_check_input(about, path, err);
    return seg_fail(err, SEG_READ, "%s: is a %s, %s was wanted", path, S_ISDIR(about->st_mode) ? "folder" : "device",
                    what);
}

seg_status seg_open_input(FILE **stream, const char *path, const char *what, seg_error *err)
{
    struct stat about;
    seg_status st;
    int fd;

    *stream = is_standard(path) ? stdin : NULL;
    if (*stream)
        return SEG_OK;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* opening a pipe does not wait for a writer */
    if (fd < 0 || fstat(fd, &about))
        st = cannot(path, what, err);
    else
        st = check_kind(&about, path, what, err);
    if (!st && (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK) || !(*stream = fdopen(fd, "r"))))
        st = cannot(path, what, err);
    if (st && fd >= 0)
        close(fd);
    return st;
}

void seg_close_input(FILE *stream)
{
    if (stream && stream != stdin)
        fclose(stream);
}

void seg_flush_folder(const char *path)
{
    char *copy = seg_copy(path, SIZE_MAX);
    int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(copy);
}

void seg_open_standard_descriptors(void)
{
    static const int MODE[] = {O_WRONLY, O_RDONLY, O_WRONLY};

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", MODE[fd]) < 0)
            _exit(SEG_WRITE); /* nothing can be said anywhere */
}
