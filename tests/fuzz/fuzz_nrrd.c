/* fuzz_nrrd.c - libFuzzer target: any bytes are a file of this format. */
#include "fuzz_image.h"

static test_bytes valid_file(uint64_t seed)
{
    static const char *const ENCODINGS[] = {"raw", "gzip", "ascii"}, *const SPACES[] = {"RAS", "LPS", "scanner-xyz"};
    size_t e = fixture_random(&seed) % 3;
    bool list = fixture_random(&seed) & 1;
    char header[1024];
    test_bytes b = e == 2 ? text_make("0 1 2 3 1 2 3 0 1 0 0 0 0 1 2 3 1 2 3 0 1 0 0 0")
                          : some_numbers(&seed, SEG_UINT8, 24, false);

    snprintf(
        header, sizeof header,
        "NRRD0004\ntype: uchar\ndimension: %d\nspace: %s\nspace dimension: 3\nsizes: %s\nspace directions: %s(1,0,0) "
        "(0,1,0) (0,0,2)\nspace origin: (1,2,3)\nkinds: %sdomain domain domain\nencoding: %s\nSegment0_Name:=a\n"
        "Segment0_LabelValue:=1\nSegment0_Layer:=0\nSegment1_Name:=b\nSegment1_LabelValue:=2\n\n",
        list ? 4 : 3, SPACES[fixture_random(&seed) % 3], list ? "2 3 2 2" : "4 3 2", list ? "none " : "",
        list ? "list " : "", ENCODINGS[e]);
    return bytes_join(text_make(header), e == 1 ? gzip_make(b) : b);
}
