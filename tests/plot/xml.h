/* xml.h - just enough XML to say whether a drawing is well formed and to count what is in it. */
#ifndef TEST_PLOT_XML_H
#define TEST_PLOT_XML_H

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* True when tags nest, attributes are quoted and no bare & or < occurs. `why` says what is wrong. */
static inline bool xml_well_formed(const char *text, char why[128])
{
    char open[64][32];
    size_t depth = 0, roots = 0;

    for (const char *p = text; *p; p++) {
        if (*p == '&' && strncmp(p, "&amp;", 5) && strncmp(p, "&lt;", 4) && strncmp(p, "&gt;", 4) &&
            strncmp(p, "&quot;", 6))
            return snprintf(why, 128, "bare & at %.20s", p), false;
        if (*p != '<')
            continue;
        const char *end = p + 1;
        char quote = 0;
        for (; *end && (quote || *end != '>'); end++)
            quote = quote ? (*end == quote ? 0 : quote) : *end == '"' ? '"' : 0;
        if (!*end)
            return snprintf(why, 128, "tag never ends: %.20s", p), false;
        if (p[1] == '/') {
            size_t n = (size_t)(end - p - 2);
            if (!depth || strlen(open[depth - 1]) != n || strncmp(open[depth - 1], p + 2, n))
                return snprintf(why, 128, "closes what is not open: %.20s", p), false;
            depth--;
        } else if (p[1] != '?' && end[-1] != '/') {
            size_t n = strcspn(p + 1, " >\n");
            if (depth == 64 || n > 31)
                return snprintf(why, 128, "too deep or too long: %.20s", p), false;
            roots += depth == 0;
            memcpy(open[depth], p + 1, n);
            open[depth++][n] = '\0';
        }
        p = end;
    }
    return depth || roots != 1 ? snprintf(why, 128, "%zu open, %zu roots", depth, roots), false : true;
}

static inline size_t xml_count(const char *text, const char *what)
{
    size_t n = 0;

    for (const char *p = strstr(text, what); p; p = strstr(p + 1, what))
        n++;
    return n;
}

#endif
