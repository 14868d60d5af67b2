/* fuzz_metaimage.c - libFuzzer target: any bytes are a file of this format. */
#include "fuzz_image.h"

static test_bytes valid_file(uint64_t seed)
{
    bool packed = fixture_random(&seed) & 1, channels = fixture_random(&seed) & 1;
    test_bytes b = some_numbers(&seed, SEG_INT16, 24, true);
    char header[512];

    snprintf(
        header, sizeof header,
        "ObjectType = Image\nNDims = 3\nDimSize = %s\nElementNumberOfChannels = %d\nBinaryDataByteOrderMSB = True\n"
        "CompressedData = %s\nTransformMatrix = 0 1 0 1 0 0 0 0 1\nOffset = 1 2 3\nElementSpacing = 1 2 3\n"
        "ElementType = MET_SHORT\nElementDataFile = LOCAL\n",
        channels ? "3 2 2" : "4 3 2", channels ? 2 : 1, packed ? "True" : "False");
    return bytes_join(text_make(header), packed ? deflate_make(b, 15) : b);
}
