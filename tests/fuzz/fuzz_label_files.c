/* fuzz_label_files.c - libFuzzer target: any bytes are regions, a list of new labels, and COCO's panoptic JSON. */
#include "io/region_file.h"
#include "io/renaming_file.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memory_file file = memory_file_make(data, size);
    seg_regions regions = {0};
    seg_renaming lines = {0}, segments = {0};
    seg_error err[3] = {0};

    check_outcome(seg_regions_read_file(&regions, file.path, &err[0]), &err[0]);
    check_outcome(seg_renaming_read_file(&lines, file.path, &err[1]), &err[1]);
    check_outcome(seg_renaming_read_panoptic(&segments, file.path, &err[2]), &err[2]);
    seg_regions_free(&regions);
    seg_renaming_free(&lines);
    seg_renaming_free(&segments);
    close(file.fd);
    return 0;
}
