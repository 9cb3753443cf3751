/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Matrices turned over, in squares that fit four small registers. Element by element, a strided
 * load each, this took up to a tenth of the time of the products before and after it. Squares of
 * wider vectors are no faster: they spend more on crossing lanes than they save on stores.
 */
#ifndef FASTDENSE_TRANSPOSE_H
#define FASTDENSE_TRANSPOSE_H

#include "tile.h"

enum { SQUARE = 16 / sizeof(real) };

typedef real side __attribute__((vector_size(16), aligned(sizeof(real)), may_alias));

/* a[0] b[0] a[1] b[1] ..., the first half and the second: one instruction each. */
static inline __attribute__((always_inline)) void
interleave(side a, side b, side *first, side *second)
{
#if defined(__clang__)
    UNROLL for (int l = 0; l < SQUARE; l++) {
        (*first)[l] = l % 2 ? b[l / 2] : a[l / 2];
        (*second)[l] = l % 2 ? b[(l + SQUARE) / 2] : a[(l + SQUARE) / 2];
    }
#else /* GCC sees no shuffle in the loop above */
    __typeof__(a != b) low, high;
    UNROLL for (int l = 0; l < SQUARE; l++) {
        low[l] = l / 2 + l % 2 * SQUARE;
        high[l] = low[l] + SQUARE / 2;
    }
    *first = __builtin_shuffle(a, b, low);
    *second = __builtin_shuffle(a, b, high);
#endif
}

/* Interleaving the halves of the rows log2(SQUARE) times turns a square over. */
static inline __attribute__((always_inline)) void
transpose_square(const real *from, ptrdiff_t from_stride, real *to, ptrdiff_t to_stride)
{
    side rows[SQUARE], mixed[SQUARE];
    UNROLL for (int i = 0; i < SQUARE; i++)
        rows[i] = *(const side *)(from + i * from_stride);
    UNROLL for (int times = 1; times < SQUARE; times *= 2) {
        UNROLL for (int i = 0; i < SQUARE / 2; i++)
            interleave(rows[i], rows[i + SQUARE / 2], &mixed[2 * i], &mixed[2 * i + 1]);
        UNROLL for (int i = 0; i < SQUARE; i++)
            rows[i] = mixed[i];
    }
    UNROLL for (int i = 0; i < SQUARE; i++)
        *(side *)(to + i * to_stride) = rows[i];
}

/* to (columns, rows) = from (rows, columns).T */
static inline void transpose(const real *from, ptrdiff_t from_stride, ptrdiff_t rows,
                             ptrdiff_t columns, real *to, ptrdiff_t to_stride)
{
    const ptrdiff_t whole_rows = rows - rows % SQUARE, whole_columns = columns - columns % SQUARE;
    for (ptrdiff_t j = 0; j < whole_columns; j += SQUARE)
        for (ptrdiff_t i = 0; i < whole_rows; i += SQUARE)
            transpose_square(from + i * from_stride + j, from_stride, to + j * to_stride + i,
                             to_stride);
    for (ptrdiff_t j = 0; j < columns; j++)
        for (ptrdiff_t i = j < whole_columns ? whole_rows : 0; i < rows; i++)
            to[j * to_stride + i] = from[i * from_stride + j];
}
#endif
