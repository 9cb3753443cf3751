/* SPDX-License-Identifier: BSD-3-Clause
 *
 * exp, sigmoid and tanh as short straight-line functions that the compiler vectorises.
 *
 * Own polynomials, not libm's: the result is then the same on every instruction set with FMA and
 * in every lane. Argument reduction x = n ln 2 + r, |r| <= ln(2)/2, by Cody and Waite (1980); the
 * Taylor series of exp ends where its next term is below half an ulp. Errors measured over the
 * whole range: below 2 ulp (tests/kernels/test_elementary.py). NaN in, NaN out.
 */
#ifndef FASTDENSE_ELEMENTARY_H
#define FASTDENSE_ELEMENTARY_H

#include <stdint.h>
#include <string.h>
#include "vector.h"

#if FASTDENSE_DOUBLE
typedef int64_t real_bits;
enum { MANTISSA_BITS = 52, EXPONENT_BIAS = 1023 };
#define R(x) x
#define EXP_LOWEST -746.0 /* below half the smallest subnormal */
#define EXP_HIGHEST 710.0 /* overflows to infinity */
#define LN2_HIGH 6.93147180369123816490e-01 /* 32 bits, so that n * LN2_HIGH is exact */
#define LN2_LOW 1.90821492927058770002e-10
#else
typedef int32_t real_bits;
enum { MANTISSA_BITS = 23, EXPONENT_BIAS = 127 };
#define R(x) x##f
#define EXP_LOWEST -104.0f
#define EXP_HIGHEST 89.0f
#define LN2_HIGH 0.693359375f /* 10 bits */
#define LN2_LOW -2.12194440e-4f
#endif

static inline real power_of_two(real_bits n)
{
    real_bits bits = (n + EXPONENT_BIAS) << MANTISSA_BITS;
    real value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A product as it is rounded: of rounded(a * b) + c * d the second product becomes a multiply-add
 * where the level has one. Of a * b + c * d outside of a plain loop it may be either. */
static inline double rounded(double product)
{
    __asm__("" : "+m"(product));
    return product;
}

static inline real_bits bits_of(real value)
{
    real_bits bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* exp(x) - 1 = 2^n q + (2^n - 1), with q = exp(r) - 1; returns q and leaves n. */
static inline real reduced_expm1(real x, real_bits *n)
{
    x = x < EXP_LOWEST ? EXP_LOWEST : x; /* written so that NaN passes through */
    x = x > EXP_HIGHEST ? EXP_HIGHEST : x;
    const real shift = (real)1.5 * ((real_bits)1 << MANTISSA_BITS); /* its last bit is worth 1 */
    real shifted = x * R(1.44269504088896340736) + shift;
    real rounded = shifted - shift;
    *n = bits_of(shifted) - bits_of(shift);
    real r = x - rounded * LN2_HIGH - rounded * LN2_LOW;
#if FASTDENSE_DOUBLE
    real p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
#else
    real p = R(1.0) / R(5040.0);
#endif
    p = p * r + R(1.0) / R(720.0);
    p = p * r + R(1.0) / R(120.0);
    p = p * r + R(1.0) / R(24.0);
    p = p * r + R(1.0) / R(6.0);
    p = p * r + R(0.5);
    return r + r * r * p;
}

static inline real exp_real(real x)
{
    real_bits n;
    real q = reduced_expm1(x, &n);
    real_bits half = n >> 1; /* two factors reach the subnormals and infinity */
    return (q + 1) * power_of_two(half) * power_of_two(n - half);
}

static inline real sigmoid_real(real x)
{
    return 1 / (1 + exp_real(-x));
}

/* tanh(x) = e / (e + 2), e = exp(2 x) - 1: small x keeps its relative accuracy. */
static inline real tanh_real(real x)
{
    real_bits n;
    x = x > 20 ? 20 : x; /* tanh(20) rounds to 1 in double, too; keeps 2^n finite */
    x = x < -20 ? -20 : x;
    real q = reduced_expm1(2 * x, &n);
    real scale = power_of_two(n);
    real e = scale * q + (scale - 1);
    return e / (e + 2);
}
#endif
