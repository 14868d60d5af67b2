/* failing_calls.c - a library to preload that makes the k-th call of one kind fail.
 *
 *     FAULT_KIND=memory FAULT_AT=17 LD_PRELOAD=.../failing_calls.so segloss ...
 *
 * Kinds: memory, read, write, open, rename, sync, thread. With FAULT_ON=1 all calls from the k-th on fail. With
 * FAULT_COUNT=FILE the calls of every kind are counted into FILE when the program ends; with FAULT_TRAP=1 the failing call
 * raises SIGTRAP, for a debugger. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum kind { MEMORY, READ, WRITE, OPEN, RENAME, SYNC, THREAD, KINDS };
static const char *const NAMES[KINDS] = {"memory", "read", "write", "open", "rename", "sync", "thread"};

static atomic_long calls[KINDS];
static long failing_call;
static int failing_kind = -1;
static bool from_there_on, started;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

__attribute__((constructor)) static void begin(void)
{
    const char *kind = getenv("FAULT_KIND"), *at = getenv("FAULT_AT");

    for (int k = 0; kind && k < KINDS; k++)
        if (!strcmp(kind, NAMES[k]))
            failing_kind = k;
    failing_call = at ? atol(at) : 0;
    from_there_on = getenv("FAULT_ON") != NULL;
    for (int k = 0; k < KINDS; k++)
        calls[k] = 0;
    started = true;
}

/* Looks up the function that the next library has under this name. */
static void *next_of(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static bool fails(enum kind kind, int error)
{
    long k;

    if (!started)
        return false;
    k = ++calls[kind];
    if ((int)kind != failing_kind || !failing_call || (from_there_on ? k < failing_call : k != failing_call))
        return false;
    if (getenv("FAULT_TRAP"))
        raise(SIGTRAP);
    errno = error;
    return true;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FAULT_COUNT");
    int (*real_open)(const char *, int, ...) = (int (*)(const char *, int, ...))next_of("open");
    char text[300] = "";
    int fd;

    if (!path)
        return;
    started = false;
    for (int k = 0; k < KINDS; k++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s %ld\n", NAMES[k], (long)calls[k]);
    fd = real_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd >= 0 && write(fd, text, strlen(text)) > 0)
        close(fd);
}

/* ---- memory ---- */

void *malloc(size_t size)
{
    return fails(MEMORY, ENOMEM) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails(MEMORY, ENOMEM) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *memory, size_t size)
{
    return fails(MEMORY, ENOMEM) ? NULL : __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(MEMORY, ENOMEM) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (fails(MEMORY, ENOMEM))
        return ENOMEM;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

/* ---- files ---- */

#define REAL(type, name, ...)                                                                                          \
    static type (*real)(__VA_ARGS__);                                                                                  \
    if (!real)                                                                                                         \
    real = (type(*)(__VA_ARGS__))next_of(name)

ssize_t read(int fd, void *to, size_t n)
{
    REAL(ssize_t, "read", int, void *, size_t);
    return fails(READ, EIO) ? -1 : real(fd, to, n);
}

ssize_t pread(int fd, void *to, size_t n, off_t at)
{
    REAL(ssize_t, "pread", int, void *, size_t, off_t);
    return fails(READ, EIO) ? -1 : real(fd, to, n, at);
}

/* glibc remembers errors in this bit of a stream. */
enum { STREAM_ERROR = 0x20 };

size_t fread(void *to, size_t size, size_t n, FILE *stream)
{
    REAL(size_t, "fread", void *, size_t, size_t, FILE *);
    if (fails(READ, EIO)) {
        stream->_flags |= STREAM_ERROR;
        return 0;
    }
    return real(to, size, n, stream);
}

ssize_t getdelim(char **line, size_t *room, int end, FILE *stream)
{
    REAL(ssize_t, "getdelim", char **, size_t *, int, FILE *);
    if (fails(READ, EIO)) {
        stream->_flags |= STREAM_ERROR;
        return -1;
    }
    return real(line, room, end, stream);
}

ssize_t getline(char **line, size_t *room, FILE *stream)
{
    return getdelim(line, room, '\n', stream);
}

ssize_t write(int fd, const void *from, size_t n)
{
    REAL(ssize_t, "write", int, const void *, size_t);
    return fd != STDERR_FILENO && fails(WRITE, ENOSPC) ? -1 : real(fd, from, n);
}

ssize_t pwrite(int fd, const void *from, size_t n, off_t at)
{
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    return fails(WRITE, ENOSPC) ? -1 : real(fd, from, n, at);
}

size_t fwrite(const void *from, size_t size, size_t n, FILE *stream)
{
    REAL(size_t, "fwrite", const void *, size_t, size_t, FILE *);
    return stream != stderr && fails(WRITE, ENOSPC) ? 0 : real(from, size, n, stream);
}

int open(const char *path, int flags, ...)
{
    REAL(int, "open", const char *, int, ...);
    va_list args;
    int mode;

    va_start(args, flags);
    mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, int) : 0;
    va_end(args);
    return fails(OPEN, EMFILE) ? -1 : real(path, flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
    REAL(FILE *, "fopen", const char *, const char *);
    return fails(OPEN, EMFILE) ? NULL : real(path, mode);
}

FILE *fdopen(int fd, const char *mode)
{
    REAL(FILE *, "fdopen", int, const char *);
    return fails(OPEN, EMFILE) ? NULL : real(fd, mode);
}

int rename(const char *from, const char *to)
{
    REAL(int, "rename", const char *, const char *);
    return fails(RENAME, EACCES) ? -1 : real(from, to);
}

int ftruncate(int fd, off_t size)
{
    REAL(int, "ftruncate", int, off_t);
    return fails(RENAME, EIO) ? -1 : real(fd, size);
}

int fsync(int fd)
{
    REAL(int, "fsync", int);
    return fails(SYNC, EIO) ? -1 : real(fd);
}

int fdatasync(int fd)
{
    REAL(int, "fdatasync", int);
    return fails(SYNC, EIO) ? -1 : real(fd);
}

/* ---- threads ---- */

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *context)
{
    REAL(int, "pthread_create", pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    return fails(THREAD, EAGAIN) ? EAGAIN : real(thread, attributes, run, context);
}
