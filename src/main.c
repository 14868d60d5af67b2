/* main.c - hands the command line to the commands; what comes back is the exit code. */
#include "base/memory.h"
#include "commands/command.h"

int main(int argc, char **argv)
{
    seg_memory_keep();
    return seg_command_main(argc, argv);
}
