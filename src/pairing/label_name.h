/* label_name.h - a name for a label. */
#ifndef SEG_PAIRING_LABEL_NAME_H
#define SEG_PAIRING_LABEL_NAME_H

#include <stdint.h>

typedef struct {
    int64_t id;
    char *text;
} seg_label_name;

#endif
