/* describe_tool.h - a command as workflow engines read it: Boutiques and CWL descriptions, from its table of options. */
#ifndef SEG_COMMANDS_DESCRIBE_TOOL_H
#define SEG_COMMANDS_DESCRIBE_TOOL_H

#include "../base/text.h"
#include "command.h"

/* A JSON document of the Boutiques schema 0.5. */
void seg_describe_boutiques(seg_string *out, const seg_command *command);

/* A CommandLineTool of CWL 1.2, as JSON. Results are what the command prints. */
void seg_describe_cwl(seg_string *out, const seg_command *command);

#endif
