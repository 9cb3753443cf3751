# Curves: elementwise activations told from their input (curves.h), each by one loop that the
# compiler vectorises. dz = dh * slope.

cdef enum:
    RECTIFIER = 16  # above the codes of activations.pxi. Parameters: threshold, low, high, slope
    EXPONENTIAL_UNIT  # a, b, c
    RAMP  # shift, scale, low
    HARD_SILU
    THRESHOLD  # threshold, value
    HARD_SHRINK  # threshold
    SOFT_SHRINK  # threshold
    GELU
    GELU_TANH
    SILU
    SOFTPLUS
    LOG_SIGMOID
    SOFTSIGN
    TANH_SHRINK
    EXPONENTIAL
    MISH
    SPARSE_PLUS
    SQUAREPLUS  # b

CURVES = {
    "rectifier": RECTIFIER, "exponential_unit": EXPONENTIAL_UNIT, "ramp": RAMP,
    "hard_silu": HARD_SILU, "threshold": THRESHOLD, "hard_shrink": HARD_SHRINK,
    "soft_shrink": SOFT_SHRINK, "gelu": GELU, "gelu_tanh": GELU_TANH, "silu": SILU,
    "softplus": SOFTPLUS, "log_sigmoid": LOG_SIGMOID, "softsign": SOFTSIGN,
    "tanh_shrink": TANH_SHRINK, "exponential": EXPONENTIAL, "mish": MISH,
    "sparse_plus": SPARSE_PLUS, "squareplus": SQUAREPLUS,
}
CURVE_PARAMETERS = {"rectifier": 4, "exponential_unit": 3, "ramp": 3, "threshold": 2,
                    "hard_shrink": 1, "soft_shrink": 1, "squareplus": 1}  # the others: none


cdef void curve(int kind, const real* p, const real* z, real* h, Py_ssize_t n) noexcept nogil:
    """h = curve(z); h may be z."""
    cdef Py_ssize_t i
    cdef real c0 = 0, c1 = 0, c2 = 0, c3 = 0
    if p != NULL:
        c0, c1, c2, c3 = p[0], p[1], p[2], p[3]
    if kind == RECTIFIER:
        for i in range(n):
            h[i] = rectifier(z[i], c0, c1, c2, c3)
    elif kind == EXPONENTIAL_UNIT:
        for i in range(n):
            h[i] = exponential_unit(z[i], c0, c1, c2)
    elif kind == RAMP:
        for i in range(n):
            h[i] = ramp(z[i], c0, c1, c2)
    elif kind == HARD_SILU:
        for i in range(n):
            h[i] = hard_silu(z[i])
    elif kind == THRESHOLD:
        for i in range(n):
            h[i] = c1 if z[i] <= c0 else z[i]
    elif kind == HARD_SHRINK:
        for i in range(n):
            h[i] = <real> 0 if magnitude(z[i]) <= c0 else z[i]
    elif kind == SOFT_SHRINK:
        for i in range(n):
            h[i] = soft_shrink(z[i], c0)
    elif kind == GELU:
        for i in range(n):
            h[i] = gelu(z[i])
    elif kind == GELU_TANH:
        for i in range(n):
            h[i] = gelu_tanh(z[i])
    elif kind == SILU:
        for i in range(n):
            h[i] = z[i] * sigmoid_real(z[i])
    elif kind == SOFTPLUS:
        for i in range(n):
            h[i] = softplus(z[i])
    elif kind == LOG_SIGMOID:
        for i in range(n):
            h[i] = -softplus(-z[i])
    elif kind == SOFTSIGN:
        for i in range(n):
            h[i] = z[i] / (1 + magnitude(z[i]))
    elif kind == TANH_SHRINK:
        for i in range(n):
            h[i] = z[i] - tanh_real(z[i])
    elif kind == EXPONENTIAL:
        for i in range(n):
            h[i] = exp_real(z[i])
    elif kind == MISH:
        for i in range(n):
            h[i] = mish(z[i])
    elif kind == SPARSE_PLUS:
        for i in range(n):
            h[i] = sparse_plus(z[i])
    elif kind == SQUAREPLUS:
        for i in range(n):
            h[i] = squareplus(z[i], c0)


cdef void curve_backward(
    int kind, const real* p, const real* z, const real* dh, real* dz, Py_ssize_t n
) noexcept nogil:
    """dz = dh * slope of the curve at z; dz may be dh."""
    cdef Py_ssize_t i
    cdef real c0 = 0, c1 = 0, c2 = 0, c3 = 0
    if p != NULL:
        c0, c1, c2, c3 = p[0], p[1], p[2], p[3]
    if kind == RECTIFIER:
        for i in range(n):
            dz[i] = dh[i] * rectifier_slope(z[i], c0, c1, c2, c3)
    elif kind == EXPONENTIAL_UNIT:
        for i in range(n):
            dz[i] = dh[i] * exponential_unit_slope(z[i], c0, c1, c2)
    elif kind == RAMP:
        for i in range(n):
            dz[i] = dh[i] * ramp_slope(z[i], c0, c1, c2)
    elif kind == HARD_SILU:
        for i in range(n):
            dz[i] = dh[i] * hard_silu_slope(z[i])
    elif kind == THRESHOLD:
        for i in range(n):
            dz[i] = dh[i] * (z[i] > c0)
    elif kind == HARD_SHRINK:
        for i in range(n):
            dz[i] = dh[i] * (magnitude(z[i]) > c0)
    elif kind == SOFT_SHRINK:
        for i in range(n):
            dz[i] = dh[i] * (magnitude(z[i]) > c0)
    elif kind == GELU:
        for i in range(n):
            dz[i] = dh[i] * gelu_slope(z[i])
    elif kind == GELU_TANH:
        for i in range(n):
            dz[i] = dh[i] * gelu_tanh_slope(z[i])
    elif kind == SILU:
        for i in range(n):
            dz[i] = dh[i] * silu_slope(z[i])
    elif kind == SOFTPLUS:
        for i in range(n):
            dz[i] = dh[i] * sigmoid_real(z[i])
    elif kind == LOG_SIGMOID:
        for i in range(n):
            dz[i] = dh[i] * sigmoid_real(-z[i])
    elif kind == SOFTSIGN:
        for i in range(n):
            dz[i] = dh[i] * 1 / ((1 + magnitude(z[i])) * (1 + magnitude(z[i])))
    elif kind == TANH_SHRINK:
        for i in range(n):
            dz[i] = dh[i] * tanh_real(z[i]) * tanh_real(z[i])
    elif kind == EXPONENTIAL:
        for i in range(n):
            dz[i] = dh[i] * exp_real(z[i])
    elif kind == MISH:
        for i in range(n):
            dz[i] = dh[i] * mish_slope(z[i])
    elif kind == SPARSE_PLUS:
        for i in range(n):
            dz[i] = dh[i] * ramp(z[i], 1, <real> 0.5, 0)
    elif kind == SQUAREPLUS:
        for i in range(n):
            dz[i] = dh[i] * squareplus_slope(z[i], c0)
