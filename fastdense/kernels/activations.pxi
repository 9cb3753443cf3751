# Activations, forward and backward.
#
# Those that `activate` knows are elementwise and told from their output alone: a dense layer does
# them in its epilogue. The others are stages of their own, told from input and output: some need
# whole rows, some are curves (curves.pxi), elementwise and with up to MAX_PARAMETERS constants c.

cdef enum:
    LINEAR
    RELU
    SIGMOID
    TANH
    SOFTMAX
    LOG_SOFTMAX
    SPARSEMAX
    FIRST_CURVE = RECTIFIER

cdef enum:
    MAX_PARAMETERS = 4

ACTIVATIONS = {
    "linear": LINEAR, "relu": RELU, "sigmoid": SIGMOID, "tanh": TANH, "softmax": SOFTMAX,
    "log_softmax": LOG_SOFTMAX, "sparsemax": SPARSEMAX, **CURVES,
}
FUSED_ACTIVATIONS = frozenset({"linear", "relu", "sigmoid", "tanh"})


cdef int read_parameters(str activation, parameters, real* c) except -1:
    """Copy the constants of an activation, as many as it has."""
    cdef int i
    expected = CURVE_PARAMETERS.get(activation, 0)
    if len(parameters) != expected:
        raise ValueError(f"{activation}: expected {expected} parameters. Received: {parameters}.")
    for i in range(expected):
        c[i] = parameters[i]
    return 0


cdef void activate(int activation, const real* z, real* h, Py_ssize_t n) noexcept nogil:
    """h = activation(z), elementwise; h may be z."""
    cdef Py_ssize_t i
    if activation == RELU:
        for i in range(n):
            h[i] = <real> 0 if z[i] < 0 else z[i]  # a NaN is not below zero: it stays
    elif activation == SIGMOID:
        for i in range(n):
            h[i] = sigmoid_real(z[i])
    elif activation == TANH:
        for i in range(n):
            h[i] = tanh_real(z[i])
    elif h != z:
        for i in range(n):
            h[i] = z[i]


cdef void softmax_row(const real* z, real* h, Py_ssize_t n) noexcept nogil:
    """h = exp(z - max z) / sum; n >= 1. The largest entry of h is exactly 1 / sum."""
    cdef Py_ssize_t i
    cdef real largest = row_largest(z, n)
    cdef real total
    for i in range(n):
        h[i] = exp_real(z[i] - largest)
    total = <real> row_sum(h, n)
    for i in range(n):
        h[i] /= total


cdef void log_softmax_row(const real* z, real* h, Py_ssize_t n) noexcept nogil:
    """h = z - max z - log(sum exp(z - max z)); n >= 1."""
    cdef Py_ssize_t i
    cdef real largest = row_largest(z, n)
    cdef double total = 0
    for i in range(n):
        total += exp_real(z[i] - largest)
    cdef real log_total = <real> log(total)
    for i in range(n):
        h[i] = z[i] - largest - log_total


cdef void sparsemax_row(const real* z, real* h, Py_ssize_t n) noexcept nogil:
    """h = max(z - tau, 0) with sum h = 1: the nearest distribution. Michelot's algorithm (1986):
    tau from all entries, then from those above it, until none is dropped."""
    cdef Py_ssize_t i
    cdef Py_ssize_t left = n, before = n + 1
    cdef real largest = row_largest(z, n)
    cdef double tau = 0
    cdef double total = 0
    for i in range(n):
        total += <double> z[i] - largest
    tau = (total - 1) / left
    while 0 < left < before:
        before, left, total = left, 0, 0
        for i in range(n):
            if <double> z[i] - largest > tau:
                left += 1
                total += <double> z[i] - largest
        if left > 0:
            tau = (total - 1) / left
    for i in range(n):
        total = <double> z[i] - largest - tau
        h[i] = <real> 0 if total < 0 else <real> total


cdef void activate_row(int activation, const real* z, real* h, Py_ssize_t n) noexcept nogil:
    """An activation without parameters, on a row."""
    activation_row(activation, NULL, z, h, n)


cdef void activation_row(
    int activation, const real* c, const real* z, real* h, Py_ssize_t n
) noexcept nogil:
    """h = activation(z), any of them, on a row; h may be z."""
    if activation == SOFTMAX:
        softmax_row(z, h, n)
    elif activation == LOG_SOFTMAX:
        log_softmax_row(z, h, n)
    elif activation == SPARSEMAX:
        sparsemax_row(z, h, n)
    elif activation >= FIRST_CURVE:
        curve(activation, c, z, h, n)
    else:
        activate(activation, z, h, n)


cdef void activation_row_backward(
    int activation, const real* c, const real* z, const real* h, const real* dh, real* dz,
    Py_ssize_t n
) noexcept nogil:
    """dz = dh * derivative of activation_row; dz may be dh."""
    cdef Py_ssize_t i, support = 0
    cdef real total = 0
    if activation == LOG_SOFTMAX:
        for i in range(n):
            total += dh[i]
        for i in range(n):
            dz[i] = dh[i] - exp_real(h[i]) * total
    elif activation == SPARSEMAX:
        for i in range(n):
            if h[i] > 0:
                total += dh[i]
                support += 1
        for i in range(n):
            dz[i] = dh[i] - total / <real> support if h[i] > 0 else <real> 0
    elif activation >= FIRST_CURVE:
        curve_backward(activation, c, z, dh, dz, n)
    else:
        activation_backward(activation, h, dh, dz, n)


cdef void activation_backward(
    int activation, const real* h, const real* dh, real* dz, Py_ssize_t n
) noexcept nogil:
    """dz = dh * activation'(z), told from h = activation(z); dz may be dh. A whole row if softmax.
    """
    cdef Py_ssize_t i
    cdef real inner
    if activation == RELU:
        for i in range(n):
            inner = dh[i]  # of every i, or SSE2, which has no masked load, gets a branch for each
            dz[i] = inner if h[i] > 0 else <real> 0
    elif activation == SIGMOID:
        for i in range(n):
            dz[i] = dh[i] * (h[i] * (1 - h[i]))
    elif activation == TANH:
        for i in range(n):
            dz[i] = dh[i] * (1 - h[i] * h[i])
    elif activation == SOFTMAX:
        inner = <real> row_dot(dh, h, n)
        for i in range(n):
            dz[i] = h[i] * (dh[i] - inner)
    elif dz != dh:
        for i in range(n):
            dz[i] = dh[i]
