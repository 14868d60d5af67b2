/* resume.c - the record of a run that may be interrupted. */
#include "resume.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "../base/files.h"
#include "../base/memory.h"
#include "../base/text.h"

static const char COMPLETE[] = "complete";

static seg_status failed(const char *path, const char *what, seg_error *err)
{
    return seg_fail(err, SEG_WRITE, "%s: %s: %s", path, what, strerror(errno));
}

/* ---- the lock ---- */

static int open_report(seg_resume *r)
{
    int fd = open(r->report, O_RDWR | O_CLOEXEC);

    if (fd >= 0 || errno != ENOENT)
        return fd;
    fd = open(r->report, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    r->created |= fd >= 0;
    return fd;
}

/* Whether the path still names the file that was locked: it may have been removed in between. */
static bool is_current(int fd, const char *path)
{
    struct stat locked, named;

    return !fstat(fd, &locked) && !stat(path, &named) && locked.st_dev == named.st_dev && locked.st_ino == named.st_ino;
}

/* A run that was killed a moment ago may still be ending, so this waits for a second. A file system without locks
 * is used without. */
static seg_status lock(seg_resume *r, seg_error *err)
{
    const struct timespec pause = {.tv_nsec = 50000000};

    for (int tries = 0; tries < 20; tries++) {
        r->lock = open_report(r);
        if (r->lock < 0 && errno != EEXIST)
            return failed(r->report, "cannot be opened for writing", err);
        if (r->lock >= 0 && (!flock(r->lock, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK) &&
            is_current(r->lock, r->report))
            return SEG_OK;
        if (r->lock >= 0)
            close(r->lock);
        r->lock = -1;
        nanosleep(&pause, NULL);
    }
    r->created = false;
    return seg_fail(err, SEG_WRITE, "%s is being written by another run (wait for it, or write elsewhere)", r->report);
}

/* ---- reading ---- */

static seg_status read_at(int fd, const char *path, char *text, size_t n, uint64_t at, seg_error *err)
{
    while (n) {
        ssize_t part = pread(fd, text, n, (off_t)at);

        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            return seg_fail(err, SEG_WRITE, "%s: cannot be read: %s", path,
                            part ? strerror(errno) : "it became shorter");
        text += part;
        at += (uint64_t)part;
        n -= (size_t)part;
    }
    return SEG_OK;
}

/* The whole record, '\0' behind it; an empty text when there is none. */
static seg_status read_record(seg_resume *r, seg_error *err)
{
    struct stat info = {0};
    seg_status st;

    r->fd = open(r->path, O_RDWR | O_CLOEXEC);
    if (r->fd < 0 && errno != ENOENT)
        return failed(r->path, "the record of the run cannot be opened", err);
    if (r->fd >= 0 && fstat(r->fd, &info))
        return failed(r->path, "cannot be read", err);
    st = seg_alloc(&r->text, (size_t)info.st_size + 1, 1, "the record of the run", err);
    if (!st)
        st = read_at(r->fd, r->path, r->text, (size_t)info.st_size, 0, err);
    r->at = r->text;
    return st;
}

/* The next complete line, cut off *at; NULL at the end. */
static char *next_line(char **at)
{
    char *line = *at, *end = strchr(line, '\n');

    if (!end)
        return NULL;
    *end = '\0';
    *at = end + 1;
    return line;
}

static seg_status count_lines(seg_resume *r, seg_error *err)
{
    char block[1 << 14];
    uint64_t at = 0;
    ssize_t n;

    while ((n = pread(r->lock, block, sizeof block, (off_t)at)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            r->lines += block[i] == '\n';
        at += (uint64_t)n;
    }
    return n < 0 ? failed(r->report, "cannot be read", err) : SEG_OK;
}

/* The checksum of a part of the report; false when it is not there, or is not whole lines. */
static bool checksum(const seg_resume *r, uint64_t from, uint64_t to, uint32_t *sum)
{
    char block[1 << 14];
    uLong crc = crc32(0, NULL, 0);

    while (from < to) {
        size_t n = to - from < sizeof block ? (size_t)(to - from) : sizeof block;

        if (read_at(r->lock, r->report, block, n, from, NULL))
            return false;
        crc = crc32(crc, (const Bytef *)block, (uInt)n);
        from += n;
        if (from == to && block[n - 1] != '\n')
            return false;
    }
    *sum = (uint32_t)crc;
    return true;
}

/* "END CHECKSUM " at the front of a record's line; NULL when it has none, else what follows it. */
static const char *read_place(const char *line, uint64_t *end, uint32_t *sum)
{
    int used = 0;

    return sscanf(line, "%" SCNu64 "\t%8" SCNx32 "\t%n", end, sum, &used) == 2 && used ? line + used : NULL;
}

/* Counts the cases whose lines in the report are as the record says. */
static void vouch(seg_resume *r)
{
    char *at = r->at, *line, *start = at;
    uint64_t begin = 0, end;
    uint32_t said, sum;

    r->kept = (uint64_t)(r->at - r->text);
    while ((line = next_line(&at))) {
        r->complete = !strcmp(line, COMPLETE);
        if (r->complete || !read_place(line, &end, &said) || end <= begin || !checksum(r, begin, end, &sum) ||
            sum != said)
            break;
        begin = end;
        r->cases++;
        r->kept += (uint64_t)(at - start);
        start = at;
    }
    r->bytes = begin;
}

/* ---- opening ---- */

static seg_status compare_settings(seg_resume *r, bool recorded, seg_error *err)
{
    char *line;
    size_t n = strlen(r->settings) - 1;

    if (!recorded && r->lines)
        return seg_fail(
            err, SEG_MISMATCH,
            "%s holds %zu cases, but its record %s is missing, so it is not known how they were made (remove "
            "the report, or write elsewhere)",
            r->report, r->lines, r->path);
    line = next_line(&r->at);
    if (line && (strlen(line) != n || strncmp(line, r->settings, n)))
        return seg_fail(err, SEG_MISMATCH,
                        "%s was made with other settings (%s; now %.*s): use the same, or write elsewhere", r->report,
                        line, (int)n, r->settings);
    if (line)
        vouch(r);
    return SEG_OK;
}

/* A new run replaces a report whose run has ended, but not one that was interrupted. */
static seg_status check_finished(seg_resume *r, seg_error *err)
{
    size_t n = strlen(r->text), m = sizeof COMPLETE; /* with its newline */
    bool complete = n > m && !strncmp(r->text + n - m, COMPLETE, m - 1) && r->text[n - m - 1] == '\n';

    if (complete || !n || !r->lines)
        return SEG_OK;
    return seg_fail(err, SEG_WRITE, "%s holds %zu finished cases of a run that was interrupted", r->report, r->lines);
}

static seg_status name_files(seg_resume *r, const char *report, const char *settings, seg_error *err)
{
    seg_string path = {0};

    seg_string_printf(&path, "%s.resume", report);
    r->path = path.text;
    r->report = seg_copy(report, SIZE_MAX);
    r->settings = seg_copy(settings, SIZE_MAX);
    return path.failed || !r->report || !r->settings ? seg_fail(err, SEG_MEMORY, "not enough memory for a file name")
                                                     : SEG_OK;
}

seg_status seg_resume_open(seg_resume *r, const char *report, const char *settings, bool go_on, seg_error *err)
{
    seg_status st;

    *r = (seg_resume){.fd = -1, .lock = -1};
    st = name_files(r, report, settings, err);
    if (!st)
        st = lock(r, err);
    if (!st)
        st = read_record(r, err);
    if (!st)
        st = count_lines(r, err);
    if (!st)
        st = go_on ? compare_settings(r, r->fd >= 0, err) : check_finished(r, err);
    return st;
}

/* ---- writing ---- */

static seg_status write_record(seg_resume *r, const char *text, size_t n, seg_error *err)
{
    while (n) {
        ssize_t part = pwrite(r->fd, text, n, (off_t)r->kept);

        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            return failed(r->path, "the record of the run cannot be written", err);
        r->kept += (uint64_t)part;
        text += part;
        n -= (size_t)part;
    }
    return SEG_OK;
}

static seg_status flush(int fd, const char *path, seg_error *err)
{
    return fdatasync(fd) && errno != EINVAL && errno != ENOSYS ? failed(path, "cannot be written to the disk", err)
                                                               : SEG_OK;
}

/* The report first: the record never is newer than what it vouches for. */
static seg_status flush_both(seg_resume *r, seg_error *err)
{
    seg_status st = flush(r->lock, r->report, err);

    clock_gettime(CLOCK_MONOTONIC, &r->flushed);
    return st ? st : flush(r->fd, r->path, err);
}

seg_status seg_resume_begin(seg_resume *r, seg_error *err)
{
    seg_status st = SEG_OK;

    if (r->begun)
        return SEG_OK;
    if (ftruncate(r->lock, (off_t)r->bytes))
        return failed(r->report, "cannot be cut to its finished part", err);
    if (r->fd < 0)
        r->fd = open(r->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (r->fd < 0)
        return failed(r->path, "the record of the run cannot be written", err);
    if (ftruncate(r->fd, (off_t)r->kept))
        return failed(r->path, "cannot be cut", err);
    r->begun = true;
    if (!r->kept)
        st = write_record(r, r->settings, strlen(r->settings), err);
    seg_flush_folder(r->path);
    return st ? st : flush_both(r, err);
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
    uint64_t end;
    uint32_t sum;
    const char *line = r->at, *made = read_place(line, &end, &sum);
    seg_status st;

    line_of(&wanted, pairing->name, prediction, truth);
    st = seg_string_check(&wanted, err);
    if (!st && (!made || strcmp(made, wanted.text)))
        st = seg_fail(err, SEG_MISMATCH,
                      "%s: case '%s' was scored from other files, or is at another place of the list now (remove the "
                      "report to begin anew, or write elsewhere)",
                      r->report, pairing->name);
    r->at += strlen(r->at) + 1; /* vouch() has cut the record into lines */
    seg_string_free(&wanted);
    return st;
}

/* Flushing every case would make small ones wait for the disk. */
static bool is_time_to_flush(const seg_resume *r)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec - r->flushed.tv_sec > 1;
}

seg_status seg_resume_add(seg_resume *r, const char *name, seg_stamp prediction, seg_stamp truth, seg_error *err)
{
    seg_string line = {0};
    struct stat info;
    uint32_t sum;
    seg_status st;

    if (fstat(r->lock, &info) || (uint64_t)info.st_size <= r->bytes ||
        !checksum(r, r->bytes, (uint64_t)info.st_size, &sum))
        return seg_fail(err, SEG_WRITE, "%s has changed while it was written (let one run alone write it)", r->report);
    r->bytes = (uint64_t)info.st_size;
    seg_string_printf(&line, "%" PRIu64 "\t%08" PRIx32 "\t", r->bytes, sum);
    line_of(&line, name, prediction, truth);
    seg_string_add(&line, "\n");
    st = seg_string_check(&line, err);
    if (!st)
        st = write_record(r, line.text, line.length, err);
    if (!st && is_time_to_flush(r))
        st = flush_both(r, err);
    seg_string_free(&line);
    return st;
}

seg_status seg_resume_end(seg_resume *r, bool keep_record, seg_error *err)
{
    seg_string end = {0};
    seg_status st = SEG_OK;

    if (keep_record && r->complete && !r->begun)
        return SEG_OK;
    st = seg_resume_begin(r, err);
    seg_string_printf(&end, "%s\n", COMPLETE);
    if (!st && keep_record)
        st = seg_string_check(&end, err);
    if (!st && keep_record)
        st = write_record(r, end.text, end.length, err);
    if (!st)
        st = flush_both(r, err);
    if (!st && !keep_record && unlink(r->path))
        st = failed(r->path, "the record of the run cannot be removed", err);
    seg_string_free(&end);
    return st;
}

void seg_resume_close(seg_resume *r)
{
    struct stat info;

    if (r->begun)
        (void)flush_both(r, NULL);
    if (r->lock >= 0 && r->created && !r->begun && !fstat(r->lock, &info) && !info.st_size)
        (void)unlink(r->report);
    if (r->fd >= 0)
        close(r->fd);
    if (r->lock >= 0)
        close(r->lock);
    free(r->path);
    free(r->report);
    free(r->settings);
    free(r->text);
    *r = (seg_resume){.fd = -1, .lock = -1};
}
