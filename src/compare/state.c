/* state.c - reads the statuses of a report. */
#include "state.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "../base/value.h"

static const char *behind(const char *status, const char *prefix)
{
    size_t n = strlen(prefix);

    return strncmp(status, prefix, n) ? NULL : status + n;
}

static bool truth_lacks_class(const char *status)
{
    return !strcmp(status, SEG_EMPTY_TRUTH) || !strcmp(status, SEG_BOTH_EMPTY);
}

static seg_value_state undefined_or_not(const char *status, double x)
{
    if (!strcmp(status, SEG_NOT_COMPUTED "classes overlap"))
        return SEG_VALUE_NOT_APPLICABLE;
    if (behind(status, SEG_NOT_COMPUTED) && strcmp(status, SEG_NOT_COMPUTED "no file"))
        return SEG_VALUE_NOT_COMPUTED;
    return isfinite(x) ? SEG_VALUE_OK : SEG_VALUE_FAILED;
}

seg_value_state seg_value_state_of(const char *status, double x, bool amount)
{
    const char *imputed, *partial;

    if (!status || !*status || !strcmp(status, "ok"))
        return isfinite(x) ? SEG_VALUE_OK : SEG_VALUE_FAILED;
    imputed = behind(status, SEG_IMPUTED);
    partial = behind(status, SEG_PARTIAL);
    if (partial) /* a mean over classes that left one out */
        return truth_lacks_class(partial) && isfinite(x) ? SEG_VALUE_OK : SEG_VALUE_FAILED;
    if (truth_lacks_class(imputed ? imputed : status))
        return amount && isfinite(x) ? SEG_VALUE_OK : SEG_VALUE_NOT_APPLICABLE;
    return imputed ? SEG_VALUE_FAILED : undefined_or_not(status, x);
}
