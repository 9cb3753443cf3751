/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The number that a build computes with, and a register full of them.
 *
 * Plain GCC/Clang vector extensions, no intrinsics: the compiler turns `acc += a * b` into FMA where
 * the instruction set has it. The vector is as wide as the build's registers, never wider: a
 * 64-byte vector type built for AVX2 was 50 times slower.
 */
#ifndef FASTDENSE_VECTOR_H
#define FASTDENSE_VECTOR_H

#if FASTDENSE_DOUBLE
typedef double real;
#else
typedef float real;
#endif

#if defined(__AVX512F__)
enum { VECTOR_BYTES = 64 };
#elif defined(__AVX__)
enum { VECTOR_BYTES = 32 };
#else
enum { VECTOR_BYTES = 16 };
#endif

enum { VECTOR = VECTOR_BYTES / sizeof(real) };

/* The type has the alignment of one element: callers' rows start anywhere. */
typedef real vector __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(real)), may_alias));

static inline real square_root(real x)
{
#if FASTDENSE_DOUBLE
    return __builtin_sqrt(x);
#else
    return __builtin_sqrtf(x);
#endif
}
#endif
