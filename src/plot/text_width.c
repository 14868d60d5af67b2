/* text_width.c - how wide a text will be when another program draws it in Helvetica or a similar font.
 *
 * Widths are those of the Helvetica metrics, which Arial, Liberation Sans and Nimbus Sans share, in thousandths of
 * the font size. They are needed to place legends: the text is drawn by another program.
 */
#include "svg.h"

#include <string.h>

/* Letters that share a width, for ASCII; everything not named here is 556 wide, as digits and most letters are. */
static const struct {
    int width;
    const char *letters;
} ascii[] = {
    {191, "'"},          {222, "ijl"},      {260, "|"},     {278, " !,./:;I[\\]ft"},
    {333, "()-`r"},      {334, "{}"},       {355, "\""},    {389, "*"},
    {469, "^"},          {500, "Jckszvxy"}, {584, "+<=>~"}, {611, "FTZ"},
    {667, "&ABEKPSVXY"}, {722, "CDHNRUw"},  {778, "GOQ"},   {833, "Mm"},
    {889, "%"},          {944, "W"},        {1015, "@"},
};

/* Characters beyond ASCII that figures use. */
static const struct {
    int width;
    const char *letter;
} others[] = {
    {278, "·"},  {278, "\u00a0"}, {350, "•"},  {400, "°"}, {500, "γ"}, {446, "ε"}, {500, "τ"}, {549, "ρ"}, {578, "α"},
    {575, "β"},  {549, "≤"},      {549, "≥"},  {584, "×"}, {584, "−"}, {584, "±"}, {500, "↓"}, {500, "↑"}, {1000, "→"},
    {1000, "…"}, {556, "–"},      {1000, "—"}, {604, "○"}, {604, "●"}, {222, "‘"}, {222, "’"},
};

static int ascii_width(char c)
{
    for (size_t i = 0; i < sizeof ascii / sizeof *ascii; i++)
        if (strchr(ascii[i].letters, c))
            return ascii[i].width;
    return 556;
}

/* Bytes of the UTF-8 character at s. */
static size_t letter_bytes(const char *s)
{
    unsigned char c = (unsigned char)*s;
    size_t want = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4, n = 1;

    while (n < want && s[n])
        n++;
    return n;
}

static int other_width(const char *s, size_t bytes)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strlen(others[i].letter) == bytes && !memcmp(others[i].letter, s, bytes))
            return others[i].width;
    return 556;
}

/* Bold letters of Helvetica are about 6 % wider. */
static const double BOLD = 1.06;

static double width_of(const char *text, size_t n, double size, bool bold)
{
    double thousandths = 0;

    for (size_t i = 0; i < n;) {
        size_t bytes = letter_bytes(text + i);

        thousandths += bytes == 1 ? ascii_width(text[i]) : other_width(text + i, bytes);
        i += bytes;
    }
    return thousandths / 1000 * size * (bold ? BOLD : 1);
}

double seg_text_width(const char *text, double size, bool bold)
{
    return width_of(text, strlen(text), size, bold);
}

size_t seg_text_fit(const char *text, double width, double size, bool bold)
{
    size_t fits = 0, length = strlen(text);

    for (size_t i = 1; i <= length; i++)
        if (i == length || text[i] == ' ') {
            if (fits && width_of(text, i, size, bold) > width)
                break;
            fits = i;
        }
    return fits;
}
