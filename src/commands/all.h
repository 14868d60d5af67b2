/* all.h - the commands, in the order of the help. Each line names a descriptor seg_command_NAME in a file of its own. */
COMMAND(eval)
COMMAND(compare)
COMMAND(sweep)
COMMAND(merge)
COMMAND(info)
COMMAND(list)
COMMAND(describe)
COMMAND(curves)
