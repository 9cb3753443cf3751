/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The few words of POSIX threads that region.h says, for Windows. */
#ifndef FASTDENSE_PTHREAD_WINDOWS_H
#define FASTDENSE_PTHREAD_WINDOWS_H

#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>

typedef SRWLOCK pthread_mutex_t;
typedef CONDITION_VARIABLE pthread_cond_t;

static inline void pthread_mutex_init(pthread_mutex_t *lock, const void *attributes)
{
    (void)attributes;
    InitializeSRWLock(lock);
}
static inline void pthread_mutex_destroy(pthread_mutex_t *lock) { (void)lock; }
static inline void pthread_mutex_lock(pthread_mutex_t *lock) { AcquireSRWLockExclusive(lock); }
static inline void pthread_mutex_unlock(pthread_mutex_t *lock) { ReleaseSRWLockExclusive(lock); }

static inline void pthread_cond_init(pthread_cond_t *condition, const void *attributes)
{
    (void)attributes;
    InitializeConditionVariable(condition);
}
static inline void pthread_cond_destroy(pthread_cond_t *condition) { (void)condition; }
static inline void pthread_cond_broadcast(pthread_cond_t *condition)
{
    WakeAllConditionVariable(condition);
}
static inline void pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *lock)
{
    SleepConditionVariableSRW(condition, lock, INFINITE, 0);
}
#endif
