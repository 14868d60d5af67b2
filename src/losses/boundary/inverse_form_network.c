/* inverse_form_network.c - reading, writing and applying the network behind the InverseForm loss. */
#include "inverse_form_network.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "../../base/files.h"
#include "../../base/memory.h"
#include "../../simd/simd.h"

enum { VERSION = 1, WIDTH_MAX = 65536, FIXED_BYTES = 28, CRC_BYTES = 4 };
static const char magic[8] = "SGLIFW1\n";

/* ---- memory ---- */

seg_status seg_inverse_network_alloc(seg_inverse_network *net, size_t layers, const size_t *width, seg_error *err)
{
    seg_status st = SEG_OK;

    *net = (seg_inverse_network){.layers = layers};
    memcpy(net->width, width, (layers + 1) * sizeof *width);
    for (size_t l = 0; !st && l < layers; l++) {
        st = seg_alloc(&net->weight[l], width[l] * width[l + 1], sizeof(float), "the network's weights", err);
        if (!st)
            st = seg_alloc(&net->bias[l], width[l + 1], sizeof(float), "the network's biases", err);
    }
    if (st)
        seg_inverse_network_free(net);
    return st;
}

void seg_inverse_network_free(seg_inverse_network *net)
{
    for (size_t l = 0; l < SEG_INVERSE_LAYERS; l++) {
        free(net->weight[l]);
        free(net->bias[l]);
    }
    *net = (seg_inverse_network){0};
}

size_t seg_inverse_network_values(const seg_inverse_network *net)
{
    size_t n = 0;

    for (size_t l = 1; l <= net->layers; l++)
        n += net->width[l];
    return n;
}

/* ---- numbers of the file ---- */

static uint32_t u32(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static float f32(const unsigned char *at)
{
    uint32_t bits = u32(at);
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

static unsigned char *put_u32(unsigned char *at, size_t x)
{
    for (int byte = 0; byte < 4; byte++)
        *at++ = (unsigned char)(x >> (8 * byte));
    return at;
}

static unsigned char *put_f32(unsigned char *at, double x)
{
    float narrow = (float)x;
    uint32_t bits;

    memcpy(&bits, &narrow, sizeof bits);
    return put_u32(at, bits);
}

/* Bytes of a file with these widths. */
static uint64_t file_bytes(size_t layers, const size_t *width)
{
    uint64_t numbers = layers + 1 + 1; /* the widths and `missing` */

    for (size_t l = 0; l < layers; l++)
        numbers += (uint64_t)(width[l] + 1) * width[l + 1];
    return FIXED_BYTES + 4 * numbers + CRC_BYTES;
}

/* ---- reading ---- */

/* What a file says about itself; `bytes` is its whole length, of which head[0..have) are here. */
static seg_status read_header(seg_inverse_network *head, const unsigned char *file, size_t have, uint64_t bytes,
                              const char *name, seg_error *err)
{
    uint32_t kind;

    *head = (seg_inverse_network){0};
    if (have < FIXED_BYTES || memcmp(file, magic, sizeof magic))
        return seg_fail(err, SEG_READ, "%s: not a weights file of inverse-form (it starts with SGLIFW1)", name);
    if (u32(file + 8) != VERSION)
        return seg_fail(err, SEG_READ, "%s: version %u of the weights file, wanted version %d", name, u32(file + 8),
                        VERSION);
    head->tile = u32(file + 12), head->band = u32(file + 16), kind = u32(file + 20), head->layers = u32(file + 24);
    head->raw = kind == 0;
    if (kind > 1 || head->layers < 1 || head->layers > SEG_INVERSE_LAYERS)
        return seg_fail(err, SEG_READ, "%s: kind %u with %zu layers, wanted kind 0 or 1 with 1 to %d layers", name,
                        kind, head->layers, SEG_INVERSE_LAYERS);
    if (have < FIXED_BYTES + 4 * (head->layers + 1))
        return seg_fail(err, SEG_READ, "%s: the file ends inside its header", name);
    for (size_t l = 0; l <= head->layers; l++) {
        head->width[l] = u32(file + FIXED_BYTES + 4 * l);
        if (head->width[l] < 1 || head->width[l] > WIDTH_MAX)
            return seg_fail(err, SEG_READ, "%s: a layer of %zu values, wanted 1 to %d", name, head->width[l],
                            WIDTH_MAX);
    }
    if (head->tile < 2 || head->tile > WIDTH_MAX || 2 * head->tile * head->tile != head->width[0] || head->band < 1 ||
        head->band > head->tile)
        return seg_fail(err, SEG_READ, "%s: tiles of %zu pixels with a band of %zu do not fit %zu inputs", name,
                        head->tile, head->band, head->width[0]);
    if (kind == 1 && head->width[head->layers] != SEG_INVERSE_OUTPUTS)
        return seg_fail(err, SEG_READ, "%s: %zu outputs, wanted the %d of an affine map", name,
                        head->width[head->layers], SEG_INVERSE_OUTPUTS);
    if (file_bytes(head->layers, head->width) != bytes)
        return seg_fail(err, SEG_READ, "%s: %llu bytes, but its header announces %llu", name, (unsigned long long)bytes,
                        (unsigned long long)file_bytes(head->layers, head->width));
    return SEG_OK;
}

/* The layers from `at` on, W[out][in] turned into weight[in][out]. False when a number is not finite. */
static bool read_layers(seg_inverse_network *net, const unsigned char *at)
{
    bool finite = true;

    for (size_t l = 0; l < net->layers; l++) {
        size_t in = net->width[l], out = net->width[l + 1];

        for (size_t o = 0; o < out; o++)
            for (size_t i = 0; i < in; i++, at += 4)
                finite &= isfinite(net->weight[l][i * out + o] = f32(at)) != 0;
        for (size_t o = 0; o < out; o++, at += 4)
            finite &= isfinite(net->bias[l][o] = f32(at)) != 0;
    }
    return finite;
}

static seg_status read_bytes(seg_inverse_network *net, const unsigned char *file, size_t bytes, const char *name,
                             seg_error *err)
{
    seg_inverse_network head;
    const unsigned char *at;
    seg_status st = read_header(&head, file, bytes, bytes, name, err);

    if (st)
        return st;
    if (crc32_z(crc32_z(0, NULL, 0), file, bytes - CRC_BYTES) != u32(file + bytes - CRC_BYTES))
        return seg_fail(err, SEG_READ, "%s: damaged, its checksum does not match", name);
    st = seg_inverse_network_alloc(net, head.layers, head.width, err);
    if (st)
        return st;
    net->tile = head.tile, net->band = head.band, net->raw = head.raw;
    at = file + FIXED_BYTES + 4 * (head.layers + 1);
    net->missing = (double)f32(at);
    if (read_layers(net, at + 4) && net->missing >= 0 && isfinite(net->missing))
        return SEG_OK;
    seg_inverse_network_free(net);
    return seg_fail(err, SEG_READ, "%s: a weight is not finite, or the distance of missing boundaries is negative",
                    name);
}

/* *file = the whole file, whose length was compared with its header before any room was claimed. */
static seg_status slurp(unsigned char **file, uint64_t *bytes, const char *path, FILE *stream, seg_error *err)
{
    unsigned char start[FIXED_BYTES + 4 * (SEG_INVERSE_LAYERS + 1)];
    seg_inverse_network head;
    struct stat about;
    size_t have = fread(start, 1, sizeof start, stream);
    seg_status st;

    if (fstat(fileno(stream), &about) || !S_ISREG(about.st_mode))
        return seg_fail(err, SEG_READ, "%s: not a regular file", path);
    *bytes = (uint64_t)about.st_size;
    st = read_header(&head, start, have, *bytes, path, err);
    if (!st)
        st = seg_alloc(file, *bytes, 1, "the weights file", err);
    if (st)
        return st;
    rewind(stream);
    if (fread(*file, 1, *bytes, stream) != *bytes)
        return seg_fail(err, SEG_READ, "%s: cannot be read to its end", path);
    return SEG_OK;
}

static seg_status read_file(seg_inverse_network *net, const char *path, seg_error *err)
{
    unsigned char *file = NULL;
    uint64_t bytes = 0;
    FILE *stream;
    seg_status st = seg_open_input(&stream, path, "the weights of inverse-form", err);

    if (st)
        return st;
    st = slurp(&file, &bytes, path, stream, err);
    if (!st)
        st = read_bytes(net, file, bytes, path, err);
    seg_close_input(stream);
    free(file);
    return st;
}

seg_status seg_inverse_network_read(seg_inverse_network *net, const char *path, seg_error *err)
{
    size_t bytes;
    const unsigned char *file;

    *net = (seg_inverse_network){0};
    if (path)
        return read_file(net, path, err);
    file = seg_inverse_shipped(&bytes);
    return read_bytes(net, file, bytes, "the weights of inverse-form that segloss ships", err);
}

/* ---- writing ---- */

static void fill_file(const seg_inverse_network *net, unsigned char *file)
{
    unsigned char *at = file + sizeof magic;
    const size_t fixed[] = {VERSION, net->tile, net->band, net->raw ? 0 : 1, net->layers};

    memcpy(file, magic, sizeof magic);
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        at = put_u32(at, fixed[i]);
    for (size_t l = 0; l <= net->layers; l++)
        at = put_u32(at, net->width[l]);
    at = put_f32(at, net->missing);
    for (size_t l = 0; l < net->layers; l++) {
        size_t in = net->width[l], out = net->width[l + 1];

        for (size_t o = 0; o < out; o++)
            for (size_t i = 0; i < in; i++)
                at = put_f32(at, (double)net->weight[l][i * out + o]);
        for (size_t o = 0; o < out; o++)
            at = put_f32(at, (double)net->bias[l][o]);
    }
    put_u32(at, crc32_z(crc32_z(0, NULL, 0), file, (size_t)(at - file)));
}

seg_status seg_inverse_network_write(const seg_inverse_network *net, const char *path, seg_error *err)
{
    size_t bytes = (size_t)file_bytes(net->layers, net->width);
    unsigned char *file = NULL;
    FILE *stream;
    bool written;
    seg_status st = seg_alloc(&file, bytes, 1, "the weights file", err);

    if (st)
        return st;
    fill_file(net, file);
    stream = fopen(path, "wb");
    written = stream && fwrite(file, 1, bytes, stream) == bytes;
    if (stream && fclose(stream))
        written = false;
    if (!written)
        st = seg_fail(err, SEG_WRITE, "%s: cannot be written: %s", path, strerror(errno));
    free(file);
    return st;
}

/* ---- arithmetic ---- */

const double *seg_inverse_network_apply(const seg_inverse_network *net, const double *x, double *value)
{
    double *out = value;

    for (size_t l = 0; l < net->layers; l++) {
        size_t width = net->width[l + 1];

        seg_simd()->dense_layer(net->weight[l], net->bias[l], net->width[l], width, x, out);
        for (size_t o = 0; l + 1 < net->layers && o < width; o++)
            out[o] = out[o] > 0 ? out[o] : 0; /* ReLU after every layer but the last */
        x = out;
        out += width;
    }
    return x;
}

/* dx[0..n) = W^T d. */
static void slope_of_layer(const float *weight, size_t width, const double *d, double *dx, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const float *row = weight + i * width;
        double sum = 0;

        for (size_t o = 0; o < width; o++)
            sum += (double)row[o] * d[o];
        dx[i] = sum;
    }
}

void seg_inverse_network_slope(const seg_inverse_network *net, const double *value, double *slope, double *dx, size_t n)
{
    size_t at = seg_inverse_network_values(net) - net->width[net->layers];

    for (size_t l = net->layers - 1; l > 0; l--) {
        size_t in = net->width[l];

        slope_of_layer(net->weight[l], net->width[l + 1], slope + at, slope + at - in, in);
        at -= in;
        for (size_t i = 0; i < in; i++)
            slope[at + i] = value[at + i] > 0 ? slope[at + i] : 0;
    }
    slope_of_layer(net->weight[0], net->width[1], slope, dx, n);
}
