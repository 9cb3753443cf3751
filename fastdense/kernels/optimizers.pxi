# Elementwise optimizer steps. One function serves the fused path (a hot tile of the weight
# gradient), the biases and fastdense.ops, so that all of them give the same bits. Numbers that
# change from step to step come as a row of `factors`, made in double by the optimizer.
#
# A loop that ends with a root and a division is written twice: with its end, and for tiles that
# compute that beside their sums. Always leaving it, and doing it at once where no tile comes, would
# be one loop, but two passes: 3 to 6 % of a step of small batches, 2 to 4 % with AVX2 (2026-11).

from .rules import Factors

cdef enum:
    SGD
    RMSPROP
    ADAGRAD
    ADADELTA
    ADAM
    ADAMAX
    NADAM
    LION

UPDATES = {"sgd": SGD, "rmsprop": RMSPROP, "adagrad": ADAGRAD, "adadelta": ADADELTA, "adam": ADAM,
           "adamax": ADAMAX, "nadam": NADAM, "lion": LION}

cdef enum:
    MAX_SLOTS = 3
    N_FACTORS = 4

if len(Factors._fields) != N_FACTORS:
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
    real beta_1
    real beta_2
    real one_minus_beta_1
    real one_minus_beta_2
    real epsilon
    real decay  # of this step, as the following
    real rate
    real gradient_rate
    real scale


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
    u.beta_1 = hyper.get("beta_1", 0.0)
    u.beta_2 = hyper.get("beta_2", 0.0)
    u.one_minus_beta_1 = 1.0 - <double> hyper.get("beta_1", 0.0)
    u.one_minus_beta_2 = 1.0 - <double> hyper.get("beta_2", 0.0)
    u.epsilon = hyper.get("epsilon", 0.0)
    u.n_slots = _own_slots(u.kind) + (u.momentum > 0) + u.centered + u.amsgrad
    return u


cdef int _own_slots(int kind):
    """Slots of a kind whatever its settings."""
    if kind == SGD:
        return 0
    return 1 if kind in (RMSPROP, ADAGRAD, LION) else 2


cdef void start_step(Update* u, const double* factors) noexcept nogil:
    """Take the numbers of a step, in the order of rules.Factors."""
    u.decay = <real> factors[0]
    u.rate = <real> factors[1]
    u.gradient_rate = <real> factors[2]
    u.scale = <real> factors[3]


cdef void update(
    const Update* u, real* w, const real* g, real** slots, Py_ssize_t n, quotients* rest
) noexcept nogil:
    """One step of w along the gradient g; slots as listed by the optimizer's rule.

    Without weight decay, from which some weights may be excluded. Unless `rest` is NULL, the slow
    end of the step may be left to it; until that is done, g and the slots have to stay.
    """
    if u.kind == SGD:
        _sgd(u, w, g, slots[0], n)
    elif u.kind == ADAGRAD:
        _adagrad(u, w, g, slots[0], n, rest)
    elif u.kind == ADADELTA:
        _adadelta(u, w, g, slots[0], slots[1], n)
    elif u.kind == ADAM:
        _adam(u, w, g, slots[0], slots[1], slots[2], n, rest)
    elif u.kind == ADAMAX:
        _adamax(u, w, g, slots[0], slots[1], n)
    elif u.kind == NADAM:
        _nadam(u, w, g, slots[0], slots[1], n)
    elif u.kind == LION:
        _lion(u, w, g, slots[0], n)
    elif u.centered:
        _rmsprop_centered(u, w, g, slots, n, rest)
    else:
        _rmsprop(u, w, g, slots[0], slots[1], n, rest)


cdef void _leave(
    quotients* rest, real* w, real rate, const real* top, const real* bottom, const real* mean,
    real inside, real outside, Py_ssize_t n
) noexcept nogil:
    """To be done: w -= rate top / (sqrt(bottom - mean^2 + inside) + outside)."""
    rest.to = w
    rest.rate = rate
    rest.top = top
    rest.bottom = bottom
    rest.mean = mean
    rest.inside = inside
    rest.outside = outside
    rest.n = n
    rest.done = 0


cdef void decay(real factor, real* w, Py_ssize_t n) noexcept nogil:
    """w -= factor w."""
    cdef Py_ssize_t i
    if factor == 0:
        return
    for i in range(n):
        w[i] -= factor * w[i]


cdef void _sgd(const Update* u, real* w, const real* g, real* m, Py_ssize_t n) noexcept nogil:
    """m = momentum m - lr g;  w += m, or momentum m - lr g once more with Nesterov."""
    cdef Py_ssize_t i
    # a * b + c * d: of a * b - c * d the compiler fuses now this, now that product with the
    # difference, since vectors of NEON have only one of the two instructions
    cdef real down = -u.rate
    cdef real momentum = u.momentum
    if momentum == 0:
        for i in range(n):
            w[i] += down * g[i]
    elif u.nesterov:
        for i in range(n):
            m[i] = momentum * m[i] + down * g[i]
            w[i] += momentum * m[i] + down * g[i]
    else:
        for i in range(n):
            m[i] = momentum * m[i] + down * g[i]
            w[i] += m[i]


cdef void _adagrad(
    const Update* u, real* w, const real* g, real* acc, Py_ssize_t n, quotients* rest
) noexcept nogil:
    """acc += g^2;  w -= lr g / sqrt(acc + epsilon)."""
    cdef Py_ssize_t i
    cdef real lr = u.rate
    cdef real epsilon = u.epsilon
    if rest != NULL:
        for i in range(n):
            acc[i] += g[i] * g[i]
        _leave(rest, w, lr, g, acc, NULL, epsilon, 0, n)
        return
    for i in range(n):
        acc[i] += g[i] * g[i]
        w[i] -= lr * g[i] / square_root(acc[i] + epsilon)


cdef void _rmsprop(
    const Update* u, real* w, const real* g, real* v, real* m, Py_ssize_t n, quotients* rest
) noexcept nogil:
    """v = rho v + (1 - rho) g^2;  w -= lr g / sqrt(v + epsilon), by way of m with momentum."""
    cdef Py_ssize_t i
    cdef real lr = u.rate
    cdef real rho = u.rho
    cdef real one_minus_rho = u.one_minus_rho
    cdef real epsilon = u.epsilon
    cdef real momentum = u.momentum
    if momentum == 0 and rest != NULL:
        for i in range(n):
            v[i] = rho * v[i] + one_minus_rho * (g[i] * g[i])
        _leave(rest, w, lr, g, v, NULL, epsilon, 0, n)
    elif momentum == 0:
        for i in range(n):
            v[i] = rho * v[i] + one_minus_rho * (g[i] * g[i])
            w[i] -= lr * g[i] / square_root(v[i] + epsilon)
    else:
        for i in range(n):
            v[i] = rho * v[i] + one_minus_rho * (g[i] * g[i])
            m[i] = momentum * m[i] + lr * g[i] / square_root(v[i] + epsilon)
            w[i] -= m[i]


cdef void _rmsprop_centered(
    const Update* u, real* w, const real* g, real** slots, Py_ssize_t n, quotients* rest
) noexcept nogil:
    """As _rmsprop, with the running mean of g, the last slot: sqrt(v - mean^2 + epsilon)."""
    cdef Py_ssize_t i
    cdef real* v = slots[0]
    cdef real* m = slots[1]
    cdef real* mean = slots[u.n_slots - 1]
    cdef real lr = u.rate
    cdef real rho = u.rho
    cdef real one_minus_rho = u.one_minus_rho
    cdef real epsilon = u.epsilon
    cdef real momentum = u.momentum
    if momentum == 0 and rest != NULL:
        for i in range(n):
            v[i] = rho * v[i] + one_minus_rho * (g[i] * g[i])
            mean[i] = rho * mean[i] + one_minus_rho * g[i]
        _leave(rest, w, lr, g, v, mean, epsilon, 0, n)
    elif momentum == 0:  # asked in the loop, it would keep GCC from vectors
        for i in range(n):
            v[i] = rho * v[i] + one_minus_rho * (g[i] * g[i])
            mean[i] = rho * mean[i] + one_minus_rho * g[i]
            w[i] -= lr * g[i] / square_root(v[i] - mean[i] * mean[i] + epsilon)
    else:
        for i in range(n):
            v[i] = rho * v[i] + one_minus_rho * (g[i] * g[i])
            mean[i] = rho * mean[i] + one_minus_rho * g[i]
            m[i] = momentum * m[i] + lr * g[i] / square_root(v[i] - mean[i] * mean[i] + epsilon)
            w[i] -= m[i]


cdef void _adadelta(
    const Update* u, real* w, const real* g, real* acc, real* moved, Py_ssize_t n
) noexcept nogil:
    """acc = rho acc + (1 - rho) g^2;  d = g sqrt(moved + epsilon) / sqrt(acc + epsilon).

    Then moved = rho moved + (1 - rho) d^2;  w -= lr d.
    """
    cdef Py_ssize_t i
    cdef real lr = u.rate
    cdef real rho = u.rho
    cdef real rest = u.one_minus_rho
    cdef real epsilon = u.epsilon
    cdef real d
    for i in range(n):
        acc[i] = rho * acc[i] + rest * (g[i] * g[i])
        d = square_root(moved[i] + epsilon) * g[i] / square_root(acc[i] + epsilon)
        moved[i] = rho * moved[i] + rest * (d * d)
        w[i] -= lr * d


cdef void _adam(
    const Update* u, real* w, const real* g, real* m, real* v, real* v_hat, Py_ssize_t n,
    quotients* rest,
) noexcept nogil:
    """m and v: running means of g and g^2;  w -= rate m / (sqrt(v) + epsilon).

    rate = lr sqrt(1 - beta_2^t) / (1 - beta_1^t). AMSGrad divides by the largest v so far.
    """
    cdef Py_ssize_t i
    cdef real rate = u.rate
    cdef real rest_1 = u.one_minus_beta_1
    cdef real rest_2 = u.one_minus_beta_2
    cdef real epsilon = u.epsilon
    if rest != NULL:
        for i in range(n):
            m[i] += (g[i] - m[i]) * rest_1
            v[i] += (g[i] * g[i] - v[i]) * rest_2
        if u.amsgrad:
            for i in range(n):
                v_hat[i] = v_hat[i] if v_hat[i] >= v[i] else v[i]
        _leave(rest, w, rate, m, v_hat if u.amsgrad else v, NULL, 0, epsilon, n)
    elif u.amsgrad:
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


cdef void _adamax(
    const Update* u, real* w, const real* g, real* m, real* norm, Py_ssize_t n
) noexcept nogil:
    """m: running mean of g; norm = max(beta_2 norm, |g|);  w -= rate m / (norm + epsilon).

    rate = lr / (1 - beta_1^t).
    """
    cdef Py_ssize_t i
    cdef real rate = u.rate
    cdef real rest_1 = u.one_minus_beta_1
    cdef real beta_2 = u.beta_2
    cdef real epsilon = u.epsilon
    cdef real kept, size
    for i in range(n):
        m[i] += (g[i] - m[i]) * rest_1
        kept = beta_2 * norm[i]
        size = g[i] if g[i] > 0 else -g[i]
        norm[i] = kept if kept >= size else size
        w[i] -= rate * m[i] / (norm[i] + epsilon)


cdef void _nadam(
    const Update* u, real* w, const real* g, real* m, real* v, Py_ssize_t n
) noexcept nogil:
    """m, v as Adam's;  w -= (rate m + gradient_rate g) / (sqrt(scale v) + epsilon).

    The three numbers are the learning rate and corrections of optimizers/nadam.py.
    """
    cdef Py_ssize_t i
    cdef real rate = u.rate
    cdef real gradient_rate = u.gradient_rate
    cdef real scale = u.scale
    cdef real rest_1 = u.one_minus_beta_1
    cdef real rest_2 = u.one_minus_beta_2
    cdef real epsilon = u.epsilon
    for i in range(n):
        m[i] += (g[i] - m[i]) * rest_1
        v[i] += (g[i] * g[i] - v[i]) * rest_2
        w[i] -= (rate * m[i] + gradient_rate * g[i]) / (square_root(scale * v[i]) + epsilon)


cdef void _lion(const Update* u, real* w, const real* g, real* m, Py_ssize_t n) noexcept nogil:
    """w -= lr sign(beta_1 m + (1 - beta_1) g);  then m = beta_2 m + (1 - beta_2) g."""
    cdef Py_ssize_t i
    cdef real lr = u.rate
    cdef real beta_1 = u.beta_1
    cdef real rest_1 = u.one_minus_beta_1
    cdef real beta_2 = u.beta_2
    cdef real rest_2 = u.one_minus_beta_2
    cdef real mixed
    for i in range(n):
        mixed = beta_1 * m[i] + rest_1 * g[i]
        # 0 and NaN are their own signs
        w[i] -= lr * (<real> 1 if mixed > 0 else (<real> -1 if mixed < 0 else mixed))
        m[i] = beta_2 * m[i] + rest_2 * g[i]
