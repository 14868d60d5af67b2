/* main.c - finds the command, calls it, and turns its status into the exit code. */
#include <stdio.h>

int main(void)
{
    puts("segloss " SEG_VERSION);
    return 0;
}
