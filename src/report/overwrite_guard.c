/* overwrite_guard.c - recognises by its first bytes a file that a report must not replace.
 *
 * `segloss eval pred.nii truth.nii -o truth.nii` is one slip of the keyboard away from losing the truth.
 */
#include "overwrite_guard.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How images begin: gzip, PNG, and the header sizes of NIfTI-1 and NIfTI-2 in both byte orders. */
static const struct {
    size_t n;
    uint8_t byte[4];
} BEGINNINGS[] = {{2, {0x1f, 0x8b}},    {4, {0x89, 'P', 'N', 'G'}}, {4, {0x5c, 1, 0, 0}},
                  {4, {0, 0, 1, 0x5c}}, {4, {0x1c, 2, 0, 0}},       {4, {0, 0, 2, 0x1c}}};

static bool begins_like_an_image(const uint8_t head[4])
{
    for (size_t i = 0; i < sizeof BEGINNINGS / sizeof *BEGINNINGS; i++)
        if (!memcmp(head, BEGINNINGS[i].byte, BEGINNINGS[i].n))
            return true;
    return false;
}

static bool is_stdout(const char *path)
{
    return !path || !strcmp(path, "-");
}

seg_status seg_guard_image(const char *path, seg_error *err)
{
    struct stat about;
    uint8_t head[4] = {0};
    ssize_t n;
    int fd;

    if (is_stdout(path) || stat(path, &about) || !S_ISREG(about.st_mode))
        return SEG_OK;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) /* what cannot be read is left to whoever writes */
        return SEG_OK;
    n = read(fd, head, sizeof head);
    close(fd);
    if (n < (ssize_t)sizeof head || !begins_like_an_image(head))
        return SEG_OK;
    return seg_fail(err, SEG_WRITE,
                    "%s: is an image or a compressed file, which a report does not replace (choose "
                    "another name with -o)",
                    path);
}
