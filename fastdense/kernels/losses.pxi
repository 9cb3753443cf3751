# Losses and metrics of one row of the output: its value in float64, and the gradient on request.
#
# A row is seen as probabilities p, or, where a softmax or sigmoid was the last step, also as the
# logits z it came from. Cross-entropies then use z: exact where p has saturated, as Keras does on
# TensorFlow. Without z they follow Keras on probabilities, clipped to [1e-7, 1 - 1e-7].

from libc.math cimport NAN, exp, fabs, log, log1p, tanh

cdef enum:
    CATEGORICAL_CROSSENTROPY
    SPARSE_CATEGORICAL_CROSSENTROPY
    BINARY_CROSSENTROPY
    MEAN_SQUARED_ERROR
    MEAN_ABSOLUTE_ERROR
    HUBER
    LOG_COSH
    CATEGORICAL_ACCURACY
    SPARSE_CATEGORICAL_ACCURACY
    BINARY_ACCURACY

MEASURES = {
    "categorical_crossentropy": CATEGORICAL_CROSSENTROPY,
    "sparse_categorical_crossentropy": SPARSE_CATEGORICAL_CROSSENTROPY,
    "binary_crossentropy": BINARY_CROSSENTROPY,
    "mean_squared_error": MEAN_SQUARED_ERROR,
    "mean_absolute_error": MEAN_ABSOLUTE_ERROR,
    "huber": HUBER,
    "log_cosh": LOG_COSH,
    "categorical_accuracy": CATEGORICAL_ACCURACY,
    "sparse_categorical_accuracy": SPARSE_CATEGORICAL_ACCURACY,
    "binary_accuracy": BINARY_ACCURACY,
}

# keras.config.epsilon(), rounded as Keras rounds it: to the number type of the probabilities.
cdef double LOWEST = <double> <real> 1e-7
cdef double HIGHEST = <double> <real> (1 - 1e-7)

cdef double LOG_2 = log(2.0)

cdef struct Measure:
    int kind
    double smoothing
    double threshold
    double delta


cdef Measure make_measure(rule):
    """Read a LossRule or a MetricRule."""
    cdef Measure m
    m.kind = MEASURES[rule.kind]
    m.smoothing = getattr(rule, "label_smoothing", 0.0)
    m.threshold = getattr(rule, "threshold", 0.5)
    m.delta = rule.delta
    return m


cdef bint wants_labels(int kind):
    """Whether the target is a class number a row, not a row of numbers."""
    return kind in (SPARSE_CATEGORICAL_CROSSENTROPY, SPARSE_CATEGORICAL_ACCURACY)


cdef int logits_activation(int kind) noexcept nogil:
    """The activation whose logits this loss or metric prefers to see; LINEAR for none."""
    if kind == CATEGORICAL_CROSSENTROPY or kind == SPARSE_CATEGORICAL_CROSSENTROPY:
        return SOFTMAX
    return SIGMOID if kind == BINARY_CROSSENTROPY else LINEAR


cdef struct Row:
    const real* y  # (n,), or NULL where the target is a label
    int64_t label
    const real* z  # (n,) logits, or NULL
    const real* p  # (n,) probabilities, or whatever the model puts out
    Py_ssize_t n


cdef inline Py_ssize_t largest(const real* x, Py_ssize_t n) noexcept nogil:
    """Index of the first maximum; n >= 1. A NaN is passed over, unless it comes first.

    Two passes without a branch: whether a number is the best so far cannot be foreseen, and took
    3 % of a step of 10-45-45-10 at batch 1024 (Zen 5, 2026-11).
    """
    cdef real top = row_largest(x, n)
    cdef Py_ssize_t i, best = 0
    for i in range(n - 1, -1, -1):  # down to the first
        best = i if x[i] == top else best
    return best


cdef inline double clipped(double p) noexcept nogil:
    return LOWEST if p < LOWEST else HIGHEST if p > HIGHEST else p


cdef inline bint is_clipped(double p) noexcept nogil:
    return p < LOWEST or p > HIGHEST


cdef inline double target(const Measure* m, const Row* r, Py_ssize_t i) noexcept nogil:
    """The target of output i, smoothed towards 1/n, or 1/2 where every output is its own class."""
    cdef double y = (<double> r.y[i]) if r.y != NULL else <double> (i == r.label)
    if m.smoothing != 0:
        y = y * (1 - m.smoothing) + m.smoothing / (
            2 if m.kind == BINARY_CROSSENTROPY else <double> r.n)
    return y


cdef double measure(const Measure* m, const Row* r, double scale, real* d) noexcept nogil:
    """Return the row's value; with d != NULL write d = scale * gradient, with respect to z if known
    and else to p. Accuracies have no gradient.

    A label that is no class reads nothing and gives NaN: the Python layer refuses it, but the
    user's array may change while fit runs.
    """
    cdef Py_ssize_t i
    if r.y == NULL and not 0 <= r.label < r.n:
        if d != NULL:
            for i in range(r.n):
                d[i] = <real> NAN
        return NAN
    if m.kind == CATEGORICAL_ACCURACY:
        return largest(r.p, r.n) == largest(r.y, r.n)
    if m.kind == SPARSE_CATEGORICAL_ACCURACY:
        return largest(r.p, r.n) == r.label
    if m.kind == BINARY_ACCURACY:
        return _binary_accuracy(m, r)
    if MEAN_SQUARED_ERROR <= m.kind <= LOG_COSH:
        return _error(m, r, scale, d)
    if m.kind == BINARY_CROSSENTROPY:
        return _binary_crossentropy(m, r, scale, d)
    if r.z != NULL:
        return _softmax_crossentropy(m, r, scale, d)
    if m.kind == CATEGORICAL_CROSSENTROPY:
        return _categorical_crossentropy(m, r, scale, d)
    return _sparse_crossentropy(r, scale, d)


cdef double _binary_accuracy(const Measure* m, const Row* r) noexcept nogil:
    cdef Py_ssize_t i, hits = 0
    for i in range(r.n):
        hits += (r.p[i] > <real> m.threshold) == r.y[i]
    return <double> hits / <double> r.n


cdef double _error(const Measure* m, const Row* r, double scale, real* d) noexcept nogil:
    """mean f(p - y);  d = f'(p - y) / n. A kind of error is its f and f' below, and no more."""
    cdef Py_ssize_t i
    cdef double error, total = 0
    cdef double n = <double> r.n
    for i in range(r.n):
        error = <double> r.p[i] - <double> r.y[i]
        total += error_value(m, error)
        if d != NULL:
            d[i] = <real> (scale * (error_slope(m, error) / n))
    return total / n


cdef inline double error_value(const Measure* m, double error) noexcept nogil:
    cdef double size = fabs(error)
    if m.kind == MEAN_SQUARED_ERROR:
        return error * error
    if m.kind == MEAN_ABSOLUTE_ERROR:
        return size
    if m.kind == HUBER:
        return error * error / 2 if size <= m.delta else m.delta * (size - m.delta / 2)
    return size + log1p(exp(-2 * size)) - LOG_2  # LOG_COSH


cdef inline double error_slope(const Measure* m, double error) noexcept nogil:
    if m.kind == MEAN_SQUARED_ERROR:
        return 2 * error
    if m.kind == MEAN_ABSOLUTE_ERROR:
        return 1 if error > 0 else -1 if error < 0 else error  # 0 at 0, NaN of NaN
    if m.kind == HUBER:
        return m.delta if error > m.delta else -m.delta if error < -m.delta else error
    return tanh(error)  # LOG_COSH


cdef double _softmax_crossentropy(
    const Measure* m, const Row* r, double scale, real* d
) noexcept nogil:
    """sum y (log sum exp(z) - z), which is >= 0;  d = p - y."""
    cdef Py_ssize_t i
    cdef double highest = row_largest(r.z, r.n)
    cdef double log_total = -log(<double> row_largest(r.p, r.n))  # 1 / sum exp(z - highest)
    cdef double y, total = 0
    if r.y == NULL and m.smoothing == 0:
        total = (highest - r.z[r.label]) + log_total
        if d != NULL:
            for i in range(r.n):
                d[i] = <real> scale * r.p[i]
            d[r.label] = <real> (scale * (<double> r.p[r.label] - 1))
        return total
    for i in range(r.n):
        y = target(m, r, i)
        if y != 0:  # a class masked by a logit of -inf has no target
            total += y * ((highest - r.z[i]) + log_total)
        if d != NULL:
            d[i] = <real> (scale * (<double> r.p[i] - y))
    return total


cdef double _categorical_crossentropy(
    const Measure* m, const Row* r, double scale, real* d
) noexcept nogil:
    """-sum y log q, q = clip(p / sum p). Through q: d_i = (g_i - sum g q) / sum p, g = -y / q."""
    cdef Py_ssize_t i
    cdef double q, y, mass = 0, total = 0, inner = 0
    for i in range(r.n):
        mass += r.p[i]
    for i in range(r.n):
        y = target(m, r, i)
        q = r.p[i] / mass
        if y != 0:
            total -= y * log(clipped(q))
        if not is_clipped(q):
            inner -= y
    if d != NULL:
        for i in range(r.n):
            q = r.p[i] / mass
            y = 0 if is_clipped(q) else target(m, r, i)
            d[i] = <real> (scale * ((-y / q if y != 0 else 0) - inner) / mass)
    return total


cdef double _sparse_crossentropy(const Row* r, double scale, real* d) noexcept nogil:
    """-log of the label's share of clip(p);  d_i = 1 / sum - [i is the label] / p_i."""
    cdef Py_ssize_t i
    cdef double mass = 0
    for i in range(r.n):
        mass += clipped(r.p[i])
    if d != NULL:
        for i in range(r.n):
            d[i] = 0 if is_clipped(r.p[i]) else <real> (
                scale * (1 / mass - (1 / <double> r.p[i] if i == r.label else 0)))
    return log(mass) - log(clipped(r.p[r.label]))


cdef double _binary_crossentropy(
    const Measure* m, const Row* r, double scale, real* d
) noexcept nogil:
    """mean of -y log p - (1 - y) log(1 - p);  with z: max(z, 0) - z y + log(1 + exp(-|z|))."""
    cdef Py_ssize_t i
    cdef double p, y, z, total = 0
    cdef double n = <double> r.n
    for i in range(r.n):
        y = target(m, r, i)
        p = r.p[i]
        if r.z != NULL:
            z = r.z[i]
            total += (0 if z < 0 else z) - z * y + log1p(exp(-fabs(z)))
            if d != NULL:
                d[i] = <real> (scale * ((p - y) / n))
        else:
            if d != NULL:
                d[i] = 0 if is_clipped(p) else <real> (scale * ((p - y) / (p * (1 - p) * n)))
            p = clipped(p)
            total -= y * log(p) + (1 - y) * log(1 - p)
    return total / n
