/* memory_file.h - bytes as a file in memory, for readers that take a path. */
#ifndef TESTS_FUZZ_MEMORY_FILE_H
#define TESTS_FUZZ_MEMORY_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"

typedef struct {
    int fd;
    char path[64];
} memory_file;

static inline memory_file memory_file_make(const uint8_t *data, size_t size)
{
    memory_file file = {.fd = memfd_create("fuzz", 0)};

    if (file.fd < 0 || write(file.fd, data, size) != (ssize_t)size)
        abort();
    snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.fd);
    return file;
}

/* A failure has one of the kinds of failure and a sentence; success has neither. */
static inline void check_outcome(seg_status st, const seg_error *err)
{
    if ((st != SEG_OK) != (err->text[0] != 0) || (st && st != err->status))
        abort();
}

#endif
