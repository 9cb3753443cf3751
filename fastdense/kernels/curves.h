/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Elementwise activations that are told from their input: each a value and its slope, as straight
 * lines for the vectoriser. Branches are written so that NaN passes through.
 */
#ifndef FASTDENSE_CURVES_H
#define FASTDENSE_CURVES_H

#include "elementary.h"

static inline real smaller(real a, real b) { return b < a ? b : a; }
static inline real larger(real a, real b) { return b > a ? b : a; }
static inline real magnitude(real x) { return x < 0 ? -x : x; }

/* Distribution function of the standard normal, Phi(x) = erfc(-x / sqrt(2)) / 2.
 *
 * With t = |x| / sqrt(2), (1 + 2 t) exp(t^2) erfc(t) is smooth in y = (t - 3) / (t + 3), which
 * runs over [-1, 1): one polynomial, the Chebyshev series cut where the rest is below 5e-9 in
 * float32 and 9e-18 in float64 (coefficients computed with 50 digits; the mapping is that of
 * Shepherd and Laframboise, Math. Comp. 36, 1981). Rounding x^2 / 2 costs the far left tail
 * x^2 / 2 ulp. `density` receives the derivative, exp(-x^2 / 2) / sqrt(2 pi). */
static inline real normal_cdf(real x, real *density)
{
    real a = smaller(magnitude(x), 40); /* exp(-40^2 / 2) is zero */
    real t = a * R(0.70710678118654752440);
    real y = (t - 3) / (t + 3);
#if FASTDENSE_DOUBLE
    real p = 8.39373485869087755e-10;
    p = p * y + 9.86253351034558759e-10;
    p = p * y - 8.21759505871145386e-9;
    p = p * y - 1.33129196610386877e-8;
    p = p * y + 4.10640136679403528e-8;
    p = p * y + 1.01836206038427366e-7;
    p = p * y - 1.40476543154284623e-7;
    p = p * y - 6.16601146039872593e-7;
    p = p * y + 3.55760866840805944e-7;
    p = p * y + 3.47237094497716817e-6;
    p = p * y - 7.30828146878361393e-7;
    p = p * y - 0.0000201005422685256109;
    p = p * y + 4.94919664996834531e-6;
    p = p * y + 0.000125099342458372909;
    p = p * y - 0.000105159719584480648;
    p = p * y - 0.000779832269654330652;
    p = p * y + 0.00188869034499917185;
    p = p * y + 0.00252939181569396953;
    p = p * y - 0.0237705149171713368;
    p = p * y + 0.0683080273440099038;
    p = p * y - 0.119273663415386384;
    p = p * y + 0.129645158702759392;
    p = p * y - 0.0475622943534491967;
    p = p * y - 0.135621106124581159;
    p = p * y + 1.25300805826972965;
#else
    real p = R(7.731024224e-5);
    p = p * y - R(9.254516687e-5);
    p = p * y - R(0.000726453679);
    p = p * y + R(0.001875079124);
    p = p * y + R(0.00249911687);
    p = p * y - R(0.02376357644);
    p = p * y + R(0.06831656777);
    p = p * y - R(0.1192752753);
    p = p * y + R(0.1296441143);
    p = p * y - R(0.04756215693);
    p = p * y - R(0.1356210694);
    p = p * y + R(1.253008056);
#endif
    real bell = exp_real(R(-0.5) * (a * a));
    real tail = R(0.5) * bell * p / (1 + 2 * t);
    *density = R(0.39894228040143267794) * bell;
    tail = x > 0 ? 1 - tail : tail;
    return x != x ? x : tail;
}

/* 2 atanh(s) = log((1 + s) / (1 - s)) for |s| <= 3 - 2 sqrt(2): the series, up to the term that is
 * below half an ulp of s. */
static inline real twice_atanh(real s)
{
    real q = s * s;
#if FASTDENSE_DOUBLE
    real p = 2.0 / 19;
    p = p * q + 2.0 / 17;
    p = p * q + 2.0 / 15;
    p = p * q + 2.0 / 13;
    p = p * q + 2.0 / 11;
    p = p * q + 2.0 / 9;
#else
    real p = R(2.0) / 9;
#endif
    p = p * q + R(2.0) / 7;
    p = p * q + R(2.0) / 5;
    p = p * q + R(2.0) / 3;
    return (s + s) + s * q * p;
}

/* log(1 + u) for 0 <= u <= 1; above sqrt(2) - 1 as log(2) + log((1 + u) / 2). */
static inline real log1p_unit(real u)
{
    int high = u > R(0.41421356237309504880);
    real top = high ? u - 1 : u;
    real bottom = high ? u + 3 : u + 2;
    return (high ? R(0.69314718055994530942) : 0) + twice_atanh(top / bottom);
}

/* exp(x) - 1 for x <= 0. */
static inline real expm1_negative(real x)
{
    real_bits n;
    x = x < -60 ? -60 : x; /* exp(-60) is nothing beside 1; keeps 2^n normal */
    real q = reduced_expm1(x, &n);
    real scale = power_of_two(n);
    return scale * q + (scale - 1);
}

/* x above threshold, clipped to [low, high], and slope (x - threshold) below it. */
static inline real rectifier(real x, real threshold, real low, real high, real slope)
{
    real y = x <= threshold ? 0 : x;
    y = y < low ? low : y;
    y = y > high ? high : y;
    return x < threshold && slope != 0 ? slope * (x - threshold) : y;
}
static inline real rectifier_slope(real x, real threshold, real low, real high, real slope)
{
    real inside = x > threshold && x >= low && x <= high ? 1 : 0;
    return x < threshold ? slope : inside;
}

/* ELU, SELU and CELU: a x where x > 0, else b (exp(c x) - 1). */
static inline real exponential_unit(real x, real a, real b, real c)
{
    real below = b * expm1_negative(smaller(c * x, 0));
    return x > 0 ? a * x : below;
}
static inline real exponential_unit_slope(real x, real a, real b, real c)
{
    real below = b * c * exp_real(smaller(c * x, 0));
    return x > 0 ? a : below;
}

/* (x + shift) scale, clipped to [low, 1]. */
static inline real ramp(real x, real shift, real scale, real low)
{
    real y = (x + shift) * scale;
    y = y < low ? low : y;
    return y > 1 ? 1 : y;
}
static inline real ramp_slope(real x, real shift, real scale, real low)
{
    real y = (x + shift) * scale;
    return y >= low && y <= 1 ? scale : 0;
}

static inline real hard_silu(real x) { return x * ramp(x, 3, R(1.0) / 6, 0); }
static inline real hard_silu_slope(real x)
{
    return ramp(x, 3, R(1.0) / 6, 0) + x * ramp_slope(x, 3, R(1.0) / 6, 0);
}

static inline real soft_shrink(real x, real threshold)
{
    real rest = x > 0 ? x - threshold : x + threshold;
    return magnitude(x) <= threshold ? 0 : rest;
}

static inline real silu_slope(real x)
{
    real s = sigmoid_real(x);
    return s * (1 + x * (1 - s));
}

static inline real gelu(real x)
{
    real density;
    return x * normal_cdf(x, &density);
}
static inline real gelu_slope(real x)
{
    real density;
    real p = normal_cdf(x, &density);
    return p + x * density;
}

/* x (1 + tanh(u)) / 2 = x sigmoid(2 u), u = sqrt(2 / pi) (x + 0.044715 x^3). */
static inline real gelu_tanh(real x)
{
    return x * sigmoid_real(x * (R(1.5957691216057307117) + R(0.071354816272600) * (x * x)));
}
static inline real gelu_tanh_slope(real x)
{
    real q = x * x;
    real s = sigmoid_real(x * (R(1.5957691216057307117) + R(0.071354816272600) * q));
    return s + x * (s * (1 - s)) * (R(1.5957691216057307117) + R(0.214064448817800) * q);
}

/* log(1 + exp(x)). */
static inline real softplus(real x)
{
    return larger(x, 0) + log1p_unit(exp_real(-magnitude(x)));
}

/* 1 - tanh(softplus(x)), by exp(-|x|), which cannot overflow. */
static inline real mish_rest(real x)
{
    real e = exp_real(-magnitude(x));
    real top = x > 0 ? e * e : 1;
    real bottom = x > 0 ? 1 + 2 * e + 2 * (e * e) : e * (e + 2) + 2;
    return 2 * top / bottom;
}
static inline real mish(real x)
{
    real e = exp_real(-magnitude(x));
    real top = x > 0 ? 1 + 2 * e : e * (e + 2);
    real bottom = x > 0 ? 1 + 2 * e + 2 * (e * e) : e * (e + 2) + 2;
    return x * (top / bottom);
}
static inline real mish_slope(real x)
{
    real rest = mish_rest(x);
    return 1 - rest + x * (rest * (2 - rest)) * sigmoid_real(x);
}

static inline real sparse_plus(real x)
{
    real bend = R(0.25) * (x + 1) * (x + 1);
    real y = x >= 1 ? x : bend;
    return x <= -1 ? 0 : y;
}

/* (x + r) / 2 with r = sqrt(x^2 + b); for x < 0 by the other root, without cancellation. */
static inline real squareplus(real x, real b)
{
    real r = square_root(x * x + b);
    real below = b / (2 * (r - x));
    return x < 0 ? below : (x + r) / 2;
}
static inline real squareplus_slope(real x, real b)
{
    return squareplus(x, b) / square_root(x * x + b);
}
#endif
