# Elementwise optimizer steps. One function serves the fused path (a hot tile of the weight
# gradient), the biases and fastdense.ops, so that all of them give the same bits. Numbers that
# change from step to step come as a row of `factors`, made in double by the optimizer.

from .rules import FACTORS

cdef enum:
    SGD
    RMSPROP
    ADAGRAD
    ADAM

UPDATES = {"sgd": SGD, "rmsprop": RMSPROP, "adagrad": ADAGRAD, "adam": ADAM}

cdef enum:
    MAX_SLOTS = 3
    N_FACTORS = 2

if len(FACTORS) != N_FACTORS:
    raise ImportError("fastdense: the kernels and rules.py are of different versions.")

cdef struct Update:
    int kind
    int n_slots
    bint nesterov
    bint centered
    bint amsgrad
    real momentum
    real rho
    real one_minus_rho
    real one_minus_beta_1
    real one_minus_beta_2
    real epsilon
    real decay  # of this step, as the following
    real rate


cdef Update make_update(str kind, dict hyper):
    """Read an UpdateRule; 1 - rho is rounded once, from the double, as in Keras."""
    cdef Update u
    memset(&u, 0, sizeof(Update))
    u.kind = UPDATES[kind]
    u.nesterov = bool(hyper.get("nesterov", False))
    u.centered = bool(hyper.get("centered", False))
    u.amsgrad = bool(hyper.get("amsgrad", False))
    u.momentum = hyper.get("momentum", 0.0)
    u.rho = hyper.get("rho", 0.0)
    u.one_minus_rho = 1.0 - <double> hyper.get("rho", 0.0)
    u.one_minus_beta_1 = 1.0 - <double> hyper.get("beta_1", 0.0)
    u.one_minus_beta_2 = 1.0 - <double> hyper.get("beta_2", 0.0)
    u.epsilon = hyper.get("epsilon", 0.0)
    u.n_slots = _own_slots(u.kind) + (u.momentum > 0) + u.centered + u.amsgrad
    return u


cdef int _own_slots(int kind):
    """Slots of a kind whatever its settings."""
    if kind == SGD:
        return 0
    return 2 if kind == ADAM else 1


cdef void start_step(Update* u, const double* factors) noexcept nogil:
    """Take the numbers of a step, in the order of rules.FACTORS."""
    u.decay = <real> factors[0]
    u.rate = <real> factors[1]


cdef void update(
    const Update* u, real* w, const real* g, real** slots, Py_ssize_t n
) noexcept nogil:
    """One step of w along the gradient g; slots as listed by the optimizer's rule."""
    if u.decay != 0:
        decay(u.decay, w, n)
    if u.kind == SGD:
        _sgd(u, w, g, slots[0], n)
    elif u.kind == ADAGRAD:
        _adagrad(u, w, g, slots[0], n)
    elif u.kind == ADAM:
        _adam(u, w, g, slots[0], slots[1], slots[2], n)
    elif u.centered:
        _rmsprop_centered(u, w, g, slots, n)
    else:
        _rmsprop(u, w, g, slots[0], slots[1], n)


cdef void decay(real factor, real* w, Py_ssize_t n) noexcept nogil:
    """w -= factor w."""
    cdef Py_ssize_t i
    for i in range(n):
        w[i] -= factor * w[i]


cdef void _sgd(const Update* u, real* w, const real* g, real* m, Py_ssize_t n) noexcept nogil:
    """m = momentum m - lr g;  w += m, or momentum m - lr g once more with Nesterov."""
    cdef Py_ssize_t i
    cdef real lr = u.rate
    cdef real momentum = u.momentum
    if momentum == 0:
        for i in range(n):
            w[i] -= lr * g[i]
    elif u.nesterov:
        for i in range(n):
            m[i] = momentum * m[i] - lr * g[i]
            w[i] += momentum * m[i] - lr * g[i]
    else:
        for i in range(n):
            m[i] = momentum * m[i] - lr * g[i]
            w[i] += m[i]


cdef void _adagrad(const Update* u, real* w, const real* g, real* acc, Py_ssize_t n) noexcept nogil:
    """acc += g^2;  w -= lr g / sqrt(acc + epsilon)."""
    cdef Py_ssize_t i
    cdef real lr = u.rate
    cdef real epsilon = u.epsilon
    for i in range(n):
        acc[i] += g[i] * g[i]
        w[i] -= lr * g[i] / square_root(acc[i] + epsilon)


cdef void _rmsprop(
    const Update* u, real* w, const real* g, real* v, real* m, Py_ssize_t n
) noexcept nogil:
    """v = rho v + (1 - rho) g^2;  w -= lr g / sqrt(v + epsilon), by way of m with momentum."""
    cdef Py_ssize_t i
    cdef real lr = u.rate
    cdef real rho = u.rho
    cdef real rest = u.one_minus_rho
    cdef real epsilon = u.epsilon
    cdef real momentum = u.momentum
    if momentum == 0:
        for i in range(n):
            v[i] = rho * v[i] + rest * (g[i] * g[i])
            w[i] -= lr * g[i] / square_root(v[i] + epsilon)
    else:
        for i in range(n):
            v[i] = rho * v[i] + rest * (g[i] * g[i])
            m[i] = momentum * m[i] + lr * g[i] / square_root(v[i] + epsilon)
            w[i] -= m[i]


cdef void _rmsprop_centered(
    const Update* u, real* w, const real* g, real** slots, Py_ssize_t n
) noexcept nogil:
    """As _rmsprop, with the running mean of g, the last slot: sqrt(v - mean^2 + epsilon)."""
    cdef Py_ssize_t i
    cdef real* v = slots[0]
    cdef real* m = slots[1]
    cdef real* mean = slots[u.n_slots - 1]
    cdef real lr = u.rate
    cdef real rho = u.rho
    cdef real rest = u.one_minus_rho
    cdef real epsilon = u.epsilon
    cdef real momentum = u.momentum
    cdef real step
    for i in range(n):
        v[i] = rho * v[i] + rest * (g[i] * g[i])
        mean[i] = rho * mean[i] + rest * g[i]
        step = lr * g[i] / square_root(v[i] - mean[i] * mean[i] + epsilon)
        if momentum != 0:
            m[i] = momentum * m[i] + step
            step = m[i]
        w[i] -= step


cdef void _adam(
    const Update* u, real* w, const real* g, real* m, real* v, real* v_hat, Py_ssize_t n
) noexcept nogil:
    """m and v: running means of g and g^2;  w -= rate m / (sqrt(v) + epsilon).

    rate = lr sqrt(1 - beta_2^t) / (1 - beta_1^t). AMSGrad divides by the largest v so far.
    """
    cdef Py_ssize_t i
    cdef real rate = u.rate
    cdef real rest_1 = u.one_minus_beta_1
    cdef real rest_2 = u.one_minus_beta_2
    cdef real epsilon = u.epsilon
    if u.amsgrad:
        for i in range(n):
            m[i] += (g[i] - m[i]) * rest_1
            v[i] += (g[i] * g[i] - v[i]) * rest_2
            v_hat[i] = v_hat[i] if v_hat[i] >= v[i] else v[i]
            w[i] -= m[i] * rate / (square_root(v_hat[i]) + epsilon)
    else:
        for i in range(n):
            m[i] += (g[i] - m[i]) * rest_1
            v[i] += (g[i] * g[i] - v[i]) * rest_2
            w[i] -= m[i] * rate / (square_root(v[i]) + epsilon)
