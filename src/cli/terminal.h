/* terminal.h - the terminal that stdout may be. */
#ifndef SEG_CLI_TERMINAL_H
#define SEG_CLI_TERMINAL_H

/* How wide it is; 0: stdout is no terminal, or does not say. */
int seg_terminal_columns(void);

/* As many columns as there are, but no more than `most`: texts are not wrapped for a file or a pipe, and lines of more
 * than that are hard to read. */
int seg_text_columns(int most);

#endif
