# Packed matrices: panels of neighbouring columns, zero-padded, each stored row by row.
#
#     packed[panel][k][j] = m[k][panel * PANEL + j]
#
# A last panel with at most VECTOR columns is one vector wide, so that a layer of 10 units does not
# compute 32. Row-major matrices keep a stride of an odd number of cache lines: a power of two would
# map every row to the same few sets of L1.


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
