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
    """The largest element; n >= 1. A NaN is passed over, unless it comes first.

    Eight at a time, the last eight once more, and halves against halves: all in registers. With a
    remainder one by one, which goes through memory, three of these a row took 13 % of a step of
    10-45-45-10 at batch 1024 (one thread, Zen 5, 2026-11).
    """
    cdef real part[8]
    cdef real top = x[0]
    cdef Py_ssize_t i, j
    if n < 8:
        for i in range(1, n):
            top = x[i] if x[i] > top else top
        return top
    for j in range(8):
        part[j] = top
    for i in range(0, n - 7, 8):
        for j in range(8):
            part[j] = x[i + j] if x[i + j] > part[j] else part[j]
    for j in range(8):
        part[j] = x[n - 8 + j] if x[n - 8 + j] > part[j] else part[j]
    for j in range(4):
        part[j] = part[j + 4] if part[j + 4] > part[j] else part[j]
    for j in range(2):
        part[j] = part[j + 2] if part[j + 2] > part[j] else part[j]
    return part[1] if part[1] > part[0] else part[0]
