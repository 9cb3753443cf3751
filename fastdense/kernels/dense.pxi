# A dense layer forward and backward: the products of product.pxi with their operands and epilogues.
# (backward_weights has a file of its own, with the update that consumes it.)

from libc.math cimport INFINITY
from libc.string cimport memcpy

cdef struct Forward:  # context of the forward epilogue
    int activation
    const real* bias
    real* h
    Py_ssize_t stride

cdef struct Backward:  # context of the backward_data epilogue
    real* dx
    Py_ssize_t stride
    Py_ssize_t rows


cdef void dense_forward(
    const real* x, Py_ssize_t x_stride, Py_ssize_t rows, const real* w, Py_ssize_t n_in,
    Py_ssize_t n_out, int activation, const real* bias, real* h, Py_ssize_t h_stride,
    const Lists* lists, Team* team,
) noexcept nogil:
    """h (rows, n_out) = activation(x (rows, n_in) @ w + bias); w packed, h padded to whole panels.

    `lists` of the columns of x that are not zero, or NULL.
    """
    cdef Forward context
    context.activation = activation
    context.bias = bias
    context.h = h
    context.stride = h_stride
    cdef Product p
    p.operands = rows_of(x, x_stride, 1, n_in)
    p.operands.b = w
    p.a_gap = 0
    p.lists = lists
    p.rows = rows
    p.columns = n_out
    p.panel_by_panel = False
    p.ahead = NULL
    p.epilogue = _finish_forward
    p.context = &context
    multiply(&p, team)


cdef void dense_backward_data(
    const real* dz_t, const real* w, Py_ssize_t rows, Py_ssize_t n_in, Py_ssize_t n_out, real* dx,
    Py_ssize_t dx_stride, Team* team,
) noexcept nogil:
    """dx (rows, n_in) = dz (rows, n_out) @ w.T, computed as dx.T = w @ dz.T.

    Row i of w is spread over the panels, PANEL elements in each: a segment of k per panel. That
    way w needs no transposed copy; what is transposed is dz, which is smaller.
    """
    cdef Backward context
    context.dx = dx
    context.stride = dx_stride
    context.rows = rows
    cdef Product p
    p.operands = rows_of(w, PANEL, 1, n_out)
    p.operands.segment = PANEL
    p.operands.a_segment = PANEL * n_in
    p.operands.a_row_short = panel_width(n_out, n_panels(n_out) - 1)
    p.operands.b = dz_t
    p.a_gap = 0
    p.lists = NULL
    p.rows = n_in
    p.columns = rows
    p.panel_by_panel = False
    p.ahead = NULL
    p.epilogue = _finish_backward_data
    p.context = &context
    multiply(&p, team)


cdef void pack_dz(
    const real* dh, const real* h, Py_ssize_t stride, Py_ssize_t rows, Py_ssize_t n,
    int activation, real* dz, Py_ssize_t dz_rows, Py_ssize_t dz_first, real* dz_t,
    const Team* team,
) noexcept nogil:
    """dz = dh * activation'(h), the rows from dz_first on of a packed (dz_rows, n); unless dz_t is
    NULL also the transpose of these rows, packed (n, rows). Jobs are panels of features."""
    cdef Py_ssize_t panel, row, first, width, valid, j, samples, i, panel_samples
    cdef real* packed
    cdef real* to
    cdef Py_ssize_t panels = n_panels(n)
    for panel in range(share(panels, team.thread, team.threads),
                       share(panels, team.thread + 1, team.threads)):
        width = panel_width(n, panel)
        valid = min(width, n - panel * PANEL)
        packed = dz + panel * PANEL * dz_rows + dz_first * width
        for row in range(rows):
            i = row * stride + panel * PANEL
            activation_backward(activation, h + i, dh + i, packed + row * width, width)
        if valid < width:
            for row in range(rows):
                for j in range(valid, width):
                    packed[row * width + j] = 0
        if dz_t == NULL:
            continue
        for i in range(n_panels(rows)):
            first = i * PANEL
            samples = min(<Py_ssize_t> PANEL, rows - first)
            panel_samples = panel_width(rows, i)
            to = dz_t + first * n + panel * PANEL * panel_samples
            transpose(packed + first * width, width, samples, valid, to, panel_samples)
            for j in range(valid if samples < panel_samples else 0):
                for row in range(samples, panel_samples):
                    to[j * panel_samples + row] = 0


cdef void _finish_forward(
    void* context, real* c, Py_ssize_t width, Py_ssize_t row, Py_ssize_t n_rows, Py_ssize_t panel
) noexcept nogil:
    """h = activation(c + b)."""
    cdef Forward* f = <Forward*> context
    cdef real* h = f.h + row * f.stride + panel * PANEL
    cdef Py_ssize_t i
    add_row(c, n_rows, width, f.bias + panel * PANEL,
            <real> 0 if f.activation == RELU else <real> -INFINITY, h, f.stride)
    if f.activation != LINEAR and f.activation != RELU:
        for i in range(n_rows):
            activate(f.activation, h + i * f.stride, h + i * f.stride, width)


cdef void _finish_backward_data(
    void* context, real* c, Py_ssize_t width, Py_ssize_t row, Py_ssize_t n_rows, Py_ssize_t panel
) noexcept nogil:
    """Write a tile of (features, samples) to dx (samples, features)."""
    cdef Backward* f = <Backward*> context
    cdef Py_ssize_t samples = min(width, f.rows - panel * PANEL)
    transpose(c, width, n_rows, samples, f.dx + panel * PANEL * f.stride + row, f.stride)
