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


cdef void _cast_row(
    const number* row, Py_ssize_t step, Py_ssize_t n, real scale, real offset, bint plain, real* out
) noexcept nogil:
    cdef Py_ssize_t i
    if step == sizeof(number) and plain:
        for i in range(n):
            out[i] = <real> row[i]
    elif step == sizeof(number):
        for i in range(n):
            out[i] = <real> row[i] * scale + offset
    else:
        for i in range(n):
            out[i] = <real> (<const number*> (<const char*> row + i * step))[0] * scale + offset


cdef void gather_row(
    const Py_buffer* x, Py_ssize_t sample, Py_ssize_t first, Py_ssize_t n, real scale, real offset,
    real* out,
) noexcept nogil:
    """out = scale * x[sample, first : first + n] + offset."""
    cdef Py_ssize_t step = x.strides[1]
    cdef bint plain = scale == 1 and offset == 0
    cdef const char* row = <const char*> x.buf + sample * x.strides[0] + first * step
    cdef char kind = x.format[0]
    if kind == c"f":
        _cast_row(<const float*> row, step, n, scale, offset, plain, out)
    elif kind == c"d":
        _cast_row(<const double*> row, step, n, scale, offset, plain, out)
    elif kind == c"B" or kind == c"?":
        _cast_row(<const uint8_t*> row, step, n, scale, offset, plain, out)
    elif kind == c"b":
        _cast_row(<const int8_t*> row, step, n, scale, offset, plain, out)
    elif kind == c"h":
        _cast_row(<const int16_t*> row, step, n, scale, offset, plain, out)
    elif kind == c"H":
        _cast_row(<const uint16_t*> row, step, n, scale, offset, plain, out)
    elif kind == c"i" or (kind == c"l" and sizeof(long) == 4):
        _cast_row(<const int32_t*> row, step, n, scale, offset, plain, out)
    elif kind == c"I" or (kind == c"L" and sizeof(long) == 4):
        _cast_row(<const uint32_t*> row, step, n, scale, offset, plain, out)
    elif kind == c"l" or kind == c"q":
        _cast_row(<const int64_t*> row, step, n, scale, offset, plain, out)
    else:
        _cast_row(<const uint64_t*> row, step, n, scale, offset, plain, out)
