/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What one thread of a parallel region needs and Cython has no word for: a barrier between phases,
 * and subnormal numbers flushed to zero for as long as the region runs.
 */
#ifndef FASTDENSE_REGION_H
#define FASTDENSE_REGION_H

#ifdef _OPENMP
#include <omp.h>
#else
static inline int omp_get_max_threads(void) { return 1; }
static inline int omp_get_num_threads(void) { return 1; }
#endif

/* An orphaned barrier: it waits for the team of the enclosing parallel region, and does nothing in
 * serial code or where the build has no OpenMP. */
static inline void region_barrier(void)
{
#ifdef _OPENMP
#pragma omp barrier
#endif
}

/* Optimizer state that only decays (0.9^n) turns subnormal after some 800 steps, and arithmetic on
 * subnormals is many times slower on some CPUs. The mode belongs to the thread, so it is set on
 * entry and restored on exit: the rest of the process never sees it. Always on in the engine,
 * since the choice shows in the bits. */
#if defined(__SSE2__)
#include <xmmintrin.h>
static inline unsigned long region_flush_subnormals(void)
{
    unsigned long before = _mm_getcsr();
    _mm_setcsr((unsigned)before | 0x8040); /* FTZ and DAZ */
    return before;
}
static inline void region_restore(unsigned long before)
{
    _mm_setcsr((unsigned)before);
}
#elif defined(__aarch64__)
static inline unsigned long region_flush_subnormals(void)
{
    unsigned long before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" : : "r"(before | 1ul << 24)); /* FZ */
    return before;
}
static inline void region_restore(unsigned long before)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(before));
}
#else
static inline unsigned long region_flush_subnormals(void) { return 0; }
static inline void region_restore(unsigned long before) { (void)before; }
#endif
#endif
