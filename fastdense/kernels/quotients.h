/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The last line of most optimizers, which waits for the divider:
 *
 *     to -= rate * top / (sqrt(bottom - mean^2 + inside) + outside)
 *
 * A root and a division take 16 cycles for a vector, but keep the multiply-adds from their pipes for
 * only 4 of them (AVX-512 float32, Zen 4, 2026-11). So the epilogue of a tile can leave its quotients
 * to the tiles that follow, which compute one vector for each k. Steps of RMSprop on two threads take
 * 2 to 4 % less time for 784-512-10 at batch 128, 6 % on MNIST, 9 % for 256-256 x 6 at batch 32. Tiles
 * of AVX2 and SSE2 have too few accumulators to gain by it.
 */
#ifndef FASTDENSE_QUOTIENTS_H
#define FASTDENSE_QUOTIENTS_H

#include <stddef.h>
#include "vector.h"

/* Whether a tile of this level hides them, and from how many k on. */
enum { BESIDE_TILES = VECTOR_BYTES >= 64, LEAST_BESIDE = 8 };

typedef struct {
    real *to;                    /* (n,), as the next two; n is a multiple of VECTOR */
    const real *top, *bottom;
    const real *mean;            /* NULL: none */
    real rate, inside, outside;
    ptrdiff_t n;
    ptrdiff_t done;              /* elements, from the first one on */
} quotients;

/* Vectors that wait. */
static inline ptrdiff_t quotients_left(const quotients *q) { return (q->n - q->done) / VECTOR; }

/* The next vector. */
static inline __attribute__((always_inline)) void quotients_next(quotients *q)
{
    const ptrdiff_t at = q->done;
    vector root = *(const vector *)(q->bottom + at);
    if (q->mean)
        root -= *(const vector *)(q->mean + at) * *(const vector *)(q->mean + at);
    root += q->inside;
    for (int i = 0; i < VECTOR; i++)
        root[i] = square_root(root[i]);
    *(vector *)(q->to + at) -= q->rate * *(const vector *)(q->top + at) / (root + q->outside);
    q->done = at + VECTOR;
}

/* All vectors that are left; of NULL, none. */
static inline void quotients_finish(quotients *q)
{
    while (q && quotients_left(q) > 0)
        quotients_next(q);
}
#endif
