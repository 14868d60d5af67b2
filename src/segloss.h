/* segloss.h - the public interface of libsegloss; see libsegloss(3). */
#ifndef SEGLOSS_H
#define SEGLOSS_H

#ifdef __cplusplus
extern "C" {
#endif

#include "library/scorer.h"

#ifdef __cplusplus
}
#endif

#endif
