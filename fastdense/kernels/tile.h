/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The register tile: the one place where fastdense multiplies matrices.
 *
 *     c(p, i, j) = [c(p, i, j) +] sum over k of a(i, k) * b(p, k, j)
 *
 *     a (rows, k)             any strides, read: one element is broadcast at a time
 *     b (panels, k, width)    packed panels, read: `width` neighbours are one or two vectors
 *     c (panels, rows, width) small buffer in L1, written (read first when `accumulate`)
 *
 * Every element of c is one chain of multiply-adds with k ascending, wherever the element lies in
 * the tile and however large the tile is. A chain may be interrupted and resumed (`accumulate`), so
 * blocking k changes no bit. That is why results depend neither on the number of threads nor on
 * the batch that a row travels in.
 *
 * Plain GCC/Clang vector extensions, no intrinsics: the compiler turns `acc += a * b` into FMA where
 * the instruction set has it. The vector is as wide as the build's registers, never wider: a
 * 64-byte vector type built for AVX2 was 50 times slower.
 */
#ifndef FASTDENSE_TILE_H
#define FASTDENSE_TILE_H

#include <stddef.h>

#if FASTDENSE_DOUBLE
typedef double real;
#else
typedef float real;
#endif

/* TILE_ROWS x 2 vectors of accumulators, 2 vectors of b and 1 broadcast fit the register file:
 * 27 of 32 registers (AVX-512, NEON), 15 of 16 (AVX2), 11 of 16 (SSE2, which has no three-operand
 * multiply-add and needs a temporary for every product). */
#if defined(__AVX512F__)
enum { VECTOR_BYTES = 64, TILE_ROWS = 12 };
#elif defined(__AVX__)
enum { VECTOR_BYTES = 32, TILE_ROWS = 6 };
#elif defined(__aarch64__)
enum { VECTOR_BYTES = 16, TILE_ROWS = 12 };
#else
enum { VECTOR_BYTES = 16, TILE_ROWS = 4 };
#endif

/* In front of a loop of constant length: no loop at all. */
#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum {
    VECTOR = VECTOR_BYTES / sizeof(real),
    PANEL = 2 * VECTOR,      /* columns of a full panel */
    FEW_ROWS_PANELS = 4,     /* panels side by side when one row alone cannot fill the pipeline */
    PASS_BLOCKS = 8,         /* blocks of TILE_ROWS rows whose partial sums stay in L1 */
};

/* The type has the alignment of one element: callers' rows start anywhere. */
typedef real vector __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(real)), may_alias));

/* One thread's finished tiles, on its stack: 12 kB. */
typedef struct {
    real sums[PASS_BLOCKS * TILE_ROWS * PANEL];
} __attribute__((aligned(64))) tile_scratch;

typedef struct {
    const real *a;
    ptrdiff_t row;           /* first row of the tile */
    ptrdiff_t a_row, a_k;    /* strides of a, in elements */
    ptrdiff_t segment;       /* a may be stored in segments of k; their length, else at least k */
    ptrdiff_t a_segment;     /* elements between two segments */
    ptrdiff_t a_row_short;   /* a_row in a last segment that is shorter than the others */
    const real *b;
    ptrdiff_t b_panel;       /* elements between two panels */
    ptrdiff_t k;
    int accumulate;
} tile_operands;

/* `rows`, `panels` and `vectors` are constants at every call, so the loops over them vanish and
 * `acc` lives in registers. */
static inline __attribute__((always_inline)) void
tile_body(const int rows, const int panels, const int vectors, const tile_operands *t, real *c)
{
    const int columns = panels * vectors;
    const ptrdiff_t a_k = t->a_k, b_panel = t->b_panel;
    vector acc[TILE_ROWS][FEW_ROWS_PANELS * 2];
    vector *out = (vector *)c; /* (panels, rows, vectors) */

    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < columns; j++)
            acc[i][j] = (vector){0};
    if (t->accumulate)
        UNROLL for (int i = 0; i < rows; i++)
            UNROLL for (int j = 0; j < columns; j++)
                acc[i][j] = out[(j / vectors * rows + i) * vectors + j % vectors];

    const real *b = t->b;
    ptrdiff_t left = t->k;
    for (const real *segment = t->a; left > 0; segment += t->a_segment) {
        const ptrdiff_t a_row = left < t->segment ? t->a_row_short : t->a_row;
        const real *a = segment + t->row * a_row;
        ptrdiff_t n = left < t->segment ? left : t->segment;
        left -= n;
        for (; n > 0; n--) {
            vector bk[FEW_ROWS_PANELS * 2];
            UNROLL for (int j = 0; j < columns; j++)
                bk[j] = *(const vector *)(b + j / vectors * b_panel + j % vectors * VECTOR);
            UNROLL for (int i = 0; i < rows; i++)
                UNROLL for (int j = 0; j < columns; j++)
                    acc[i][j] += a[i * a_row] * bk[j];
            a += a_k;
            b += vectors * VECTOR;
        }
    }

    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < columns; j++)
            out[(j / vectors * rows + i) * vectors + j % vectors] = acc[i][j];
}

/* A block of up to TILE_ROWS rows and one panel of one or two vectors; what is left of a matrix
 * goes in fours, which still hide the latency of the multiply-add. */
static inline __attribute__((always_inline)) void
tile_rows(int rows, const int vectors, const tile_operands *t, real *c)
{
    if (rows == TILE_ROWS) {
        tile_body(TILE_ROWS, 1, vectors, t, c);
        return;
    }
    for (tile_operands part = *t; rows > 0; rows -= 4) {
        switch (rows) {
            case 1: tile_body(1, 1, vectors, &part, c); break;
            case 2: tile_body(2, 1, vectors, &part, c); break;
            case 3: tile_body(3, 1, vectors, &part, c); break;
            default: tile_body(4, 1, vectors, &part, c); break;
        }
        part.row += 4;
        c += 4 * vectors * VECTOR;
    }
}

/* Epilogues work on rows of one or two vectors. Loops over a width known only at run time would
 * spend more on their own checks than on the numbers. */

/* c (rows, width) += row (width,), to every row. */
static inline void add_row(real *c, ptrdiff_t rows, ptrdiff_t width, const real *row)
{
    const ptrdiff_t vectors = width / VECTOR;
    for (ptrdiff_t i = 0; i < rows; i++)
        for (ptrdiff_t j = 0; j < vectors; j++)
            *(vector *)(c + (i * vectors + j) * VECTOR) += *(const vector *)(row + j * VECTOR);
}

/* sum (width,) = the rows of c (rows, width), added in order. */
static inline void sum_rows(const real *c, ptrdiff_t rows, ptrdiff_t width, real *sum)
{
    for (ptrdiff_t j = 0; j < width; j += VECTOR) {
        vector total = (vector){0};
        for (ptrdiff_t i = 0; i < rows; i++)
            total += *(const vector *)(c + i * width + j);
        *(vector *)(sum + j) = total;
    }
}

/* to (rows, width) = from (rows, width), each with its own distance between rows. */
static inline void copy_rows(const real *from, ptrdiff_t from_stride, ptrdiff_t rows,
                             ptrdiff_t width, real *to, ptrdiff_t to_stride)
{
    for (ptrdiff_t i = 0; i < rows; i++)
        for (ptrdiff_t j = 0; j < width; j += VECTOR)
            *(vector *)(to + i * to_stride + j) = *(const vector *)(from + i * from_stride + j);
}

/* How many full panels a tile of `rows` rows takes at once: few rows have too few accumulators to
 * fill the pipeline with one. */
static inline int tile_panels(ptrdiff_t rows)
{
    return rows == 1 ? FEW_ROWS_PANELS : rows <= 3 ? 2 : 1;
}

/* The tile for 1 <= rows <= TILE_ROWS, `panels` as tile_panels(rows) or 1, `width` elements wide. */
static void tile(int rows, int panels, ptrdiff_t width, const tile_operands *t, real *c)
{
    if (panels == FEW_ROWS_PANELS)
        tile_body(1, FEW_ROWS_PANELS, 2, t, c);
    else if (panels == 2 && rows == 2)
        tile_body(2, 2, 2, t, c);
    else if (panels == 2)
        tile_body(3, 2, 2, t, c);
    else if (width == PANEL)
        tile_rows(rows, 2, t, c);
    else
        tile_rows(rows, 1, t, c);
}
#endif
