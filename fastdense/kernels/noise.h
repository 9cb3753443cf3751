/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Random numbers that depend on nothing but a seed, the number of the draw and a position: the
 * Philox4x32-10 generator of Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3 (2011). So
 * a mask is the same on any number of threads and on every level, and can be made again in the
 * backward pass instead of being kept.
 */
#ifndef FASTDENSE_NOISE_H
#define FASTDENSE_NOISE_H

#include "curves.h"

enum { LANES = 16, GROUP_WORDS = 4 * LANES }; /* part of the definition of a mask: never change */

/* The 64 words of one group: word w of block `group * 16 + lane` goes to out[w * 16 + lane]. */
static inline void philox_group(uint64_t group, uint64_t draw, uint32_t seed, uint32_t *out)
{
    uint32_t c0[LANES], c1[LANES], c2[LANES], c3[LANES];
    uint32_t k0 = seed, k1 = 0;
    for (int i = 0; i < LANES; i++) {
        uint64_t block = group * LANES + i;
        c0[i] = (uint32_t)block;
        c1[i] = (uint32_t)(block >> 32);
        c2[i] = (uint32_t)draw;
        c3[i] = (uint32_t)(draw >> 32);
    }
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < LANES; i++) {
            uint64_t p0 = (uint64_t)0xD2511F53u * c0[i];
            uint64_t p1 = (uint64_t)0xCD9E8D57u * c2[i];
            uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1[i] ^ k0;
            uint32_t n2 = (uint32_t)(p0 >> 32) ^ c3[i] ^ k1;
            c0[i] = n0;
            c1[i] = (uint32_t)p1;
            c2[i] = n2;
            c3[i] = (uint32_t)p0;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (int i = 0; i < LANES; i++) {
        out[i] = c0[i];
        out[LANES + i] = c1[i];
        out[2 * LANES + i] = c2[i];
        out[3 * LANES + i] = c3[i];
    }
}

/* log(x) for positive normal x = 2^n m, m around 1. */
static inline real log_real(real x)
{
    const real root_half = R(0.70710678118654752440);
    real_bits n = (bits_of(x) - bits_of(root_half)) >> MANTISSA_BITS;
    real_bits bits = bits_of(x) - (n << MANTISSA_BITS);
    real m;
    memcpy(&m, &bits, sizeof m);
    return n * LN2_HIGH + (twice_atanh((m - 1) / (m + 1)) + n * LN2_LOW);
}

/* A word as a number from 0 to 1, neither of them: the middle of its interval. */
static inline real unit_of(uint32_t word)
{
#if FASTDENSE_DOUBLE
    return ((real)(int64_t)word + 0.5) * (1.0 / 4294967296.0);
#else
    return ((real)(int32_t)(word >> 8) + 0.5f) * (1.0f / 16777216.0f);
#endif
}

/* Two independent standard normals from two words (Box and Muller, 1958). The top two bits of the
 * second word choose a quadrant, the others an angle in it. */
static inline void normal_pair(uint32_t word1, uint32_t word2, real *n1, real *n2)
{
    real radius = square_root(-2 * log_real(unit_of(word1)));
    real a = (unit_of(word2 << 2) - R(0.5)) * R(1.57079632679489661923); /* |a| <= pi / 4 */
    real q = a * a;
#if FASTDENSE_DOUBLE
    real s = 1.0 / 355687428096000.0;
    s = s * q - 1.0 / 1307674368000.0;
    s = s * q + 1.0 / 6227020800.0;
    s = s * q - 1.0 / 39916800.0;
    s = s * q + 1.0 / 362880.0;
    s = s * q - 1.0 / 5040.0;
    real c = 1.0 / 20922789888000.0;
    c = c * q - 1.0 / 87178291200.0;
    c = c * q + 1.0 / 479001600.0;
    c = c * q - 1.0 / 3628800.0;
    c = c * q + 1.0 / 40320.0;
    c = c * q - 1.0 / 720.0;
#else
    real s = R(1.0) / 362880;
    s = s * q - R(1.0) / 5040;
    real c = R(1.0) / 40320;
    c = c * q - R(1.0) / 720;
#endif
    s = s * q + R(1.0) / 120;
    s = s * q - R(1.0) / 6;
    s = a + a * q * s;
    c = c * q + R(1.0) / 24;
    c = c * q - R(0.5);
    c = 1 + q * c;
    int swap = (int)(word2 >> 30) & 1, back = (int)(word2 >> 31);
    real x = swap ? s : c;
    real y = swap ? c : -s;
    *n1 = radius * (back ? -x : x);
    *n2 = radius * (back ? -y : y);
}

/* 64 normals from the 64 words of a group. */
static inline void normal_group(const uint32_t *words, real *out)
{
    for (int i = 0; i < GROUP_WORDS / 2; i++)
        normal_pair(words[i], words[GROUP_WORDS / 2 + i], out + i, out + GROUP_WORDS / 2 + i);
}
#endif
