# Elementwise optimizer steps. One function serves the fused path (a hot tile of the weight
# gradient), the biases and fastdense.ops, so that all of them give the same bits.

cdef enum:
    SGD
    RMSPROP
    ADAGRAD

UPDATES = {"sgd": SGD, "rmsprop": RMSPROP, "adagrad": ADAGRAD}

cdef enum:
    MAX_SLOTS = 3

cdef struct Update:
    int kind
    int n_slots
    bint nesterov
    bint centered
    real learning_rate
    real momentum
    real rho
    real one_minus_rho
    real epsilon


cdef Update make_update(str kind, dict hyper):
    """Read an UpdateRule; 1 - rho is rounded once, from the double, as in Keras."""
    cdef Update u
    u.kind = UPDATES[kind]
    u.learning_rate = 0
    u.nesterov = bool(hyper.get("nesterov", False))
    u.centered = bool(hyper.get("centered", False))
    u.momentum = hyper.get("momentum", 0.0)
    u.rho = hyper.get("rho", 0.0)
    u.one_minus_rho = 1.0 - <double> hyper.get("rho", 0.0)
    u.epsilon = hyper.get("epsilon", 0.0)
    u.n_slots = (u.kind != SGD) + (u.kind != ADAGRAD and u.momentum > 0) + u.centered
    return u


cdef void update(
    const Update* u, real* w, const real* g, real** slots, Py_ssize_t n
) noexcept nogil:
    """One step of w along the gradient g; slots as listed by the optimizer's rule."""
    if u.kind == SGD:
        _sgd(u, w, g, slots[0], n)
    elif u.kind == ADAGRAD:
        _adagrad(u, w, g, slots[0], n)
    elif u.centered:
        _rmsprop_centered(u, w, g, slots, n)
    else:
        _rmsprop(u, w, g, slots[0], slots[1], n)


cdef void _sgd(const Update* u, real* w, const real* g, real* m, Py_ssize_t n) noexcept nogil:
    """m = momentum m - lr g;  w += m, or momentum m - lr g once more with Nesterov."""
    cdef Py_ssize_t i
    cdef real lr = u.learning_rate
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
    for i in range(n):
        acc[i] += g[i] * g[i]
        w[i] -= u.learning_rate * g[i] / square_root(acc[i] + u.epsilon)


cdef void _rmsprop(
    const Update* u, real* w, const real* g, real* v, real* m, Py_ssize_t n
) noexcept nogil:
    """v = rho v + (1 - rho) g^2;  w -= lr g / sqrt(v + epsilon), by way of m with momentum."""
    cdef Py_ssize_t i
    cdef real lr = u.learning_rate
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
    cdef real lr = u.learning_rate
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
