/* terminal.c - asks the terminal for its width. */
#include "terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

/* With less than this, columns of texts would be one word wide: let the terminal break the lines. */
enum { NARROW = 50 };

int seg_terminal_columns(void)
{
    struct winsize size;

    return isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) ? size.ws_col : 0;
}

int seg_text_columns(int most)
{
    int columns = seg_terminal_columns();

    return columns >= NARROW && columns < most ? columns : most;
}
