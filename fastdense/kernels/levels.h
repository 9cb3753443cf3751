/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The instruction-set levels: what this CPU runs, and what this build is compiled for.
 */
#ifndef FASTDENSE_LEVELS_H
#define FASTDENSE_LEVELS_H

/* GCC and Clang also check that the operating system saves the registers (XCR0). */
#if defined(__x86_64__)
static int cpu_has_avx2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int cpu_has_avx512(void)
{
    return cpu_has_avx2() && __builtin_cpu_supports("avx512f")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq");
}
#else
static int cpu_has_avx2(void) { return 0; }
static int cpu_has_avx512(void) { return 0; }
#endif

#if defined(__AVX512F__)
#define THIS_LEVEL "AVX-512 (F, VL, BW, DQ)"
static int cpu_runs_this_level(void) { return cpu_has_avx512(); }
#elif defined(__AVX2__)
#define THIS_LEVEL "AVX2 and FMA"
static int cpu_runs_this_level(void) { return cpu_has_avx2(); }
#else
#define THIS_LEVEL "the baseline"
static int cpu_runs_this_level(void) { return 1; }
#endif

#endif
