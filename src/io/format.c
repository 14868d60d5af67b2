/* format.c - the list of formats, and what follows from it: extensions, and names for messages. */
#include "format.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define FORMAT(name) extern const seg_format seg_format_##name;
#include "all.h"
#undef FORMAT

#define FORMAT(name) &seg_format_##name,
const seg_format *const seg_formats[] = {
#include "all.h"
};
#undef FORMAT

const size_t seg_formats_count = sizeof seg_formats / sizeof *seg_formats;

const seg_format *seg_format_of(const uint8_t *head, size_t n)
{
    for (size_t i = 0; i < seg_formats_count; i++)
        if (seg_formats[i]->is(head, n))
            return seg_formats[i];
    return NULL;
}

/* The length of the longest of `endings` that a name ends in, not being all of it; 0: none. */
static size_t ending(const char *name, const char *const *endings)
{
    size_t n = strlen(name), longest = 0;

    for (; endings && *endings; endings++) {
        size_t m = strlen(*endings);

        if (n > m && m > longest && !strcasecmp(name + n - m, *endings))
            longest = m;
    }
    return longest;
}

bool seg_is_image_name(const char *name, size_t *stem)
{
    size_t longest = 0;

    for (size_t i = 0; i < seg_formats_count; i++) {
        size_t m = ending(name, seg_formats[i]->extensions);

        longest = m > longest ? m : longest;
    }
    *stem = strlen(name) - longest;
    return longest > 0;
}

bool seg_is_header_name(const char *name)
{
    for (size_t i = 0; i < seg_formats_count; i++)
        if (ending(name, seg_formats[i]->headers))
            return true;
    return false;
}

const char *seg_format_names(char out[SEG_FORMAT_NAMES])
{
    size_t used = 0;

    for (size_t i = 0; i < seg_formats_count && used < SEG_FORMAT_NAMES; i++)
        used += (size_t)snprintf(out + used, SEG_FORMAT_NAMES - used, "%s%s",
                                 i == 0                      ? ""
                                 : i + 1 < seg_formats_count ? ", "
                                                             : " or ",
                                 seg_formats[i]->name);
    return out;
}

const char *seg_format_extensions(char out[SEG_FORMAT_EXTENSIONS])
{
    size_t used = 0;

    for (size_t i = 0; i < seg_formats_count; i++)
        for (const char *const *e = seg_formats[i]->extensions; *e && used < SEG_FORMAT_EXTENSIONS; e++)
            used += (size_t)snprintf(out + used, SEG_FORMAT_EXTENSIONS - used, "%s%s", used ? ", " : "", *e);
    return out;
}
