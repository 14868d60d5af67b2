/* fuzz_label_names.c - libFuzzer target: any bytes are a file of label names, read through a file in memory. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("labels", 0);
    char path[64];
    seg_label_name *names;
    size_t n;
    bool has_ignore = false;
    int64_t ignore = 0;
    seg_error err = {0};

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (seg_label_names_read(&names, &n, &has_ignore, &ignore, path, &err)) {
        if (!err.text[0] || names)
            abort();
    }
    seg_label_names_free(names, n);
    close(fd);
    return 0;
}
