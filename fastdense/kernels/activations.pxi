# Activations, forward and backward. Elementwise ones work on any run of numbers; softmax on rows.

cdef enum:
    LINEAR
    RELU
    SIGMOID
    TANH
    SOFTMAX

ACTIVATIONS = {
    "linear": LINEAR, "relu": RELU, "sigmoid": SIGMOID, "tanh": TANH, "softmax": SOFTMAX,
}


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
    cdef real largest = z[0]
    cdef real total = 0
    for i in range(1, n):
        if z[i] > largest:
            largest = z[i]
    for i in range(n):
        h[i] = exp_real(z[i] - largest)
    for i in range(n):
        total += h[i]
    for i in range(n):
        h[i] /= total


cdef void activate_row(int activation, const real* z, real* h, Py_ssize_t n) noexcept nogil:
    if activation == SOFTMAX:
        softmax_row(z, h, n)
    else:
        activate(activation, z, h, n)


cdef void activation_backward(
    int activation, const real* h, const real* dh, real* dz, Py_ssize_t n
) noexcept nogil:
    """dz = dh * activation'(z), told from h = activation(z); dz may be dh. A whole row if softmax.
    """
    cdef Py_ssize_t i
    cdef real inner = 0
    if activation == RELU:
        for i in range(n):
            dz[i] = dh[i] if h[i] > 0 else <real> 0
    elif activation == SIGMOID:
        for i in range(n):
            dz[i] = dh[i] * (h[i] * (1 - h[i]))
    elif activation == TANH:
        for i in range(n):
            dz[i] = dh[i] * (1 - h[i] * h[i])
    elif activation == SOFTMAX:
        for i in range(n):
            inner += dh[i] * h[i]
        for i in range(n):
            dz[i] = h[i] * (dh[i] - inner)
    elif dz != dh:
        for i in range(n):
            dz[i] = dh[i]
