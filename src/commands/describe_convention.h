/* describe_convention.h - what one convention defines, how it chooses, and its values for empty masks. */
#ifndef SEG_COMMANDS_DESCRIBE_CONVENTION_H
#define SEG_COMMANDS_DESCRIBE_CONVENTION_H

#include "../base/text.h"

/* Adds the page of convention `index`. */
void seg_describe_convention(seg_string *out, int index);

#endif
