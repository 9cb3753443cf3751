/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What one thread of a parallel region needs and Cython has no word for: a place to meet between
 * phases, and subnormal numbers flushed to zero for as long as the region runs.
 */
#ifndef FASTDENSE_REGION_H
#define FASTDENSE_REGION_H

#ifdef _WIN32
#include "pthread_windows.h"
#else
#include <pthread.h>
#endif
#include <stdatomic.h>

#ifdef _OPENMP
#include <omp.h>
#else
static inline int omp_get_max_threads(void) { return 1; }
static inline int omp_get_num_threads(void) { return 1; }
#endif

/* All threads of a team meet before the next phase, and share out its jobs.
 *
 * OpenMP's own barrier spins for milliseconds. On a machine that others use as well, the spinning
 * thread then keeps its teammate from the very CPU it waits for: beside other jobs on two cores,
 * steps of 784-512-10 took up to twenty times as long (GCC 12's libgomp, Zen 4, 2026-11). This one
 * spins about as long as phases differ, and then sleeps; on a quiet machine both cost the same. */
enum { SPINS = 2000 }; /* pauses: 30 to 100 us */

/* Threads with a share of their own that others may help with; larger teams go without help. */
enum { SHARES = 64 };

typedef struct {
    _Alignas(64) atomic_llong begun; /* (number of the product << 32) + jobs of this share begun */
} job_share;

typedef struct {
    job_share shares[SHARES];
    atomic_int arrived;
    atomic_uint phase; /* grows when the last thread has arrived */
    pthread_mutex_t lock;
    pthread_cond_t next_phase;
} meeting_point;

static inline void meeting_point_init(meeting_point *m, int threads)
{
    for (int i = 0; i < SHARES && i < threads; i++)
        atomic_init(&m->shares[i].begun, 0);
    atomic_init(&m->arrived, 0);
    atomic_init(&m->phase, 0);
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->next_phase, NULL);
}

static inline void meeting_point_destroy(meeting_point *m)
{
    pthread_cond_destroy(&m->next_phase);
    pthread_mutex_destroy(&m->lock);
}

static inline void cpu_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static inline void meet(meeting_point *m, int threads)
{
    if (threads == 1)
        return;
    unsigned phase = atomic_load_explicit(&m->phase, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&m->arrived, 1, memory_order_acq_rel) == threads - 1) {
        atomic_store_explicit(&m->arrived, 0, memory_order_relaxed);
        pthread_mutex_lock(&m->lock);
        atomic_store_explicit(&m->phase, phase + 1, memory_order_release);
        pthread_cond_broadcast(&m->next_phase);
        pthread_mutex_unlock(&m->lock);
        return;
    }
    for (int spin = 0; spin < SPINS; spin++) {
        if (atomic_load_explicit(&m->phase, memory_order_acquire) != phase)
            return;
        cpu_pause();
    }
    pthread_mutex_lock(&m->lock);
    while (atomic_load_explicit(&m->phase, memory_order_acquire) == phase)
        pthread_cond_wait(&m->next_phase, &m->lock);
    pthread_mutex_unlock(&m->lock);
}

/* Claim the next `count` jobs of a share, of which `*begun` have begun. False if that is out of date;
 * then `*begun` is brought up to date.
 *
 * Products count from 1. Nobody starts with the next one before all jobs of this one have begun, so
 * where the share is already told of a later product, nothing is left of it: more than any share. */
static inline int claim(meeting_point *m, int share, long long product, long long *begun,
                        long long count)
{
    atomic_llong *state = &m->shares[share].begun;
    const long long none = product << 32;
    long long seen = atomic_load_explicit(state, memory_order_relaxed);
    if (*begun == (seen < none ? 0 : seen - none)
        && atomic_compare_exchange_strong_explicit(state, &seen, none + *begun + count,
                                                   memory_order_relaxed, memory_order_relaxed))
        return 1;
    *begun = seen < none ? 0 : seen - none;
    return 0;
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
