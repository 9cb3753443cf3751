/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The machine's own multiply-add rate, which bench/ measures everything against: 12 independent
 * chains in registers, no memory. The numbers change in every bit at every step: on constant data a
 * CPU draws less power and may clock higher than it ever does for a real network.
 */
#ifndef FASTDENSE_PEAK_H
#define FASTDENSE_PEAK_H

#include "tile.h"

enum { PEAK_CHAINS = 12 };

static volatile double peak_sink; /* keeps the chains from being optimised away */

static __attribute__((noinline)) void peak_chains(long steps)
{
    vector x[PEAK_CHAINS], factor = (vector){0} - (real)0.998877, term = (vector){0} + (real)0.7654321;
    for (int i = 0; i < PEAK_CHAINS; i++)
        x[i] = (vector){0} + (real)(i + 0.1234567);
    for (long step = 0; step < steps; step++)
        UNROLL for (int i = 0; i < PEAK_CHAINS; i++)
            x[i] = x[i] * factor + term;
    for (int i = 1; i < PEAK_CHAINS; i++)
        x[0] += x[i];
    peak_sink = x[0][0];
}
#endif
