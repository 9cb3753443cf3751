# The kernels as functions of whole arrays: what fastdense.ops wraps and tests probe. They run the
# same loops as the engine and take subnormal numbers as zero, as it does: the same bits. Arrays are
# C-contiguous and of the build's dtype; out is written.

import time

TILE = {"rows": TILE_ROWS, "panel": PANEL, "vector": VECTOR}  # read by tests for their edge sizes

# Elementwise work below this many elements a thread does not repay a region.
cdef double ELEMENTS_PER_THREAD = 32768


def dense(const real[:, ::1] x, const real[:, ::1] kernel, bias, str activation,
          real[:, ::1] out):
    """out = activation(x @ kernel + bias), shapes (rows, k), (k, n), (n,) or None, (rows, n)."""
    cdef Py_ssize_t rows = x.shape[0], k = x.shape[1], n = kernel.shape[1]
    cdef Py_ssize_t stride = row_stride(n)
    cdef Py_ssize_t row
    cdef int threads, code = ACTIVATIONS[activation]
    cdef real none[MAX_PARAMETERS]
    cdef const real[::1] b = bias
    read_parameters(activation, (), none)
    if kernel.shape[0] != k or out.shape[0] != rows or out.shape[1] != n or (
            b is not None and b.shape[0] != n):
        raise ValueError("dense: the shapes do not fit.")
    if rows == 0 or n == 0:
        return
    cdef Memory w = Memory(k, packed_width(n))
    cdef Memory padded_bias = Memory(packed_width(n))
    cdef Memory h = Memory(rows, stride)
    cdef const real* source = &x[0, 0] if k > 0 else NULL
    if k > 0:
        pack(&kernel[0, 0], n, 1, k, n, w.data)
    if b is not None:
        pack(&b[0], 0, 1, 1, n, padded_bias.data)
    threads = threads_for(2.0 * rows * k * n, FLOPS_PER_THREAD)
    cdef int fused = code if activation in FUSED_ACTIVATIONS else LINEAR
    with nogil:
        if threads == 1:
            _dense_share(source, rows, w.data, k, n, fused, padded_bias.data, h.data, 0, 1)
        else:
            with parallel(num_threads=threads):
                _dense_share(source, rows, w.data, k, n, fused, padded_bias.data, h.data,
                             threadid(), omp_get_num_threads())
        for row in range(rows):
            memcpy(&out[row, 0], h.data + row * stride, n * sizeof(real))
    if fused != code:
        activation_rows(activation, out, out)


cdef void _dense_share(
    const real* x, Py_ssize_t rows, const real* w, Py_ssize_t k, Py_ssize_t n, int activation,
    const real* bias, real* h, int thread, int threads,
) noexcept nogil:
    cdef unsigned long mode = region_flush_subnormals()
    cdef Team team = team_of(thread, threads, NULL)
    dense_forward(x, k, rows, w, k, n, activation, bias, h, row_stride(n), NULL, &team)
    region_restore(mode)


def activation_rows(str activation, const real[:, ::1] z, real[:, ::1] out, parameters=()):
    """out = activation(z), row by row; out may be z."""
    cdef int code = ACTIVATIONS[activation]
    cdef real c[MAX_PARAMETERS]
    read_parameters(activation, parameters, c)
    cdef Py_ssize_t rows = z.shape[0], n = z.shape[1]
    if out.shape[0] != rows or out.shape[1] != n:
        raise ValueError("activation_rows: out must have the shape of z.")
    if rows == 0 or n == 0:
        return
    cdef int threads = threads_for(<double> rows * n, ELEMENTS_PER_THREAD)
    with nogil:
        if threads == 1:
            _activate_share(code, c, &z[0, 0], &out[0, 0], rows, n, 0, 1)
        else:
            with parallel(num_threads=threads):
                _activate_share(code, c, &z[0, 0], &out[0, 0], rows, n, threadid(),
                                omp_get_num_threads())


cdef void _activate_share(int code, const real* c, const real* z, real* out, Py_ssize_t rows,
                          Py_ssize_t n, int thread, int threads) noexcept nogil:
    cdef unsigned long mode = region_flush_subnormals()
    cdef Py_ssize_t row, first, last
    if SOFTMAX <= code < FIRST_CURVE:
        for row in range(share(rows, thread, threads), share(rows, thread + 1, threads)):
            activation_row(code, c, z + row * n, out + row * n, n)
    else:
        first, last = share(rows * n, thread, threads), share(rows * n, thread + 1, threads)
        activation_row(code, c, z + first, out + first, last - first)
    region_restore(mode)


def activation_rows_backward(str activation, const real[:, ::1] z, const real[:, ::1] dh,
                             real[:, ::1] dz, parameters=()):
    """dz = dh * derivative of the activation at z, row by row; dz may be dh."""
    cdef int code = ACTIVATIONS[activation]
    cdef Py_ssize_t rows = z.shape[0], n = z.shape[1], row
    cdef real c[MAX_PARAMETERS]
    read_parameters(activation, parameters, c)
    if dh.shape[0] != rows or dh.shape[1] != n or dz.shape[0] != rows or dz.shape[1] != n:
        raise ValueError("activation_rows_backward: dh and dz must have the shape of z.")
    if rows == 0 or n == 0:
        return
    cdef Memory h = Memory(n)
    cdef unsigned long mode = region_flush_subnormals()
    with nogil:
        for row in range(rows):
            activation_row(code, c, &z[row, 0], h.data, n)
            activation_row_backward(code, c, &z[row, 0], h.data, &dh[row, 0], &dz[row, 0], n)
    region_restore(mode)


def add(const real[::1] x, const real[::1] y, real[::1] out):
    """out = x + y."""
    cdef Py_ssize_t i, n = out.shape[0]
    if x.shape[0] != n or y.shape[0] != n:
        raise ValueError("add: the shapes do not fit.")
    cdef unsigned long mode = region_flush_subnormals()
    with nogil:
        for i in range(n):
            out[i] = x[i] + y[i]
    region_restore(mode)


def measure_rows(rule, y, labels, const real[:, ::1] outputs, double[::1] values, gradient):
    """Write the loss or metric `rule` of every row of `outputs` to `values`.

    y (rows, n) or labels (rows,) is the target, the other None; `gradient` (rows, n) or None
    receives the derivative of each row's value with respect to its outputs.
    """
    cdef Measure m = make_measure(rule)
    cdef const real[:, ::1] targets = y
    cdef const int64_t[::1] classes = labels
    cdef real[:, ::1] d = gradient
    cdef Py_ssize_t rows = outputs.shape[0], n = outputs.shape[1], i
    cdef bint from_logits = rule.from_logits
    cdef Row row
    if (classes is None) == wants_labels(m.kind):
        raise ValueError("measure_rows: the targets do not fit the rule.")
    if values.shape[0] != rows or (d is not None and (d.shape[0] != rows or d.shape[1] != n)) or (
            targets is not None and (targets.shape[0] != rows or targets.shape[1] != n)) or (
            classes is not None and classes.shape[0] != rows):
        raise ValueError("measure_rows: the shapes do not fit.")
    if rows == 0 or n == 0:
        return
    cdef Memory p = Memory(n)
    cdef unsigned long mode = region_flush_subnormals()
    row.n = n
    with nogil:
        for i in range(rows):
            row.y = &targets[i, 0] if targets is not None else NULL
            row.label = classes[i] if classes is not None else -1
            row.z = NULL
            row.p = &outputs[i, 0]
            if from_logits:
                row.z = row.p
                activate_row(logits_activation(m.kind), row.z, p.data, n)
                row.p = p.data
            values[i] = measure(&m, &row, 1, &d[i, 0] if d is not None else NULL)
    region_restore(mode)


def decay_weights(double factor, real[::1] w):
    """w -= factor w, in place: weight decay alone."""
    cdef Py_ssize_t n = w.shape[0]
    if n == 0:
        return
    cdef unsigned long mode = region_flush_subnormals()
    with nogil:
        decay(<real> factor, &w[0], n)
    region_restore(mode)


def apply_update(str kind, dict hyper, const double[::1] factors, real[::1] w, const real[::1] g,
                 slots):
    """One optimizer step on w in place.

    `factors` as rules.Factors names them; `slots` is a list of arrays as the rule names them.
    """
    cdef Update u = make_update(kind, hyper)
    cdef Py_ssize_t n = w.shape[0]
    cdef real* pointers[MAX_SLOTS]
    cdef real[::1] state
    cdef int i
    if factors.shape[0] != N_FACTORS:
        raise ValueError(f"apply_update: expected {N_FACTORS} factors.")
    if len(slots) != u.n_slots or g.shape[0] != n:
        raise ValueError(f"apply_update: expected {u.n_slots} slots and a gradient of {n}.")
    if n == 0:
        return
    for i in range(u.n_slots):
        state = slots[i]
        if state.shape[0] != n:
            raise ValueError(f"apply_update: expected slots of {n} elements.")
        pointers[i] = &state[0]
    start_step(&u, &factors[0])
    cdef unsigned long mode = region_flush_subnormals()
    with nogil:
        decay(u.decay, &w[0], n)
        update(&u, &w[0], &g[0], pointers, n, NULL)
    region_restore(mode)


def measure_peak(int threads=1, double seconds=0.1):
    """Return the multiply-add rate of this build's vectors in registers, in GFLOP/s.

    Measured for about `seconds`, on as many threads as the limit allows, the best of all.
    """
    threads = min(threads, thread_limit())
    cdef long steps = 1000000  # some milliseconds: opening the region does not count
    cdef double best = 0, start, flops
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        start = time.perf_counter()
        with nogil:
            if threads == 1:
                peak_chains(steps)
            else:
                with parallel(num_threads=threads):
                    peak_chains(steps)
        flops = 2.0 * PEAK_CHAINS * VECTOR * steps * threads
        best = max(best, flops / (time.perf_counter() - start) * 1e-9)
    return best
