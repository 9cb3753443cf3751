# One matrix product for the whole engine: cut into tiles, shared out over threads, and handed to
# an epilogue while each tile is hot in L1.
#
# forward            h = act(x @ w + b)   a: rows of x       b: panels of w    epilogue: bias, act
# backward_data      dx.T = w @ dz.T      a: rows of w       b: panels of dz.T epilogue: transpose
# backward_weights   dw = x.T @ dz        a: columns of x    b: panels of dz   epilogue: update
#
# Rejected: one hand-made loop nest per product (three copies of the edge cases), and an epilogue
# inside the tile (the tile would need a variant per activation and per optimizer).

# A pass over k keeps PASS_K rows of a panel (128 bytes each at AVX-512) inside half of a 256 kB L2.
# Longer sums run in several passes over PASS_BLOCKS blocks of rows, whose partial sums stay in L1.
cdef enum:
    PASS_K = 1024

# Called with a finished tile: c (n_rows, width), its first row and its panel in the result.
ctypedef void (*epilogue_t)(
    void* context, real* c, Py_ssize_t width, Py_ssize_t row, Py_ssize_t n_rows, Py_ssize_t panel
) noexcept nogil

cdef struct Product:
    tile_operands operands  # a, b and their strides; k counts the summed axis
    Py_ssize_t rows  # of a and of the result
    Py_ssize_t columns  # of b and of the result, without padding
    epilogue_t epilogue
    void* context


cdef inline tile_operands rows_of(
    const real* a, Py_ssize_t a_row, Py_ssize_t a_k, Py_ssize_t k
) noexcept nogil:
    """Operands with the a side filled in, for an a of plain strides."""
    cdef tile_operands t
    t.a = a
    t.row = 0
    t.a_row = a_row
    t.a_k = a_k
    t.segment = max(k, <Py_ssize_t> 1)
    t.a_segment = 0
    t.a_row_short = a_row
    t.b = NULL
    t.b_panel = 0
    t.k = k
    t.accumulate = False
    return t


cdef inline Py_ssize_t row_blocks(Py_ssize_t rows) noexcept nogil:
    return (rows + TILE_ROWS - 1) // TILE_ROWS


cdef inline Py_ssize_t share(Py_ssize_t jobs, int thread, int threads) noexcept nogil:
    """First job of `thread`: contiguous shares, so that a thread meets the same panels again."""
    return jobs * thread // threads


cdef void multiply(const Product* p, int thread, int threads) noexcept nogil:
    """Compute this thread's share of the product: jobs are (panel, block of rows), panel by panel.

    The share depends on the number of threads, the order of every sum does not.
    """
    cdef Py_ssize_t blocks = row_blocks(p.rows)
    cdef Py_ssize_t panels = n_panels(p.columns)
    cdef Py_ssize_t job = share(panels * blocks, thread, threads)
    cdef Py_ssize_t end = share(panels * blocks, thread + 1, threads)
    # partial sums of several blocks at once, so that a pass over b serves them all
    cdef Py_ssize_t most = PASS_BLOCKS if p.operands.k > PASS_K else 1
    cdef Py_ssize_t panel, block, count
    cdef tile_scratch scratch
    while job < end:
        panel = job // blocks
        block = job % blocks
        if blocks == 1:  # few rows may take several panels side by side
            count = tile_panels(p.rows)
            if job + count > end or panel_width(p.columns, panel + count - 1) < PANEL:
                count = 1
            _multiply_blocks(p, panel, count, 0, 1, scratch.sums)
        else:
            count = min(most, end - job, blocks - block)
            _multiply_blocks(p, panel, 1, block, count, scratch.sums)
        job += count


cdef void _multiply_blocks(
    const Product* p, Py_ssize_t panel, Py_ssize_t count, Py_ssize_t block, Py_ssize_t n_blocks,
    real* scratch,
) noexcept nogil:
    """Blocks of rows of one panel, or one block of `count` neighbouring panels."""
    cdef Py_ssize_t width = panel_width(p.columns, panel)
    cdef Py_ssize_t k = p.operands.k
    cdef Py_ssize_t start = 0
    cdef Py_ssize_t i, row, n_rows
    cdef tile_operands t = p.operands
    t.b_panel = PANEL * k
    while start == 0 or start < k:  # an empty sum is zero, too
        t.k = min(k - start, <Py_ssize_t> PASS_K)
        t.accumulate = start > 0
        t.b = p.operands.b + panel * t.b_panel + start * width
        t.a = p.operands.a + start // t.segment * t.a_segment + start % t.segment * t.a_k
        for i in range(n_blocks):
            t.row = (block + i) * TILE_ROWS
            tile(<int> min(<Py_ssize_t> TILE_ROWS, p.rows - t.row), <int> count, width, &t,
                 scratch + i * TILE_ROWS * width)
        start += PASS_K
    for i in range(n_blocks):
        row = (block + i) * TILE_ROWS
        n_rows = min(<Py_ssize_t> TILE_ROWS, p.rows - row)
        p.epilogue(p.context, scratch + i * TILE_ROWS * width, width, row, n_rows, panel)
    for i in range(1, count):
        p.epilogue(p.context, scratch + i * p.rows * width, width, 0, p.rows, panel + i)
