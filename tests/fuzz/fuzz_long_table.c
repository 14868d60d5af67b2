/* fuzz_long_table.c - libFuzzer target: any bytes are one long table of published values. */
#include "compare/load.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const WHERE[] = {"part=test"};
    static const seg_query QUERIES[] = {{.rows = "method", .cols = "class", .metric = "metric", .value = "value"},
                                        {.rows = "method", .cases = "case", .metric = "metric"},
                                        {.rows = "method", .where = WHERE, .n_where = 1}};
    memory_file file = memory_file_make(data, size);

    for (size_t i = 0; i < sizeof QUERIES / sizeof *QUERIES; i++) {
        seg_dataset cube = {0};
        seg_error err = {0};

        check_outcome(seg_load_long(&cube, file.path, &QUERIES[i], &err), &err);
        seg_dataset_free(&cube);
    }
    close(file.fd);
    return 0;
}
