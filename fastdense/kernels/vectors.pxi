# Stages with one weight a column: batch normalization, layer normalization, PReLU.
#
# What is summed over the batch (statistics, gradients of the weights) is summed column by column:
# a thread takes whole columns, a strip of PANEL at a time, adds row by row in float64, and goes on
# to use the sums at once. So neither threads nor levels change a bit.

cdef enum:
    STRIP = 64  # at least PANEL


cdef void column_moments(
    const real* x, Py_ssize_t stride, Py_ssize_t rows, Py_ssize_t width, double* mean,
    double* variance
) noexcept nogil:
    """Mean and biased variance of `width` columns, in two passes."""
    cdef Py_ssize_t row, j
    cdef double difference
    memset(mean, 0, width * sizeof(double))
    memset(variance, 0, width * sizeof(double))
    for row in range(rows):
        for j in range(width):
            mean[j] += x[row * stride + j]
    for j in range(width):
        mean[j] /= <double> rows
    for row in range(rows):
        for j in range(width):
            difference = x[row * stride + j] - mean[j]
            variance[j] += difference * difference
    for j in range(width):
        variance[j] /= <double> rows


cdef void batch_normalization_forward(
    CStage* s, const real* x, Py_ssize_t rows, bint training, real* saved, real* h, int thread,
    int threads
) noexcept nogil:
    """h = gamma (x - mean) / sqrt(variance + epsilon) + beta, of the batch or as moved along.

    `saved` (2, packed_width(n)) receives mean and 1 / sqrt(...) for the backward pass, or is NULL.
    """
    cdef Py_ssize_t n = s.n_in, stride = row_stride(s.n_in)
    cdef Py_ssize_t panel, at, width, row, j
    cdef double mean[STRIP]
    cdef double variance[STRIP]
    cdef real center[STRIP]
    cdef real factor[STRIP]
    cdef real momentum = s.parameters[1], rest = s.parameters[2]
    for panel in range(share(n_panels(n), thread, threads),
                       share(n_panels(n), thread + 1, threads)):
        at = panel * PANEL
        width = min(<Py_ssize_t> PANEL, n - at)
        if training:
            column_moments(x + at, stride, rows, width, mean, variance)
            for j in range(width):
                s.mean[at + j] = s.mean[at + j] * momentum + <real> mean[j] * rest
                s.variance[at + j] = s.variance[at + j] * momentum + <real> variance[j] * rest
        else:
            for j in range(width):
                mean[j] = s.mean[at + j]
                variance[j] = s.variance[at + j]
        for j in range(width):
            center[j] = <real> mean[j]
            factor[j] = 1 / square_root(
                larger(<real> variance[j] + s.parameters[0], s.parameters[3]))
        if saved != NULL:
            memcpy(saved + at, center, width * sizeof(real))
            memcpy(saved + packed_width(n) + at, factor, width * sizeof(real))
        for j in range(width):
            factor[j] *= s.w[at + j]
        for row in range(rows):
            for j in range(width):
                h[row * stride + at + j] = (
                    (x[row * stride + at + j] - center[j]) * factor[j] + s.b[at + j])


cdef void batch_normalization_backward(
    CStage* s, Weights* weights, const real* x, Py_ssize_t rows, const real* saved, real* d,
    int thread, int threads
) noexcept nogil:
    """d = gamma / sqrt(...) (d - mean d - y mean(d y)), y the normalized x; frozen without means.
    """
    cdef Py_ssize_t n = s.n_in, stride = row_stride(s.n_in)
    cdef Py_ssize_t panel, at, width, row, j
    cdef double sums[STRIP]
    cdef double products[STRIP]
    cdef real center[STRIP]
    cdef real inverse[STRIP]
    cdef real factor[STRIP]
    cdef real first[STRIP]
    cdef real second[STRIP]
    cdef real y
    for panel in range(share(n_panels(n), thread, threads),
                       share(n_panels(n), thread + 1, threads)):
        at = panel * PANEL
        width = min(<Py_ssize_t> PANEL, n - at)
        memcpy(center, saved + at, width * sizeof(real))
        memcpy(inverse, saved + packed_width(n) + at, width * sizeof(real))
        for j in range(width):
            factor[j] = s.w[at + j] * inverse[j]
            first[j] = second[j] = 0
        if s.trainable:
            column_products(x + at, d + at, stride, rows, width, center, inverse, sums, products)
            for j in range(width):
                first[j] = <real> (sums[j] / <double> rows)
                second[j] = <real> (products[j] / <double> rows)
        for row in range(rows):
            for j in range(width):
                y = (x[row * stride + at + j] - center[j]) * inverse[j]
                d[row * stride + at + j] = factor[j] * (
                    d[row * stride + at + j] - first[j] - y * second[j])
        if s.trainable:
            use_vector_gradients(s, weights, at, width, products, sums)


cdef void column_products(
    const real* x, const real* d, Py_ssize_t stride, Py_ssize_t rows, Py_ssize_t width,
    const real* center, const real* inverse, double* sums, double* products
) noexcept nogil:
    """sums = sum of d, products = sum of d (x - center) inverse, down `width` columns."""
    cdef Py_ssize_t row, j
    memset(sums, 0, width * sizeof(double))
    memset(products, 0, width * sizeof(double))
    for row in range(rows):
        for j in range(width):
            sums[j] += d[row * stride + j]
            products[j] += <double> d[row * stride + j] * (
                (x[row * stride + j] - center[j]) * inverse[j])


cdef void use_vector_gradients(
    CStage* s, Weights* weights, Py_ssize_t at, Py_ssize_t width, const double* w_sums,
    const double* b_sums
) noexcept nogil:
    """Update `width` weights from `at` on by the optimizer, or keep their gradients."""
    cdef real g[STRIP]
    cdef Py_ssize_t j
    if s.use_kernel:
        for j in range(width):
            g[j] = <real> w_sums[j]
        _apply(weights, s.w, weights.w_gradient, s.w_slots, s.w_decays, at, g, width, NULL)
    if s.use_bias:
        for j in range(width):
            g[j] = <real> b_sums[j]
        _apply(weights, s.b, weights.b_gradient, s.b_slots, s.b_decays, at, g, width, NULL)


cdef void layer_normalization_row(
    const CStage* s, const real* x, real* h, real* saved
) noexcept nogil:
    """h = gamma (x - mean) / sqrt(variance + epsilon) + beta, of the row itself."""
    cdef Py_ssize_t n = s.n_in, j
    cdef double mean = row_sum(x, n) / <double> n
    cdef real variance = <real> (row_spread(x, n, mean) / <double> n)
    cdef real center = <real> mean
    cdef real inverse = 1 / square_root(variance + s.parameters[0])
    if saved != NULL:
        saved[0] = center
        saved[1] = inverse
    for j in range(n):
        h[j] = (x[j] - center) * inverse * s.w[j] + s.b[j]


cdef void layer_normalization_row_backward(
    const CStage* s, const real* x, const real* saved, const real* d, real* dx
) noexcept nogil:
    """dx = (g - mean g - y mean(g y)) / sqrt(...), with g = gamma d and y the normalized x."""
    cdef Py_ssize_t n = s.n_in, j
    cdef real center = saved[0], inverse = saved[1]
    cdef real first, second
    for j in range(n):  # products before their sum: whether an FMA joins them is the compiler's
        dx[j] = d[j] * s.w[j] * ((x[j] - center) * inverse)
    second = <real> (row_sum(dx, n) / <double> n)
    for j in range(n):
        dx[j] = d[j] * s.w[j]
    first = <real> (row_sum(dx, n) / <double> n)
    for j in range(n):
        dx[j] = inverse * (dx[j] - first - (x[j] - center) * inverse * second)


cdef void layer_normalization_weights(
    CStage* s, Weights* weights, const real* x, Py_ssize_t rows, const real* saved, const real* d,
    int thread, int threads
) noexcept nogil:
    """Gradients of gamma, sum d y, and beta, sum d, and what becomes of them."""
    cdef Py_ssize_t n = s.n_in, stride = row_stride(s.n_in)
    cdef Py_ssize_t panel, at, width, row, j
    cdef double sums[STRIP]
    cdef double products[STRIP]
    for panel in range(share(n_panels(n), thread, threads),
                       share(n_panels(n), thread + 1, threads)):
        at = panel * PANEL
        width = min(<Py_ssize_t> PANEL, n - at)
        memset(sums, 0, sizeof(sums))
        memset(products, 0, sizeof(products))
        for row in range(rows):
            for j in range(width):
                sums[j] += d[row * stride + at + j]
                products[j] += <double> d[row * stride + at + j] * (
                    (x[row * stride + at + j] - saved[2 * row]) * saved[2 * row + 1])
        use_vector_gradients(s, weights, at, width, products, sums)


cdef void prelu_row(const CStage* s, const real* x, real* h) noexcept nogil:
    """h = x where x > 0, else alpha x.

    Both for every j, as in `prelu_backward`: loaded only where it is wanted, alpha needs a branch
    for each. Without, steps of 64-512-PReLU-10 take 0.40 of the time (avx512, batch 128, one
    thread, Zen 5, 2026-11).
    """
    cdef Py_ssize_t j
    cdef real low
    for j in range(s.n_in):
        low = s.w[j] * x[j]
        h[j] = x[j] if x[j] > 0 else low


cdef void prelu_backward(
    CStage* s, Weights* weights, const real* x, Py_ssize_t rows, real* d, int thread, int threads
) noexcept nogil:
    """d *= 1 where x > 0, else alpha; the gradient of alpha is the sum of d x where x < 0."""
    cdef Py_ssize_t n = s.n_in, stride = row_stride(s.n_in)
    cdef Py_ssize_t panel, at, width, row, j, i
    cdef double product
    cdef real low
    cdef double sums[STRIP]
    for panel in range(share(n_panels(n), thread, threads),
                       share(n_panels(n), thread + 1, threads)):
        at = panel * PANEL
        width = min(<Py_ssize_t> PANEL, n - at)
        memset(sums, 0, sizeof(sums))
        for row in range(rows):
            for j in range(width):
                i = row * stride + at + j
                product = <double> d[i] * x[i]
                sums[j] += product if x[i] < 0 else 0
                low = d[i] * s.w[at + j]
                d[i] = low if x[i] < 0 else d[i]
        if s.trainable:
            use_vector_gradients(s, weights, at, width, sums, NULL)
