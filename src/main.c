/* main.c - hands the command line to the commands; what comes back is the exit code. */
#include "commands/command.h"

int main(int argc, char **argv)
{
    return seg_command_main(argc, argv);
}
