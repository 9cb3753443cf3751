# The training step, from samples to updated weights, and the span of steps that one thread runs.
#
# a) One parallel region runs a whole span of steps; between two phases the threads meet. A fork
#    and join per phase costs more than it reads.
# b) Every thread runs all of this code and does its share of each phase. Nothing is allocated.
# c) backward_data of a layer ends before its weights are updated in place.
# d) Sums over a batch (loss, metrics) are added by one thread, in row order, in float64.
#
# Layouts: activations and their gradients are row-major (rows, row_stride(width)); dz is packed
# twice, in panels of features for backward_weights and in panels of samples for backward_data.

cdef void run_span(const Buffers* p, const Task* task, int thread, int threads) noexcept nogil:
    """This thread's part of all the steps of a task."""
    cdef unsigned long mode = region_flush_subnormals()
    cdef Py_ssize_t first = task.first
    cdef Py_ssize_t step = 0
    cdef Update rule = p.net.update
    while first < task.last:
        if task.mode == TRAIN:
            start_step(&rule, task.factors + step * N_FACTORS)
        _step(p, task, &rule, step, first, min(p.batch_size, task.last - first), thread, threads)
        first += p.batch_size
        step += 1
    region_restore(mode)


cdef void run_rows(const Buffers* p, const Task* task, int thread, int threads) noexcept nogil:
    """This thread's part of a prediction: rows of its own, through all stages, in buffers of its
    own. Nobody waits for anybody."""
    cdef unsigned long mode = region_flush_subnormals()
    cdef Py_ssize_t rows = task.last - task.first
    cdef Py_ssize_t first = task.first + share(rows, thread, threads)
    cdef Py_ssize_t last = task.first + share(rows, thread + 1, threads)
    while first < last:
        _step(p, task, NULL, 0, first, min(p.batch_size, last - first), 0, 1)
        first += p.batch_size
    region_restore(mode)


cdef void _step(const Buffers* p, const Task* task, const Update* rule, Py_ssize_t step,
                Py_ssize_t first, Py_ssize_t m, int thread, int threads) noexcept nogil:
    """One batch of m samples, from `first` on: this thread's part of every phase."""
    cdef int n = p.net.n_stages
    cdef int i
    cdef Skips skips
    skips.forward = skips.backward = NULL
    if task.mode == BACKWARD:
        _copy_in(p, task, m, thread, threads)
        meet(task.meeting, threads)
        _backward(p, task, rule, &skips, -1, m, thread, threads)  # the forward's draw
        return
    _gather(p, task, first, m, thread, threads)
    meet(task.meeting, threads)
    _find_zeros(p, task, &skips, m, thread, threads)
    for i in range(n):
        _forward(p, task, i, skips.forward if i == 0 else NULL, step, m, thread, threads)
        meet(task.meeting, threads)
    if task.out != NULL:
        _copy_out(p, task, first, m, thread, threads)
    if task.mode == PREDICT:
        if thread == 0 and task.totals != NULL:
            _add_totals(p, task, m)
        return
    _measure(p, task, first, m, thread, threads)
    meet(task.meeting, threads)
    if thread == 0:
        _add_totals(p, task, m)
    if task.mode >= TRAIN:
        _backward(p, task, rule, &skips, step, m, thread, threads)
        meet(task.meeting, threads)


cdef void _gather(const Buffers* p, const Task* task, Py_ssize_t first, Py_ssize_t m, int thread,
                  int threads) noexcept nogil:
    cdef const CNetwork* net = p.net
    cdef Py_ssize_t stride = row_stride(net.in_width)
    cdef Py_ssize_t i, row, sample, at
    for i in range(share(m, thread, threads), share(m, thread + 1, threads)):
        sample = task.order[first + i] if task.order != NULL else first + i
        for row in range(net.in_rows):
            at = i * net.in_rows + row
            gather_row(task.x, sample, row * net.in_width, net.in_width, net.in_scale,
                       net.in_offset, p.x0 + at * stride)
            if p.nonzero != NULL:
                p.nonzero[at] = count_nonzero(p.x0 + at * stride, stride)  # the padding is zero


cdef void _find_zeros(const Buffers* p, const Task* task, Skips* skips, Py_ssize_t m, int thread,
                      int threads) noexcept nogil:
    """List what the products with x0 need, if that is likely to be less than everything."""
    cdef Py_ssize_t rows = m * p.net.in_rows
    cdef Py_ssize_t width = p.net.in_width
    cdef Py_ssize_t stride = row_stride(width)
    cdef bint train = task.mode >= TRAIN and p.lowest == 0
    cdef double nonzero = 0
    cdef Py_ssize_t i
    if p.nonzero == NULL:
        return
    for i in range(rows):
        nonzero += p.nonzero[i]
    if nonzero > MOST_DENSE * <double> rows * <double> width:
        return
    skips.by_rows = make_lists(rows, width, p.row_lists, p.row_counts)
    skips.by_columns = make_lists(width, rows, p.column_lists, p.column_counts)
    for i in range(share(skips.by_rows.blocks, thread, threads),
                   share(skips.by_rows.blocks, thread + 1, threads)):
        list_columns(p.x0, stride, rows, i, &skips.by_rows)
    if train:
        list_rows(p.x0, stride, width, share(skips.by_columns.blocks, thread, threads),
                  share(skips.by_columns.blocks, thread + 1, threads), &skips.by_columns)
    meet(task.meeting, threads)
    if kept(&skips.by_rows) <= MOST_KEPT:
        skips.forward = &skips.by_rows
    if train and kept(&skips.by_columns) <= MOST_KEPT:
        skips.backward = &skips.by_columns


cdef void _copy_out(const Buffers* p, const Task* task, Py_ssize_t first, Py_ssize_t m, int thread,
                    int threads) noexcept nogil:
    cdef Py_ssize_t rows = m * p.net.out_rows
    cdef Py_ssize_t n = p.net.n_outputs
    cdef const real* h = p.h[p.net.n_stages - 1]
    cdef real* out = task.out + (first - task.first) * p.net.out_rows * n
    cdef Py_ssize_t i
    for i in range(share(rows, thread, threads), share(rows, thread + 1, threads)):
        memcpy(out + i * n, h + i * row_stride(n), n * sizeof(real))


cdef void _copy_in(const Buffers* p, const Task* task, Py_ssize_t m, int thread,
                   int threads) noexcept nogil:
    cdef Py_ssize_t rows = m * p.net.out_rows
    cdef Py_ssize_t n = p.net.n_outputs
    cdef Py_ssize_t i
    for i in range(share(rows, thread, threads), share(rows, thread + 1, threads)):
        memcpy(p.d + i * row_stride(n), task.d + i * n, n * sizeof(real))


cdef void _forward(const Buffers* p, const Task* task, int i, const Lists* lists, Py_ssize_t step,
                   Py_ssize_t m, int thread, int threads) noexcept nogil:
    """Output of stage i from the output of the one before, of which `lists` names the zeros."""
    cdef CStage* s = &p.net.stages[i]
    cdef const real* x = _input(p, i)
    cdef real* h = p.h[i]
    cdef Py_ssize_t rows = m * s.rows
    cdef Py_ssize_t row
    if s.kind == DENSE:
        dense_forward(x, row_stride(s.n_in), rows, s.w, s.n_in, s.n_out, s.activation, s.b, h,
                      row_stride(s.n_out), lists, task.meeting, thread, threads)
    elif s.kind == BATCH_NORMALIZATION:
        batch_normalization_forward(s, x, rows, task.training and s.trainable, p.saved[i], h,
                                    thread, threads)
    elif reorders(s.kind):
        for row in range(share(m, thread, threads), share(m, thread + 1, threads)):
            reorder(s, x + row * s.rows * row_stride(s.n_in),
                    h + row * s.rows_after * row_stride(s.n_out), False)
    elif not has_noise(s.kind) or h != x:  # noise that is not drawn leaves its input in place
        for row in range(share(rows, thread, threads), share(rows, thread + 1, threads)):
            _row_forward(p, task, i, step, row, x + row * row_stride(s.n_in),
                         h + row * row_stride(s.n_out))


cdef void _row_forward(const Buffers* p, const Task* task, int i, Py_ssize_t step, Py_ssize_t row,
                       const real* x, real* h) noexcept nogil:
    cdef const CStage* s = &p.net.stages[i]
    cdef Py_ssize_t j
    if s.kind == ACTIVATION:
        activation_row(s.activation, s.parameters, x, h, s.n_in)
    elif s.kind == AFFINE:
        for j in range(s.n_in):
            h[j] = x[j] * s.scale + s.offset
    elif s.kind == LAYER_NORMALIZATION:
        layer_normalization_row(s, x, h, p.saved[i] + 2 * row if p.saved[i] != NULL else NULL)
    elif s.kind == PRELU:
        prelu_row(s, x, h)
    elif has_noise(s.kind) and task.training:
        noise_row(&s.noise, s.noise.counter + step, s.rows, row, s.n_in, x, h)
    else:
        memcpy(h, x, s.n_in * sizeof(real))
        if s.kind == PENALTY:
            p.penalties[i][row] = penalty_row(s, h)


cdef double penalty_row(const CStage* s, const real* h) noexcept nogil:
    """l1 * sum |h| + l2 * sum h^2 of one row."""
    cdef double absolute = 0
    cdef Py_ssize_t j
    for j in range(s.n_in):
        absolute += fabs(h[j])
    return rounded(s.l1 * absolute) + s.l2 * row_dot(h, h, s.n_in)


cdef void _measure(const Buffers* p, const Task* task, Py_ssize_t first, Py_ssize_t m, int thread,
                   int threads) noexcept nogil:
    """Values of the loss and the metrics, and d = the loss's gradient, for a share of the rows.

    The gradient of the mean over the batch: 1/m is applied here, once.
    """
    cdef const CNetwork* net = p.net
    cdef Py_ssize_t rows = m * net.out_rows
    cdef Py_ssize_t most = p.batch_size * net.out_rows
    cdef Py_ssize_t n = net.n_outputs
    cdef Py_ssize_t stride = row_stride(n)
    cdef const real* outputs = p.h[net.n_stages - 1]
    cdef const real* logits = NULL
    cdef const real* likely = outputs  # what a loss on logits sees as probabilities
    cdef Py_ssize_t i, sample, at
    cdef double weight
    cdef Row row
    cdef int k
    if p.from_logits:
        logits, likely = outputs, p.probabilities
    elif p.logits_activation != LINEAR:
        logits = _input(p, net.n_stages - 1)
    row.n = n
    for i in range(share(rows, thread, threads), share(rows, thread + 1, threads)):
        sample = first + i // net.out_rows
        if task.order != NULL:
            sample = task.order[sample]
        at = sample * net.out_rows + i % net.out_rows
        row.y = task.y + at * n if task.y != NULL else NULL
        row.label = task.labels[at] if task.labels != NULL else -1
        if p.from_logits:
            activate_row(p.logits_activation, outputs + i * stride, p.probabilities + i * stride, n)
        for k in range(p.n_metrics):
            row.z = logits + i * stride if p.metric_sees_z[k] else NULL
            row.p = (likely if p.metric_sees_z[k] else outputs) + i * stride
            p.values[(1 + k) * most + i] = measure(&p.metrics[k], &row, 0, NULL)
        row.z = logits + i * stride if logits != NULL else NULL
        row.p = likely + i * stride
        weight = task.weights[sample] if task.weights != NULL else 1
        p.values[i] = weight * measure(
            &p.loss, &row, weight / <double> rows,
            p.d + i * stride if task.mode >= TRAIN else NULL)


cdef void _add_totals(const Buffers* p, const Task* task, Py_ssize_t m) noexcept nogil:
    """Sample by sample, so that a sum does not tell how they were cut into batches. A prediction
    has penalties alone."""
    cdef const CNetwork* net = p.net
    cdef Py_ssize_t most = p.batch_size * net.out_rows
    cdef double share_of_row = 1 / <double> net.out_rows
    cdef Py_ssize_t sample, row
    cdef int i, k
    for sample in range(m):
        for i in range(net.n_stages):
            if net.stages[i].kind == PENALTY:
                for row in range(sample * net.stages[i].rows, (sample + 1) * net.stages[i].rows):
                    task.totals[0] += p.penalties[i][row]
        if task.mode == PREDICT:
            continue
        for k in range(1 + p.n_metrics):
            for row in range(sample * net.out_rows, (sample + 1) * net.out_rows):
                task.totals[k] += p.values[k * most + row] * share_of_row


cdef void _backward(const Buffers* p, const Task* task, const Update* rule, const Skips* skips,
                    Py_ssize_t step, Py_ssize_t m, int thread, int threads) noexcept nogil:
    """From d, the gradient of the last output, to the weights of every trainable stage."""
    cdef CStage* s
    cdef real* d = p.d
    cdef real* other = p.d_other
    cdef Py_ssize_t rows, stride
    cdef bint keep
    cdef int i = p.net.n_stages - 1
    if p.logits_activation != LINEAR and not p.from_logits and task.mode != BACKWARD:
        i -= 1  # d is with respect to the logits already
    while i >= p.lowest:
        s = &p.net.stages[i]
        rows = m * s.rows
        stride = row_stride(s.n_in)
        if s.kind == DENSE:
            pack_dz(d, p.h[i], row_stride(s.n_out), rows, s.n_out, s.activation,
                    p.dz[i], p.dz_t[i] if i > p.lowest else NULL, thread, threads)
            meet(task.meeting, threads)
            if i > p.lowest:
                dense_backward_data(p.dz_t[i], s.w, rows, s.n_in, s.n_out, d, stride,
                                    task.meeting, thread, threads)
                meet(task.meeting, threads)  # the update overwrites the weights that this read
            if s.trainable:
                keep = task.mode != TRAIN
                backward_weights(s, rule, _input(p, i), p.dz[i], rows,
                                 skips.backward if i == 0 else NULL,
                                 p.w_gradient[i] if keep else NULL,
                                 p.b_gradient[i] if keep else NULL, task.meeting, thread,
                                 threads)
        else:
            _other_backward(p, task, rule, i, step, m, d, other, thread, threads)
            if writes_elsewhere(s.kind):
                d, other = other, d
        i -= 1


cdef void _other_backward(const Buffers* p, const Task* task, const Update* rule, int i,
                          Py_ssize_t step, Py_ssize_t m, real* d, real* other, int thread,
                          int threads) noexcept nogil:
    """Stage i, which is not dense, backwards: d in place, or from d to `other`."""
    cdef CStage* s = &p.net.stages[i]
    cdef const real* x = _input(p, i)
    cdef Py_ssize_t rows = m * s.rows
    cdef Py_ssize_t row
    cdef Weights weights
    weights.stage = s
    weights.update = rule
    weights.w_gradient = p.w_gradient[i] if task.mode != TRAIN else NULL
    weights.b_gradient = p.b_gradient[i] if task.mode != TRAIN else NULL
    if s.kind == BATCH_NORMALIZATION:
        batch_normalization_backward(s, &weights, x, rows, p.saved[i], d, thread, threads)
    elif s.kind == PRELU:
        prelu_backward(s, &weights, x, rows, d, thread, threads)
    elif reorders(s.kind):
        for row in range(share(m, thread, threads), share(m, thread + 1, threads)):
            reorder(s, d + row * s.rows_after * row_stride(s.n_out),
                    other + row * s.rows * row_stride(s.n_in), True)
    else:
        for row in range(share(rows, thread, threads), share(rows, thread + 1, threads)):
            _row_backward(p, i, step, m, row, d + row * row_stride(s.n_in),
                          other + row * row_stride(s.n_in))
    meet(task.meeting, threads)
    if s.kind == LAYER_NORMALIZATION and s.trainable:
        layer_normalization_weights(s, &weights, x, rows, p.saved[i], d, thread, threads)
        meet(task.meeting, threads)  # d is free again


cdef void _row_backward(const Buffers* p, int i, Py_ssize_t step, Py_ssize_t m, Py_ssize_t row,
                        real* d, real* other) noexcept nogil:
    cdef const CStage* s = &p.net.stages[i]
    cdef const real* x = _input(p, i) + row * row_stride(s.n_in)
    cdef const real* h = p.h[i] + row * row_stride(s.n_out)
    cdef Py_ssize_t j
    if s.kind == ACTIVATION:
        activation_row_backward(s.activation, s.parameters, x, h, d, d, s.n_in)
    elif s.kind == AFFINE:
        for j in range(s.n_in):
            d[j] *= s.scale
    elif s.kind == PENALTY:
        for j in range(s.n_in):
            d[j] += (s.l1 * ((h[j] > 0) - (h[j] < 0)) + 2 * s.l2 * h[j]) / <real> m
    elif s.kind == LAYER_NORMALIZATION:
        layer_normalization_row_backward(s, x, p.saved[i] + 2 * row, d, other)
    else:
        noise_row_backward(&s.noise, s.noise.counter + step, s.rows, row, s.n_in, d)
