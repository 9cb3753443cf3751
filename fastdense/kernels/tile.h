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
 * While it multiplies, a tile also computes quotients that wait for the divider (quotients.h).
 */
#ifndef FASTDENSE_TILE_H
#define FASTDENSE_TILE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "quotients.h"
#include "vector.h"

/* TILE_ROWS x 2 vectors of accumulators, 2 vectors of b and 1 broadcast fit the register file:
 * 27 of 32 registers (AVX-512, NEON), 15 of 16 (AVX2), 11 of 16 (SSE2, which has no three-operand
 * multiply-add and needs a temporary for every product). */
#if defined(__AVX512F__) || defined(__aarch64__)
enum { TILE_ROWS = 12, GROUP_PANELS = 2 };
#elif defined(__AVX__)
enum { TILE_ROWS = 6, GROUP_PANELS = 1 };
#else
enum { TILE_ROWS = 4, GROUP_PANELS = 1 };
#endif

/* The load of an element that is to be broadcast. NEON's multiply-add takes an element as it is
 * (fmla by element); GCC would rather broadcast some of them while loading (ld1r), and that occupies
 * the pipes of the multiply-adds as well (Arm's optimization guides, Cortex-A72, A76). */
#if defined(__aarch64__)
#define LOADED(x) ({ real loaded = (x); __asm__("" : "+w"(loaded)); loaded; })
#else
#define LOADED(x) (x)
#endif

/* In front of a loop of constant length: no loop at all. */
#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* In front of the loop over k: two at a time, where its own instructions could be too many. Tiles of
 * twelve rows have twice as many products to a k. */
#if defined(__AVX512F__) || defined(__aarch64__) || defined(__clang__)
#define TWICE
#else
#define TWICE _Pragma("GCC unroll 2")
#endif

enum {
    PANEL = 2 * VECTOR,      /* columns of a full panel */
    FEW_ROWS_PANELS = 4,     /* panels side by side when one row alone cannot fill the pipeline */
    /* A pass over k keeps PASS_K rows of a panel (128 bytes each at AVX-512) inside half of a 256 kB
     * L2. Longer sums run in several passes over up to PASS_ROWS rows, whose sums stay in L1. */
    PASS_K = 1024,
    PASS_ROWS = 4 * TILE_ROWS,
};

/* One thread's finished tiles, on its stack: 6 kB. */
typedef struct {
    real sums[PASS_ROWS * PANEL];
} __attribute__((aligned(64))) tile_scratch;

typedef struct {
    const real *a;
    ptrdiff_t row;           /* first row of the tile */
    ptrdiff_t a_row, a_k;    /* strides of a, in elements */
    ptrdiff_t segment;       /* a may be stored in segments of k; their length, else at least k */
    ptrdiff_t a_segment;     /* elements between two segments */
    ptrdiff_t a_row_short;   /* a_row in a last segment that is shorter than the others */
    const real *b;
    ptrdiff_t b_panel;       /* elements between two panels of b */
    ptrdiff_t c_panel;       /* and of c */
    ptrdiff_t k;             /* terms of a sum */
    const int32_t *list;     /* the k to add, ascending, for an a without segments; NULL: all */
    int accumulate;
    quotients *beside;       /* computed while the tile multiplies; NULL: none */
} tile_operands;

/* Four rows share a base pointer: base, base + a_row, base + 2 a_row and base + 3 a_row need two
 * registers besides. With one base for twelve rows GCC spills eleven offsets and reloads them for
 * every k (84 instead of 96 % of peak in the forward product, Zen 4, 2026-11). */
enum { GROUP = 4, GROUPS = (TILE_ROWS + GROUP - 1) / GROUP };

typedef vector tile_sums[TILE_ROWS][FEW_ROWS_PANELS * 2];

/* `rows`, `panels` and `vectors` are constants at every call of the next functions, so the loops
 * over them vanish and `acc` lives in registers. */

/* acc += one column of a times one row of b. */
static inline __attribute__((always_inline)) void
tile_step(const int rows, const int panels, const int vectors, const real *const *a,
          ptrdiff_t a_row, const real *b, ptrdiff_t b_panel, tile_sums acc)
{
    vector bk[FEW_ROWS_PANELS * 2];
    UNROLL for (int j = 0; j < panels * vectors; j++)
        bk[j] = *(const vector *)(b + j / vectors * b_panel + j % vectors * VECTOR);
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < panels * vectors; j++)
            acc[i][j] = multiply_add(acc[i][j], LOADED(a[i / GROUP][i % GROUP * a_row]), bk[j]);
}

/* One vector of what waits. What follows it in memory is asked for: neighbouring tiles leave quotients
 * one after the other. Where weights and state come from memory, a step takes 1.37 times as long without
 * (2048-2048-2048 at batch 32, Zen 5, 2026-11). */
static inline __attribute__((always_inline)) void tile_beside(quotients *beside)
{
    __builtin_prefetch(beside->to + beside->done + beside->n, 1);
    __builtin_prefetch(beside->bottom + beside->done + beside->n, 1);
    quotients_next(beside);
}

/* How many of the next n terms have a vector of quotients to compute beside them. They come first, in
 * a loop of their own: the multiply-adds leave little room for asking at every k, and where somebody
 * else's thread shares the core, none. */
static inline ptrdiff_t terms_beside(const quotients *beside, ptrdiff_t n)
{
    const ptrdiff_t waiting = beside ? quotients_left(beside) : 0;
    return waiting < n ? waiting : n;
}

/* The next n terms, neighbours in memory; a vector of quotients with each, unless `beside` is NULL. */
static inline __attribute__((always_inline)) void
tile_run(const int rows, const int panels, const int vectors, const real **a, ptrdiff_t a_row,
         ptrdiff_t a_k, const real **b, ptrdiff_t b_panel, ptrdiff_t n, quotients *beside,
         tile_sums acc)
{
    TWICE for (; n > 0; n--) {
        if (beside)
            tile_beside(beside);
        tile_step(rows, panels, vectors, a, a_row, *b, b_panel, acc);
        UNROLL for (int g = 0; g * GROUP < rows; g++)
            a[g] += a_k;
        *b += vectors * VECTOR;
    }
}

/* Every k, in segments. */
static inline __attribute__((always_inline)) void
tile_all(const int rows, const int panels, const int vectors, const tile_operands *t,
         quotients *beside, tile_sums acc)
{
    const real *b = t->b;
    ptrdiff_t left = t->k;
    for (const real *segment = t->a; left > 0; segment += t->a_segment) {
        const ptrdiff_t a_row = left < t->segment ? t->a_row_short : t->a_row;
        const real *a[GROUPS];
        UNROLL for (int g = 0; g * GROUP < rows; g++) {
            a[g] = segment + (t->row + g * GROUP) * a_row;
            __asm__("" : "+r"(a[g])); /* or the compiler derives all of them from one again */
        }
        const ptrdiff_t n = left < t->segment ? left : t->segment;
        left -= n;
        if (left > 0) /* the next segment lies far away: no hardware prefetcher foresees it */
            UNROLL for (int i = 0; i < rows; i++) {
                __builtin_prefetch(segment + t->a_segment + (t->row + i) * a_row);
                __builtin_prefetch(segment + t->a_segment + (t->row + i) * a_row + VECTOR);
            }
        const ptrdiff_t first = terms_beside(beside, n);
        tile_run(rows, panels, vectors, a, a_row, t->a_k, &b, t->b_panel, first, beside, acc);
        tile_run(rows, panels, vectors, a, a_row, t->a_k, &b, t->b_panel, n - first, NULL, acc);
    }
}

/* The terms that list[0], list[1] .. list[n - 1] name; at most GROUP rows. */
static inline __attribute__((always_inline)) void
tile_named(const int rows, const int panels, const int vectors, const tile_operands *t,
           const int32_t *list, ptrdiff_t n, quotients *beside, tile_sums acc)
{
    const real *row = t->a + t->row * t->a_row;
    __asm__("" : "+r"(row)); /* or the compiler takes both apart, and adds them up for every k */
    for (ptrdiff_t i = 0; i < n; i++) {
        const ptrdiff_t k = list[i];
        const real *a = row + k * t->a_k;
        __asm__("" : "+r"(a));
        if (beside)
            tile_beside(beside);
        tile_step(rows, panels, vectors, &a, t->a_row, t->b + k * (vectors * VECTOR), t->b_panel,
                  acc);
    }
}

/* The k of a list. */
static inline __attribute__((always_inline)) void
tile_listed(const int rows, const int panels, const int vectors, const tile_operands *t,
            quotients *beside, tile_sums acc)
{
    const ptrdiff_t first = terms_beside(beside, t->k);
    tile_named(rows, panels, vectors, t, t->list, first, beside, acc);
    tile_named(rows, panels, vectors, t, t->list + first, t->k - first, NULL, acc);
}

static inline __attribute__((always_inline)) void
tile_terms(const int rows, const int panels, const int vectors, const int listed,
           const tile_operands *t, quotients *beside, tile_sums acc)
{
    if (listed)
        tile_listed(rows, panels, vectors, t, beside, acc);
    else
        tile_all(rows, panels, vectors, t, beside, acc);
}

/* Where acc[i][j] belongs in c (panels, rows, vectors). */
static inline __attribute__((always_inline)) vector *
at(real *c, ptrdiff_t c_panel, const int vectors, int i, int j)
{
    return (vector *)(c + j / vectors * c_panel + (i * vectors + j % vectors) * VECTOR);
}

static inline __attribute__((always_inline)) void
tile_body(const int rows, const int panels, const int vectors, const int listed,
          const tile_operands *t, real *c)
{
    tile_sums acc;
    const ptrdiff_t c_panel = t->c_panel;

    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < panels * vectors; j++)
            acc[i][j] = (vector){0};
    if (t->accumulate)
        UNROLL for (int i = 0; i < rows; i++)
            UNROLL for (int j = 0; j < panels * vectors; j++)
                acc[i][j] = *at(c, c_panel, vectors, i, j);
    if (BESIDE_TILES && rows >= GROUP && t->beside) { /* a row or two are too few to hide them */
        quotients beside = *t->beside; /* a copy, so that registers may hold it */
        tile_terms(rows, panels, vectors, listed, t, &beside, acc);
        t->beside->done = beside.done;
    } else
        tile_terms(rows, panels, vectors, listed, t, NULL, acc);
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < panels * vectors; j++)
            *at(c, c_panel, vectors, i, j) = acc[i][j];
}

/* Up to GROUP rows. */
static inline __attribute__((always_inline)) void
tile_group(int rows, const int panels, const int vectors, const int listed, const tile_operands *t,
           real *c)
{
    switch (rows) {
        case 1: tile_body(1, panels, vectors, listed, t, c); break;
        case 2: tile_body(2, panels, vectors, listed, t, c); break;
        case 3: tile_body(3, panels, vectors, listed, t, c); break;
        default: tile_body(4, panels, vectors, listed, t, c); break;
    }
}

/* Up to TILE_ROWS rows of one panel, without a list. What is left of a matrix goes in groups, which
 * still hide the latency of the multiply-add; two of them together, where that is no full tile, read
 * b half as often (3 % of a step of 784-512-10 at batch 32, Zen 5, 2026-11). */
static inline __attribute__((always_inline)) void
tile_rows(int rows, const int vectors, const tile_operands *t, real *c)
{
    const int two_groups = 2 * GROUP;
    if (rows == TILE_ROWS) {
        tile_body(TILE_ROWS, 1, vectors, 0, t, c);
        return;
    }
    tile_operands part = *t;
    if (two_groups < TILE_ROWS && rows >= two_groups) {
        tile_body(two_groups, 1, vectors, 0, &part, c);
        part.row += two_groups;
        c += two_groups * vectors * VECTOR;
        rows -= two_groups;
    }
    for (; rows > 0; rows -= GROUP) {
        tile_group(rows, 1, vectors, 0, &part, c);
        part.row += GROUP;
        c += GROUP * vectors * VECTOR;
    }
}

/* Rows of a full tile. A list serves few rows, since it has to hold the k of all of them: of MNIST's
 * products 39 % are left for a list of 4 rows, 51 % for one of 12. */
static inline ptrdiff_t tile_height(int listed) { return listed ? GROUP : TILE_ROWS; }

/* How many full panels a tile of `rows` rows takes side by side: few rows have too few accumulators
 * to fill the pipeline with one. */
static inline int tile_panels(ptrdiff_t rows)
{
    return rows == 1 ? FEW_ROWS_PANELS : rows < GROUP ? 2 : rows == GROUP ? GROUP_PANELS : 1;
}

static inline __attribute__((always_inline)) void
tile_shape(int rows, int panels, ptrdiff_t width, const int listed, const tile_operands *t, real *c)
{
    if (panels == FEW_ROWS_PANELS)
        tile_body(1, FEW_ROWS_PANELS, 2, listed, t, c);
    else if (panels == 2)
        tile_group(rows, 2, 2, listed, t, c);
    else if (listed)
        width == PANEL ? tile_group(rows, 1, 2, 1, t, c) : tile_group(rows, 1, 1, 1, t, c);
    else
        width == PANEL ? tile_rows(rows, 2, t, c) : tile_rows(rows, 1, t, c);
}

/* The tile for 1 <= rows <= tile_height, `panels` as tile_panels(rows) or 1, each `width` wide. */
static void tile(int rows, int panels, ptrdiff_t width, const tile_operands *t, real *c)
{
    if (t->list)
        tile_shape(rows, panels, width, 1, t, c);
    else
        tile_shape(rows, panels, width, 0, t, c);
}

/* Whether any of the first n <= GROUP of x is not zero. To compare each would be a chain of branches;
 * their bits without the signs are one number or two. */
static inline int any_nonzero(const real *x, ptrdiff_t n)
{
    enum { WORDS = GROUP * sizeof(real) / sizeof(uint64_t) };
    const uint64_t signs = sizeof(real) == 8 ? UINT64_C(1) << 63 : UINT64_C(0x8000000080000000);
    uint64_t bits[WORDS] = {0}, some = 0;
    if (n == GROUP)
        memcpy(bits, x, sizeof bits); /* of a constant size: no call */
    else
        memcpy(bits, x, n * sizeof(real));
    UNROLL for (int i = 0; i < WORDS; i++)
        some |= bits[i] & ~signs;
    return some != 0;
}

/* Ask memory for n elements of x that are about to be read and written. */
static inline void ask_for(const real *x, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i += 64 / (ptrdiff_t)sizeof(real))
        __builtin_prefetch(x + i, 1);
}

/* Epilogues work on rows of one vector or two: `width` is VECTOR or PANEL. An inner loop over so few
 * spends more on its own checks than on the numbers: 4 % of a step of 10-45-45-10 at batch 1024. */

/* The greater of z and `least`, element by element; a NaN stays. */
static inline __attribute__((always_inline)) vector at_least(vector z, real least)
{
    for (int l = 0; l < VECTOR; l++)
        z[l] = z[l] < least ? least : z[l];
    return z;
}

/* h (rows, width) = c (rows, width) + row (width,), to every row, but at least `least`. */
static inline void add_row(const real *c, ptrdiff_t rows, ptrdiff_t width, const real *row,
                           real least, real *h, ptrdiff_t stride)
{
    for (ptrdiff_t i = 0; i < rows; i++, c += width, h += stride) {
        *(vector *)h = at_least(*(const vector *)c + *(const vector *)row, least);
        if (width == PANEL)
            *(vector *)(h + VECTOR) =
                at_least(*(const vector *)(c + VECTOR) + *(const vector *)(row + VECTOR), least);
    }
}

/* sum (width,) = the rows of c (rows, width), added in order. */
static inline void sum_rows(const real *c, ptrdiff_t rows, ptrdiff_t width, real *sum)
{
    vector first = {0}, second = {0};
    for (ptrdiff_t i = 0; i < rows; i++, c += width) {
        first += *(const vector *)c;
        if (width == PANEL)
            second += *(const vector *)(c + VECTOR);
    }
    *(vector *)sum = first;
    if (width == PANEL)
        *(vector *)(sum + VECTOR) = second;
}

#endif
