/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The number that a build computes with, and a register full of them.
 *
 * Plain GCC/Clang vector extensions, no intrinsics: the compiler turns `sum + a * b` into FMA where
 * the instruction set has it, and one instruction is named where GCC chooses badly. The vector is as
 * wide as the build's registers, never wider: a 64-byte vector type built for AVX2 was 50 times slower.
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

/* sum + a * b, one rounding where the level has FMA. At AVX2, where sixteen registers are just enough
 * for a tile, GCC 12 also takes the forms of the instruction that overwrite a or b, and moves
 * accumulators about: with their loop 29 instead of 23 instructions for the 12 products of a column, 27
 * instead of 23 for the 8 of a listed one. They count wherever decoding is the limit: four a cycle on
 * Skylake, three on a core whose other thread is somebody else's. Predictions of 784-512-10 with 1,024
 * rows take 0.85 to 0.89 of the time, steps from batch 16 on 0.92 to 0.97, of MNIST 0.89 (by lower
 * quarters of epochs in turn, a Zen 3 with neighbours, 2026-11). */
static inline __attribute__((always_inline)) vector multiply_add(vector sum, real a, vector b)
{
#if defined(__FMA__) && !defined(__AVX512F__) && !defined(__clang__)
#if FASTDENSE_DOUBLE
    __asm__("vfmadd231pd %1, %2, %0" : "+x"(sum) : "xm"(b), "x"(a - (vector){0}));
#else
    __asm__("vfmadd231ps %1, %2, %0" : "+x"(sum) : "xm"(b), "x"(a - (vector){0}));
#endif
    return sum;
#else
    return sum + a * b;
#endif
}

static inline real square_root(real x)
{
#if FASTDENSE_DOUBLE
    return __builtin_sqrt(x);
#else
    return __builtin_sqrtf(x);
#endif
}
#endif
