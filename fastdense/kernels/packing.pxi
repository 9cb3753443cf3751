# Packed matrices: panels of neighbouring columns, zero-padded, each stored row by row.
#
#     packed[panel][k][j] = m[k][panel * PANEL + j]
#
# A last panel with at most VECTOR columns is one vector wide, so that a layer of 10 units does not
# compute 32. Row-major matrices keep a stride of an odd number of cache lines: a power of two would
# map every row to the same few sets of L1.
#
# The input of a layer is read by columns for the weight gradient. Where it is large, it is copied
# for that to blocks of PASS_ROWS neighbouring columns:
#
#     blocks[block][k][i] = x[k][block * PASS_ROWS + i]


cdef inline Py_ssize_t n_panels(Py_ssize_t columns) noexcept nogil:
    return (columns + PANEL - 1) // PANEL


cdef inline Py_ssize_t packed_width(Py_ssize_t columns) noexcept nogil:
    """Columns of a packed matrix with its padding."""
    cdef Py_ssize_t rest = columns % PANEL
    if rest == 0:
        return columns
    return columns - rest + (VECTOR if rest <= VECTOR else PANEL)


cdef inline Py_ssize_t panel_width(Py_ssize_t columns, Py_ssize_t panel) noexcept nogil:
    return min(packed_width(columns) - panel * PANEL, PANEL)


cdef inline Py_ssize_t row_stride(Py_ssize_t columns) noexcept nogil:
    """Elements from row to row of an activation buffer; holds the padding of whole panels."""
    cdef Py_ssize_t line = 64 // sizeof(real)
    cdef Py_ssize_t lines = (packed_width(columns) + line - 1) // line
    return (lines | 1) * line


cdef inline Py_ssize_t n_blocks(Py_ssize_t columns) noexcept nogil:
    return (columns + PASS_ROWS - 1) // PASS_ROWS


cdef void pack(
    const real* m, Py_ssize_t row, Py_ssize_t column, Py_ssize_t k, Py_ssize_t columns, real* packed
) noexcept nogil:
    """Pack m (k, columns), of strides `row` and `column` in elements."""
    cdef Py_ssize_t panel, i, j, width, valid
    cdef const real* source
    for panel in range(n_panels(columns)):
        width = panel_width(columns, panel)
        valid = min(width, columns - panel * PANEL)
        for i in range(k):
            source = m + i * row + panel * PANEL * column
            for j in range(valid):
                packed[j] = source[j * column]
            for j in range(valid, width):
                packed[j] = 0
            packed += width


cdef void unpack(const real* packed, Py_ssize_t k, Py_ssize_t columns, real* m) noexcept nogil:
    """Write a packed matrix to the C-contiguous m (k, columns)."""
    cdef Py_ssize_t panel, i, j, width, valid
    for panel in range(n_panels(columns)):
        width = panel_width(columns, panel)
        valid = min(width, columns - panel * PANEL)
        for i in range(k):
            for j in range(valid):
                m[i * columns + panel * PANEL + j] = packed[j]
            packed += width


cdef void pack_blocks(
    const real* x, Py_ssize_t stride, Py_ssize_t rows, Py_ssize_t columns, real* blocks,
    Py_ssize_t first, Py_ssize_t last,
) noexcept nogil:
    """Copy the columns of x (rows, columns) that belong to blocks first..last-1."""
    cdef const real* source
    cdef real* to
    cdef Py_ssize_t block, row, width
    for block in range(first, last):
        width = min(columns - block * PASS_ROWS, <Py_ssize_t> PASS_ROWS)
        source = x + block * PASS_ROWS
        to = blocks + block * PASS_ROWS * rows
        for row in range(rows):
            if width == PASS_ROWS:
                memcpy(to, source, PASS_ROWS * sizeof(real))  # of a constant size: no call
            else:
                memcpy(to, source, width * sizeof(real))
            source += stride
            to += PASS_ROWS
