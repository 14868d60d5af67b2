/* limit.c - the least that must be done to a file before anybody can score it, as fast as this machine does it.
 *
 *     limit inflate FILE...   gzip files through ISA-L into a block that stays in the second-level cache
 *     limit read FILE...      every byte of plain files, read in such blocks and added up
 *     limit png FILE...       PNG images through libpng
 *
 * One thread; the files follow one another. Folders stand for the files in them.
 */
#include <dirent.h>
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <png.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 256 * 1024 };

static void stop(const char *path)
{
    fprintf(stderr, "limit: %s: cannot be read\n", path);
    exit(1);
}

static void inflate_file(const char *path)
{
    static uint8_t in[BLOCK], out[BLOCK];
    static struct inflate_state state;
    int fd = open(path, O_RDONLY);
    ssize_t got;

    if (fd < 0)
        stop(path);
    isal_inflate_init(&state);
    state.crc_flag = ISAL_GZIP;
    while (state.block_state != ISAL_BLOCK_FINISH && (got = read(fd, in, BLOCK)) > 0) {
        state.next_in = in;
        state.avail_in = (uint32_t)got;
        do {
            state.next_out = out;
            state.avail_out = BLOCK;
            if (isal_inflate(&state) < 0)
                stop(path);
        } while (state.block_state != ISAL_BLOCK_FINISH && state.avail_out == 0);
    }
    close(fd);
}

static void read_file(const char *path)
{
    static uint64_t block[BLOCK / sizeof(uint64_t)];
    volatile uint64_t kept;
    uint64_t sum = 0;
    int fd = open(path, O_RDONLY);
    ssize_t got;

    if (fd < 0)
        stop(path);
    while ((got = read(fd, block, BLOCK)) > 0)
        for (size_t i = 0; i < (size_t)got / sizeof *block; i++)
            sum += block[i];
    kept = sum;
    (void)kept;
    close(fd);
}

static void decode_png(const char *path)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    uint8_t *out;

    if (!png_image_begin_read_from_file(&image, path))
        stop(path);
    out = malloc(PNG_IMAGE_SIZE(image));
    if (!out || !png_image_finish_read(&image, NULL, out, 0, NULL))
        stop(path);
    free(out);
}

static const struct {
    const char *name;
    void (*run)(const char *path);
} limits[] = {{"inflate", inflate_file}, {"read", read_file}, {"png", decode_png}};

static void visit(const char *path, void (*run)(const char *path))
{
    struct stat about;
    struct dirent *entry;
    char inside[4096];
    DIR *folder;

    if (stat(path, &about))
        stop(path);
    if (!S_ISDIR(about.st_mode)) {
        run(path);
        return;
    }
    folder = opendir(path);
    while (folder && (entry = readdir(folder)))
        if (entry->d_name[0] != '.') {
            snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
            visit(inside, run);
        }
    closedir(folder);
}

int main(int argc, char **argv)
{
    for (size_t k = 0; argc > 2 && k < sizeof limits / sizeof *limits; k++)
        if (!strcmp(argv[1], limits[k].name)) {
            for (int i = 2; i < argc; i++)
                visit(argv[i], limits[k].run);
            return 0;
        }
    fputs("usage: limit inflate|read|png FILE...\n", stderr);
    return 2;
}
