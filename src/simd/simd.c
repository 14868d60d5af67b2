/* simd.c - which sets of kernels this processor can run, and which of them is used. */
#include "simd.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

extern const seg_simd_kernels seg_simd_base;

#ifdef __x86_64__

extern const seg_simd_kernels seg_simd_v3, seg_simd_v4;

static int sets(void)
{
    bool v3, v4;

    __builtin_cpu_init();
    v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2");
    v4 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return v3 ? v4 ? 3 : 2 : 1;
}

const seg_simd_kernels *seg_simd_at(int i)
{
    static const seg_simd_kernels *const all[] = {&seg_simd_base, &seg_simd_v3, &seg_simd_v4};

    return i >= 0 && i < sets() ? all[i] : NULL;
}

#else

static int sets(void)
{
    return 1;
}

const seg_simd_kernels *seg_simd_at(int i)
{
    return i == 0 ? &seg_simd_base : NULL;
}

#endif

static const seg_simd_kernels *named(const char *name)
{
    for (int i = 0; i < sets(); i++)
        if (!strcmp(seg_simd_at(i)->name, name))
            return seg_simd_at(i);
    return NULL;
}

static const char *wanted(void)
{
    const char *name = getenv("SEGLOSS_SIMD");

    return name && *name ? name : NULL;
}

const seg_simd_kernels *seg_simd(void)
{
    static _Atomic(const seg_simd_kernels *) chosen;
    const seg_simd_kernels *kernels = atomic_load_explicit(&chosen, memory_order_relaxed);

    if (!kernels) {
        const char *name = wanted();

        kernels = name ? named(name) : NULL;
        kernels = kernels ? kernels : seg_simd_at(sets() - 1);
        atomic_store_explicit(&chosen, kernels, memory_order_relaxed);
    }
    return kernels;
}

seg_status seg_simd_check(seg_error *err)
{
    const char *name = wanted();

    if (!name || named(name))
        return SEG_OK;
    return seg_fail(err, SEG_USAGE, "SEGLOSS_SIMD=%s: this processor has %s; leave it unset for the fastest", name,
                    sets() == 3   ? "v4, v3 and base"
                    : sets() == 2 ? "v3 and base"
                                  : "base");
}
