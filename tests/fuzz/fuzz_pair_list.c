/* fuzz_pair_list.c - libFuzzer target: any bytes are a list of pairs, as lines and as texts that end with NUL. */
#include <stdbool.h>

#include "evaluate/pairing.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_list(const char *path, bool nul)
{
    seg_pair_list *list;
    seg_error err = {0};
    bool more = true;

    check_outcome(seg_pair_list_open(&list, path, nul, &err), &err);
    while (list && more) {
        seg_pairing pairing = {0};
        seg_status st = seg_pair_list_next(list, &pairing, &more, &err);

        check_outcome(st, &err);
        if (!st && more && (!pairing.name || !pairing.prediction || !pairing.truth))
            abort();
        seg_pairing_free(&pairing);
        more = more && !st;
    }
    seg_pair_list_close(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memory_file file = memory_file_make(data, size);

    read_list(file.path, false);
    read_list(file.path, true);
    close(file.fd);
    return 0;
}
