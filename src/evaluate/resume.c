/* resume.c - the record of a run that may be interrupted. */
#include "resume.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../base/text.h"

static seg_status broken(const seg_resume *r, const char *what, seg_error *err)
{
    return seg_fail(err, SEG_WRITE, "%s: %s: %s", r->path, what, strerror(errno));
}

/* A run that was killed a moment ago may still be on its way out, so this waits a second before it gives up. */
static bool locked(int fd)
{
    const struct timespec pause = {.tv_nsec = 50000000};

    for (int tries = 0; tries < 20; tries++) {
        if (!flock(fd, LOCK_EX | LOCK_NB))
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

static seg_status lock(seg_resume *r, const char *report, seg_error *err)
{
    seg_string path = {0};

    seg_string_printf(&path, "%s.resume", report);
    r->path = path.text;
    r->report = seg_copy(report, SIZE_MAX);
    if (path.failed || !r->report)
        return seg_fail(err, SEG_MEMORY, "not enough memory for a file name");
    r->fd = open(r->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (r->fd < 0)
        return broken(r, "the record of the run cannot be written", err);
    if (!locked(r->fd))
        return seg_fail(err, SEG_WRITE, "%s is being written by another run (wait for it, or write elsewhere)", report);
    return SEG_OK;
}

static seg_status read_record(seg_resume *r, seg_error *err)
{
    struct stat info;
    size_t size, used = 0;
    seg_status st;

    if (fstat(r->fd, &info))
        return broken(r, "cannot be read", err);
    size = (size_t)info.st_size;
    st = seg_alloc(&r->text, size + 1, 1, "the record of the run", err);
    while (!st && used < size) {
        ssize_t n = pread(r->fd, r->text + used, size - used, (off_t)used);

        if (n <= 0)
            return broken(r, "cannot be read", err);
        used += (size_t)n;
    }
    r->at = r->text;
    return st;
}

/* The next complete line, or NULL. */
static char *next_line(seg_resume *r)
{
    char *line = r->at, *end = line ? strchr(line, '\n') : NULL;

    if (!end)
        return NULL;
    *end = '\0';
    r->at = end + 1;
    return line;
}

static seg_status write_all(seg_resume *r, const char *text, size_t n, seg_error *err)
{
    while (n) {
        ssize_t part = pwrite(r->fd, text, n, (off_t)r->kept);

        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            return broken(r, "the record of the run cannot be written", err);
        r->kept += (size_t)part;
        text += part;
        n -= (size_t)part;
    }
    return SEG_OK;
}

static seg_status begin_anew(seg_resume *r, const char *settings, seg_error *err)
{
    if (ftruncate(r->fd, 0))
        return broken(r, "cannot be cut", err);
    return write_all(r, settings, strlen(settings), err);
}

/* `settings` ends with a newline; the record's first line must be the same. */
static seg_status compare_settings(seg_resume *r, const char *settings, size_t done, seg_error *err)
{
    char *line = next_line(r);
    size_t n = strlen(settings) - 1;

    if (!line && done)
        return seg_fail(err, SEG_MISMATCH,
                        "%s holds %zu cases, but its record %s is missing, so it is unknown how "
                        "they were made (remove the report, or write elsewhere)",
                        r->report, done, r->path);
    if (!line)
        return begin_anew(r, settings, err);
    if (strlen(line) != n || strncmp(line, settings, n))
        return seg_fail(err, SEG_MISMATCH,
                        "%s was made with other settings (%s; now %.*s): use the same, or write "
                        "elsewhere",
                        r->report, line, (int)n, settings);
    r->kept = n + 1;
    return SEG_OK;
}

seg_status seg_resume_open(seg_resume *r, const char *report, const char *settings, bool go_on, size_t done,
                           seg_error *err)
{
    seg_status st;

    *r = (seg_resume){.fd = -1};
    st = lock(r, report, err);
    if (!st && !go_on)
        return begin_anew(r, settings, err);
    if (!st)
        st = read_record(r, err);
    return st ? st : compare_settings(r, settings, done, err);
}

/* A name may hold a tab; it stands last. */
static void line_of(seg_string *line, const char *name, seg_stamp p, seg_stamp t)
{
    seg_string_printf(line, "%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t", p.size, p.mtime_ns, t.size,
                      t.mtime_ns);
    for (; *name; name++)
        seg_string_add_n(line, *name == '\n' ? " " : name, 1);
}

seg_status seg_resume_check(seg_resume *r, const seg_pairing *pairing, seg_stamp prediction, seg_stamp truth,
                            seg_error *err)
{
    seg_string wanted = {0};
    char *line = next_line(r);
    seg_status st;

    line_of(&wanted, pairing->name, prediction, truth);
    st = seg_string_check(&wanted, err);
    if (!st && (!line || strcmp(line, wanted.text)))
        st = seg_fail(err, SEG_MISMATCH,
                      "%s: case '%s' was scored from other files, or is at another place of the list "
                      "now (remove the report to begin anew, or write elsewhere)",
                      r->report, pairing->name);
    if (!st)
        r->kept += strlen(line) + 1;
    seg_string_free(&wanted);
    return st;
}

seg_status seg_resume_add(seg_resume *r, const char *name, seg_stamp prediction, seg_stamp truth, seg_error *err)
{
    seg_string line = {0};
    seg_status st;

    line_of(&line, name, prediction, truth);
    seg_string_add(&line, "\n");
    st = seg_string_check(&line, err);
    if (!st && r->text) { /* what an interrupted run left behind the last complete case goes */
        if (ftruncate(r->fd, (off_t)r->kept))
            st = broken(r, "cannot be cut", err);
        free(r->text);
        r->text = r->at = NULL;
    }
    if (!st)
        st = write_all(r, line.text, line.length, err);
    seg_string_free(&line);
    return st;
}

void seg_resume_close(seg_resume *r, bool remove)
{
    if (r->path && remove && r->fd >= 0)
        (void)unlink(r->path);
    if (r->path && r->fd >= 0)
        close(r->fd);
    free(r->path);
    free(r->report);
    free(r->text);
    *r = (seg_resume){.fd = -1};
}
