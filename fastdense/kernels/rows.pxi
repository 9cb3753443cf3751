# Sums and maxima along a row, by eight chains on every level: fast, and the same bits everywhere.


cdef double add_parts(const double* part) noexcept nogil:
    return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]))


cdef double row_sum(const real* x, Py_ssize_t n) noexcept nogil:
    """Sum of x by eight chains, on every level."""
    cdef double part[8]
    cdef Py_ssize_t i, j
    memset(part, 0, sizeof(part))
    for i in range(0, n - n % 8, 8):
        for j in range(8):
            part[j] += x[i + j]
    for i in range(n - n % 8, n):
        part[i % 8] += x[i]
    return add_parts(part)


cdef double row_spread(const real* x, Py_ssize_t n, double center) noexcept nogil:
    """Sum of (x - center)^2 by eight chains, on every level."""
    cdef double part[8]
    cdef double difference
    cdef Py_ssize_t i, j
    memset(part, 0, sizeof(part))
    for i in range(0, n - n % 8, 8):
        for j in range(8):
            difference = x[i + j] - center
            part[j] += difference * difference
    for i in range(n - n % 8, n):
        difference = x[i] - center
        part[i % 8] += difference * difference
    return add_parts(part)


cdef double row_dot(const real* x, const real* y, Py_ssize_t n) noexcept nogil:
    """Sum of x * y by eight chains, on every level.

    A single chain, `total += x[i] * y[i]`, would be multiply-adds or products and sums, as the
    compiler vectorises it; these are multiply-adds wherever the level has them.
    """
    cdef double part[8]
    cdef Py_ssize_t i, j
    memset(part, 0, sizeof(part))
    for i in range(0, n - n % 8, 8):
        for j in range(8):
            part[j] += <double> x[i + j] * y[i + j]
    for i in range(n - n % 8, n):
        part[i % 8] += <double> x[i] * y[i]
    return add_parts(part)


cdef real row_largest(const real* x, Py_ssize_t n) noexcept nogil:
    """The largest element; n >= 1. A NaN is passed over, unless all that it meets are NaN."""
    cdef real part[8]
    cdef Py_ssize_t i, j
    for j in range(8):
        part[j] = x[0]
    for i in range(0, n - n % 8, 8):
        for j in range(8):
            part[j] = x[i + j] if x[i + j] > part[j] else part[j]
    for i in range(n - n % 8, n):
        part[i % 8] = x[i] if x[i] > part[i % 8] else part[i % 8]
    for j in range(1, 8):
        part[0] = part[j] if part[j] > part[0] else part[0]
    return part[0]
