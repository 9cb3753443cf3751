# The weight gradient, x.T @ dz, and what becomes of it: each tile is used for the update of the
# same tile of w while it is in L1, and never written to memory; or it is kept, for the plain path.

from .cpu cimport resident

# With blocks, and with weights that are asked for, steps of 784-512-10 at batch 128 take 0.93 to
# 0.95 of the time, of 784-1024-1024-1024-10 0.93, of 2048-2048-2048 0.94, at batch 32 0.87 (two
# threads, AVX2, a Zen 3 with 512 kB of L2, 2026-11). At batch 1 to 16 asking would cost 8 to 19 %.
cdef enum:
    LEAST_PANELS = 4  # of the output, that share the copy of the input
    HALF_PAGE = 2048  # bytes; shorter rows of an input lie more than two to a page
    LEAST_AHEAD = 32  # terms of a sum: in shorter tiles there is no time to ask for weights

cdef struct Weights:  # context of the backward_weights epilogue
    CStage* stage
    const Update* update
    const real* dz  # packed (rows, n_out)
    Py_ssize_t rows
    real* w_gradient  # packed as w: kept here instead of used; NULL in training
    real* b_gradient
    quotients* rest  # of the update of the last tile, computed beside the next; NULL: at once


cdef void _finish_backward_weights(
    void* context, real* c, Py_ssize_t width, Py_ssize_t row, Py_ssize_t n_rows, Py_ssize_t panel
) noexcept nogil:
    """Use the tile of the gradient, while it is in L1, for the update of the same tile of w."""
    cdef Weights* f = <Weights*> context
    cdef CStage* s = f.stage
    cdef Py_ssize_t at = panel * PANEL * s.n_in + row * width
    cdef real biases[PANEL]
    quotients_finish(f.rest)
    _apply(f, s.w, f.w_gradient, s.w_slots, s.w_decays, at, c, n_rows * width, f.rest)
    if row == 0 and s.use_bias:  # the first tile of a panel also takes its biases
        sum_rows(f.dz + panel * PANEL * f.rows, f.rows, width, biases)
        _apply(f, s.b, f.b_gradient, s.b_slots, s.b_decays, panel * PANEL, biases, width, NULL)


cdef void _ask_for_weights(
    void* context, Py_ssize_t width, Py_ssize_t row, Py_ssize_t n_rows, Py_ssize_t panel
) noexcept nogil:
    """Ask for the weights and the state that the update of a tile will want."""
    cdef Weights* f = <Weights*> context
    cdef Py_ssize_t at = panel * PANEL * f.stage.n_in + row * width
    cdef int slot
    ask_for(f.stage.w + at, n_rows * width)
    for slot in range(f.update.n_slots):
        ask_for(f.stage.w_slots[slot] + at, n_rows * width)


cdef void _apply(
    Weights* f, real* w, real* kept, real** slots, bint decays, Py_ssize_t at, const real* g,
    Py_ssize_t n, quotients* rest,
) noexcept nogil:
    cdef real* here[MAX_SLOTS]
    cdef int slot
    if kept != NULL:
        memcpy(kept + at, g, n * sizeof(real))
        return
    for slot in range(f.update.n_slots):
        here[slot] = slots[slot] + at
    if decays:
        decay(f.update.decay, w + at, n)
    update(f.update, w + at, g, here, n, rest)


cdef inline bint wants_blocks(const CStage* s, Py_ssize_t rows) noexcept nogil:
    """Whether to copy the input of a dense stage to blocks before its weight gradient.

    Without the copy steps took 1.07 to 1.15 of the time where layers are 784 wide, 1.02 where they
    are 640, 0.93 to 1.02 at 512, 0.90 to 0.98 at 256 (batch 1000, Zen 3, 2026-11).
    """
    return (s.trainable and n_panels(s.n_out) >= LEAST_PANELS
            and s.n_in * <Py_ssize_t> sizeof(real) > HALF_PAGE
            and rows * row_stride(s.n_in) * <Py_ssize_t> sizeof(real) > resident())


cdef inline bint _are_far(const CStage* s, const Update* rule, Py_ssize_t rows) noexcept nogil:
    """Whether to ask for weights and state before their tiles, which have the time to wait."""
    return rows >= LEAST_AHEAD and s.n_in * packed_width(s.n_out) * (1 + rule.n_slots) * (
        <Py_ssize_t> sizeof(real)) > resident()


cdef void backward_weights(
    CStage* s, const Update* rule, const real* x, const real* blocks, const real* dz,
    Py_ssize_t rows, const Lists* lists, real* w_gradient, real* b_gradient, Team* team,
) noexcept nogil:
    """dw (n_in, n_out) = x (rows, n_in).T @ dz (rows, n_out), and db; then the update of w and b.

    `blocks`: x in blocks of columns, or NULL.
    `lists` of the rows of x that are not zero, or NULL. With w_gradient and b_gradient, packed as w
    and b, they are written and nothing is updated.
    """
    cdef Weights context
    context.stage = s
    context.update = rule
    context.dz = dz
    context.rows = rows
    context.w_gradient = w_gradient
    context.b_gradient = b_gradient
    cdef quotients rest
    rest.n = rest.done = 0
    context.rest = &rest if BESIDE_TILES and rows >= LEAST_BESIDE else NULL
    cdef Product p
    # row j of the product is feature j: the columns of x
    if blocks == NULL:
        p.operands = rows_of(x, 1, row_stride(s.n_in), rows)
        p.a_gap = 0
    else:
        p.operands = rows_of(blocks, 1, PASS_ROWS, rows)
        p.a_gap = PASS_ROWS * (rows - 1)
    p.operands.b = dz
    p.operands.beside = context.rest
    p.lists = lists
    p.rows = s.n_in
    p.columns = s.n_out
    # Quotients ask for what follows in memory themselves.
    p.ahead = NULL
    if w_gradient == NULL and context.rest == NULL and _are_far(s, rule, rows):
        p.ahead = _ask_for_weights
    p.panel_by_panel = p.ahead == NULL
    p.epilogue = _finish_backward_weights
    p.context = &context
    multiply(&p, team)
