# From the user's array to the first activation buffer: pick rows, cast, scale. One pass, so that
# uint8 pixels or float64 tables cost no copy of the data set.

from cpython.buffer cimport (
    PyBUF_FORMAT, PyBUF_STRIDES, PyBuffer_Release, PyObject_GetBuffer,
)

ctypedef fused number:
    float
    double
    int8_t
    uint8_t
    int16_t
    uint16_t
    int32_t
    uint32_t
    int64_t
    uint64_t


_NUMBERS = frozenset(b"f d ? b B h H i I l L q Q".split())


cdef class Source:
    """A 2-D array of the user's, any strides and any real dtype, held while the engine reads it.

    Parameters
    ----------
    array : buffer, shape (n_samples, n_features), native byte order, aligned
        bool, integer, float32 or float64. Read only.
    """

    cdef Py_buffer view
    cdef bint held
    cdef readonly Py_ssize_t n_samples
    cdef readonly Py_ssize_t n_features

    def __cinit__(self, array):
        PyObject_GetBuffer(array, &self.view, PyBUF_STRIDES | PyBUF_FORMAT)
        self.held = True
        if self.view.ndim != 2:
            raise ValueError(f"Source: expected 2 axes. Received: {self.view.ndim}.")
        if self.view.format not in _NUMBERS:
            raise TypeError(f"Source: expected a bool, integer, float32 or float64 array in native "
                            f"byte order. Received: format {self.view.format.decode()!r}.")
        self.n_samples = self.view.shape[0]
        self.n_features = self.view.shape[1]

    def __dealloc__(self):
        if self.held:
            PyBuffer_Release(&self.view)


# Samples and targets lie anywhere in memory, and are read in pieces of this size before they are
# used. Loads that nobody waits for go to memory side by side; with stores or a loss between them
# few fit into the CPU's window. Steps take 0.97 of the time for 784-512-10 at batch 128, 0.81 to
# 0.94 for 10-45-45-10 at batch 1024 (one thread, Zen 5, 2026-11).
cdef enum:
    READ_FIRST = 32768  # bytes


cdef inline Py_ssize_t number_at(const Py_ssize_t* order, Py_ssize_t i) noexcept nogil:
    """Number of the sample that comes at place i; without an order, samples come as they lie."""
    return order[i] if order != NULL else i


cdef inline Py_ssize_t read_rows(
    const char* rows, Py_ssize_t stride, Py_ssize_t size, const Py_ssize_t* order, Py_ssize_t first,
    Py_ssize_t last
) noexcept nogil:
    """Bring rows of `size` bytes into the cache: order[first], order[first + 1] and so on, a piece
    of them, none from `last` on. Return the number of the next."""
    cdef const volatile char* row  # volatile: loads, though nobody uses what they find
    cdef Py_ssize_t i, at
    if last - first < 2 or size == 0:
        return last
    last = min(last, first + max(<Py_ssize_t> 1, READ_FIRST // size))
    for i in range(first, last):
        row = rows + number_at(order, i) * stride
        for at in range(0, size, 64):  # a cache line
            row[at]
        row[size - 1]
    return last


cdef Py_ssize_t read_samples(
    const Py_buffer* x, const Py_ssize_t* order, Py_ssize_t first, Py_ssize_t last
) noexcept nogil:
    """The same for samples, unless their numbers lie apart: then all of them have been "read"."""
    if x.strides[1] != x.itemsize:
        return last
    return read_rows(<const char*> x.buf, x.strides[0], x.shape[1] * x.itemsize, order, first, last)


cdef int32_t _cast_row(
    const number* row, Py_ssize_t step, Py_ssize_t n, real scale, real offset, bint plain, real* out
) noexcept nogil:
    """out = scale * row + offset; return how many are not zero."""
    cdef Py_ssize_t i
    cdef int32_t nonzero = 0  # as wide as a comparison's result: twice as fast as 64 bits
    if step == sizeof(number) and plain:
        for i in range(n):
            out[i] = <real> row[i]
            nonzero += out[i] != 0
    elif step == sizeof(number):
        for i in range(n):
            out[i] = <real> row[i] * scale + offset
            nonzero += out[i] != 0
    else:
        for i in range(n):
            out[i] = <real> (<const number*> (<const char*> row + i * step))[0] * scale + offset
            nonzero += out[i] != 0
    return nonzero


cdef int32_t gather_row(
    const Py_buffer* x, Py_ssize_t sample, Py_ssize_t first, Py_ssize_t n, real scale, real offset,
    real* out,
) noexcept nogil:
    """out = scale * x[sample, first : first + n] + offset; return how many are not zero."""
    cdef Py_ssize_t step = x.strides[1]
    cdef bint plain = scale == 1 and offset == 0
    cdef const char* row = <const char*> x.buf + sample * x.strides[0] + first * step
    cdef char kind = x.format[0]
    if kind == c"f":
        return _cast_row(<const float*> row, step, n, scale, offset, plain, out)
    if kind == c"d":
        return _cast_row(<const double*> row, step, n, scale, offset, plain, out)
    if kind == c"B" or kind == c"?":
        return _cast_row(<const uint8_t*> row, step, n, scale, offset, plain, out)
    if kind == c"b":
        return _cast_row(<const int8_t*> row, step, n, scale, offset, plain, out)
    if kind == c"h":
        return _cast_row(<const int16_t*> row, step, n, scale, offset, plain, out)
    if kind == c"H":
        return _cast_row(<const uint16_t*> row, step, n, scale, offset, plain, out)
    if kind == c"i" or (kind == c"l" and sizeof(long) == 4):
        return _cast_row(<const int32_t*> row, step, n, scale, offset, plain, out)
    if kind == c"I" or (kind == c"L" and sizeof(long) == 4):
        return _cast_row(<const uint32_t*> row, step, n, scale, offset, plain, out)
    if kind == c"l" or kind == c"q":
        return _cast_row(<const int64_t*> row, step, n, scale, offset, plain, out)
    return _cast_row(<const uint64_t*> row, step, n, scale, offset, plain, out)
