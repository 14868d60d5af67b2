/* inverse_form_weights.c - the weights file that is part of the library: inverse_form.sgif beside this file.
 *
 * Made by `build/segloss-train-inverseform src/losses/boundary/inverse_form.sgif` (seed 1, 12000 steps, pool of
 * 300000 pairs: the presets of the program). sha256:
 * 1e67ab29ee15c3a88382d031373ef1eef6ef950e3778c4e8ed21e7cc83f6c2e0
 * Compiled from the root of the repository, where the path below starts.
 */
#include "inverse_form_network.h"

#ifdef __APPLE__
#define SECTION    ".section __TEXT,__const\n"
#define NAME(name) "_" name
#define BACK       ".text\n"
#else
#define SECTION    ".pushsection .rodata\n"
#define NAME(name) name
#define BACK       ".popsection\n"
#endif

__asm__(SECTION ".globl " NAME(
    "seg_inverse_weights_begin") "\n"
                                 ".globl " NAME("seg_inverse_weights_end") "\n"
                                                                           ".balign 16\n" NAME(
                                                                               "seg_inverse_weights_"
                                                                               "begin") ":\n"
                                                                                        ".incbin "
                                                                                        "\"src/losses/"
                                                                                        "boundary/"
                                                                                        "inverse_form."
                                                                                        "sgif\"\n" NAME(
                                                                                            "seg_"
                                                                                            "inverse_"
                                                                                            "weights_"
                                                                                            "end") ":\n"
                                                                                                   ".byt"
                                                                                                   "e "
                                                                                                   "0"
                                                                                                   "\n" BACK);

extern const unsigned char seg_inverse_weights_begin[], seg_inverse_weights_end[];

const unsigned char *seg_inverse_shipped(size_t *bytes)
{
    *bytes = (size_t)(seg_inverse_weights_end - seg_inverse_weights_begin);
    return seg_inverse_weights_begin;
}
