/* segloss-make-samples.c - writes the folder data_samples anew; see the README there. */
#include <stdio.h>
#include <string.h>

#include "samples/files.h"
#include "samples/samples.h"

static const struct {
    const char *name;
    seg_status (*make)(const char *folder, seg_error *err);
} collections[] = {
    {"abdomen", seg_sample_abdomen},
    {"street", seg_sample_street},
    {"objects", seg_sample_objects},
};

int main(int argc, char **argv)
{
    char folder[1000];
    seg_error err = {0};
    seg_status st;

    if (argc != 2 || argv[1][0] == '-') {
        fputs("usage: segloss-make-samples FOLDER\nWrites FOLDER/abdomen, FOLDER/street and FOLDER/objects.\n", stderr);
        return SEG_USAGE;
    }
    st = seg_sample_folder(argv[1], &err);
    for (size_t i = 0; !st && i < sizeof collections / sizeof *collections; i++) {
        snprintf(folder, sizeof folder, "%s/%s", argv[1], collections[i].name);
        st = collections[i].make(folder, &err);
    }
    if (st)
        fprintf(stderr, "segloss-make-samples: %s\n", err.text);
    return st;
}
