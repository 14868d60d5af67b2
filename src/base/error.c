/* error.c - fills, prefixes and passes on the one sentence that explains a failure. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

seg_status seg_fail(seg_error *err, seg_status status, const char *format, ...)
{
    va_list args;

    if (!err)
        return status;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    err->status = status;
    return status;
}

seg_status seg_fail_as(seg_error *err, seg_status status)
{
    if (err)
        err->status = status;
    return status;
}

seg_status seg_while(seg_error *err, const char *format, ...)
{
    char context[512], sentence[sizeof err->text];
    va_list args;
    size_t used;

    if (!err)
        return SEG_BUG;
    va_start(args, format);
    vsnprintf(context, sizeof context, format, args);
    va_end(args);
    memcpy(sentence, err->text, sizeof sentence);
    used = (size_t)snprintf(err->text, sizeof err->text, "%s: ", context);
    strncat(err->text, sentence, sizeof err->text - used - 1);
    return err->status;
}

void seg_warn(const seg_warnings *notes, const char *format, ...)
{
    char sentence[1024];
    va_list args;

    if (!notes || !notes->say)
        return;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    notes->say(notes->context, sentence);
}
