/* fuzz_network.c - libFuzzer target: any bytes are the weights of the inverse-form network. */
#include "losses/boundary/inverse_form_network.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memory_file file = memory_file_make(data, size);
    seg_inverse_network network = {0};
    seg_error err = {0};
    seg_status st = seg_inverse_network_read(&network, file.path, &err);

    check_outcome(st, &err);
    if (!st)
        seg_inverse_network_free(&network);
    close(file.fd);
    return 0;
}
