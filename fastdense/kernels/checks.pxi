# What targets must be before a step trusts them: one pass, and nothing allocated.

cdef Py_ssize_t _first_nan(const real* y, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i, j
    cdef int found
    for i in range(rows):
        found = 0
        for j in range(n):  # to the end of the row: a loop without a way out is made of vectors
            found |= y[j] != y[j]
        if found:
            return i
        y += n
    return -1


cdef Py_ssize_t _first_outside(
    const int64_t* labels, Py_ssize_t rows, Py_ssize_t n, Py_ssize_t classes
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(rows * n):
        if not 0 <= labels[i] < classes:
            return i // n
    return -1


def first_nan(const real[:, ::1] y):
    """Return the number of the first row with a NaN in it, or -1."""
    cdef Py_ssize_t found = -1
    if y.shape[0] > 0 and y.shape[1] > 0:
        with nogil:
            found = _first_nan(&y[0, 0], y.shape[0], y.shape[1])
    return found


def first_outside(const int64_t[:, ::1] labels, Py_ssize_t n_classes):
    """Return the number of the first row with a label that is not 0 to n_classes - 1, or -1."""
    cdef Py_ssize_t found = -1
    if labels.shape[0] > 0 and labels.shape[1] > 0:
        with nogil:
            found = _first_outside(&labels[0, 0], labels.shape[0], labels.shape[1], n_classes)
    return found
