/* terminal.h - the terminal that stdout may be. */
#ifndef SEG_CLI_TERMINAL_H
#define SEG_CLI_TERMINAL_H

/* Its width in columns; 0: stdout is no terminal, or its width is unknown. */
int seg_terminal_columns(void);

/* As many columns as there are, but no more than `most`: texts are not wrapped for a file or a pipe, and lines of more
 * than that are hard to read. */
int seg_text_columns(int most);

#endif
