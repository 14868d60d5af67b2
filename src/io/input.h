/* input.h - the bytes of one file, or of stdin, by position: opened once, and never looked up under another name. */
#ifndef SEG_IO_INPUT_H
#define SEG_IO_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "../base/error.h"

/* Either a regular file, read with pread (so from any thread), or bytes in memory. */
typedef struct {
    char *name; /* for messages */
    uint64_t size;
    bool is_file;
    int fd;
    struct timespec changed; /* the file's time of change when it was opened */
    const uint8_t *bytes;    /* in memory */
    uint8_t *owned;          /* the same, when they are ours to free */
} seg_input;

/* Opens a file; "-" or "/dev/stdin" is stdin, which is copied into at most `memory` bytes, or with 0 into what is free:
 * a file is not worth asking the system for that. A pipe, a device or a folder is refused without waiting for it. */
seg_status seg_input_open(seg_input *input, const char *path, uint64_t memory, seg_error *err);

/* Bytes that the caller keeps alive. */
seg_status seg_input_of_memory(seg_input *input, const void *bytes, size_t size, const char *name, seg_error *err);

/* Fills out[n] from position `at`; asking for bytes at or past `size` is the caller's mistake. A file that has become
 * shorter is an error. */
seg_status seg_input_at(const seg_input *input, uint64_t at, void *out, size_t n, seg_error *err);

/* The same without a sentence: 0, or the errno, or -1 when the file has become shorter. */
int seg_input_pread(const seg_input *input, uint64_t at, void *out, size_t n);
seg_status seg_input_failed(const seg_input *input, int code, seg_error *err);

/* Tells whether the file is still the one that was opened. */
seg_status seg_input_check(const seg_input *input, seg_error *err);

/* The sentence when there is no memory for a name. */
seg_status seg_no_name(seg_error *err);

bool seg_input_is_stdin(const char *path);
void seg_input_close(seg_input *input);

#endif
