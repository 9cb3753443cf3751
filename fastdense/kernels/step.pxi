# The training step, from samples to updated weights, and the span of steps that one thread runs.
#
# a) One parallel region runs a whole span of steps; between two phases the threads meet. A fork
#    and join per phase costs more than it reads.
# b) Every thread runs all of this code and does its share of each phase. Nothing is allocated.
# c) Sums over a batch (loss, metrics) are added by one thread, in row order, in float64.
#
# Layouts: activations and their gradients are row-major (rows, row_stride(width)); dz is packed
# twice, in panels of features for backward_weights and in panels of samples for backward_data.

cdef void run_span(const Buffers* p, const Task* task, int thread, int threads) noexcept nogil:
    """This thread's part of all the steps of a task."""
    cdef unsigned long mode = region_flush_subnormals()
    cdef Py_ssize_t first = task.first
    cdef Py_ssize_t step = 0
    cdef Py_ssize_t m
    cdef Update rule = p.net.update
    cdef Crew everyone, own
    everyone.team = team_of(thread, threads, task.meeting)
    everyone.first = 0
    while first < task.last:
        m = min(p.batch_size, task.last - first)
        everyone.last = m
        if task.sharing == SAMPLES:
            own = _alone(m, thread, threads)
        if task.mode == TRAIN:
            start_step(&rule, task.factors + step * N_FACTORS)
        _step(p, task, &rule, step, first,
              &own if task.sharing == SAMPLES else &everyone, &everyone)
        first += m
        step += 1
    region_restore(mode)


cdef Crew _alone(Py_ssize_t m, int thread, int threads) noexcept nogil:
    """A thread with samples of its own, of a batch of m."""
    cdef Py_ssize_t parts = parts_of(m)
    return crew_of(share(parts, thread, threads) * SAMPLES_TOGETHER,
                   min(m, share(parts, thread + 1, threads) * SAMPLES_TOGETHER),
                   team_of(0, 1, NULL))


cdef void run_rows(const Buffers* p, const Task* task, int thread, int threads) noexcept nogil:
    """This thread's part of a prediction: rows of its own, through all stages, in a part of the
    buffers that is always its own. Nobody waits for anybody."""
    cdef unsigned long mode = region_flush_subnormals()
    cdef Py_ssize_t rows = task.last - task.first
    cdef Py_ssize_t first = task.first + share(rows, thread, threads)
    cdef Py_ssize_t last = task.first + share(rows, thread + 1, threads)
    cdef Py_ssize_t most = p.batch_size // threads // GROUP * GROUP
    cdef Py_ssize_t place = thread * most
    cdef Crew crew
    while first < last:
        crew = crew_of(place, place + min(most, last - first), team_of(0, 1, NULL))
        _step(p, task, NULL, 0, first - place, &crew, &crew)
        first += most
    region_restore(mode)


cdef void _step(const Buffers* p, const Task* task, const Update* rule, Py_ssize_t step,
                Py_ssize_t first, Crew* crew, Crew* everyone) noexcept nogil:
    """One batch, whose sample 0 is sample `first`: this thread's part of every phase.

    A crew of one takes its samples through the network and back without a meeting; what sums over
    all samples comes after that.
    """
    cdef bint alone = crew != everyone
    cdef bint backward = task.mode == BACKWARD or task.mode >= TRAIN
    cdef int i
    cdef Skips skips
    skips.forward = skips.backward = NULL
    if task.mode == BACKWARD:
        _copy_in(p, task, crew)
        step = -1  # the forward's draw
    else:
        _gather(p, task, first, crew)
        _find_zeros(p, task, &skips, crew, everyone)
        for i in range(p.net.n_stages):
            _forward(p, task, i, skips.forward if i == 0 else NULL, step, crew)
            wait_for_all(&crew.team)
        if task.out != NULL:
            _copy_out(p, task, first, crew)
        if task.mode != PREDICT:
            _measure(p, task, first, everyone.last, crew)
        elif task.totals == NULL:
            return
    if not alone:
        wait_for_all(&everyone.team)
        _add_totals(p, task, everyone)
    if backward:
        _backward(p, task, rule, &skips, step, crew, everyone)
    wait_for_all(&everyone.team)
    if alone:
        _add_totals(p, task, everyone)
        if backward:
            _update_all(p, task, rule, &skips, everyone)
        wait_for_all(&everyone.team)


cdef void _gather(const Buffers* p, const Task* task, Py_ssize_t first,
                  const Crew* crew) noexcept nogil:
    cdef const CNetwork* net = p.net
    cdef Py_ssize_t stride = row_stride(net.in_width)
    cdef Py_ssize_t i, row, sample, at
    cdef Py_ssize_t unread = first + rows_from(crew, 1)
    cdef Py_ssize_t last = first + rows_to(crew, 1)
    cdef int32_t nonzero
    for i in range(rows_from(crew, 1), rows_to(crew, 1)):
        sample = first + i
        if sample == unread:
            unread = read_samples(task.x, task.order, sample, last)
        sample = number_at(task.order, sample)
        for row in range(net.in_rows):
            at = i * net.in_rows + row
            nonzero = gather_row(task.x, sample, row * net.in_width, net.in_width, net.in_scale,
                                 net.in_offset, p.x0 + at * stride)
            if p.nonzero != NULL:
                p.nonzero[at] = nonzero


cdef void _find_zeros(const Buffers* p, const Task* task, Skips* skips, const Crew* crew,
                      const Crew* everyone) noexcept nogil:
    """List what the products with x0 need, if that is likely to be less than everything."""
    cdef Py_ssize_t start = everyone.first * p.net.in_rows
    cdef Py_ssize_t rows = everyone.last * p.net.in_rows - start
    cdef Py_ssize_t width = p.net.in_width
    cdef Py_ssize_t stride = row_stride(width)
    cdef const Team* team = &everyone.team
    cdef bint train = task.mode >= TRAIN and p.lowest == 0
    cdef double nonzero = 0
    cdef Lists batch  # of all rows of the batch, those before everyone's included
    cdef Py_ssize_t i
    if p.nonzero == NULL:
        wait_for_all(&crew.team)
        return
    wait_for_all(team)
    for i in range(start, start + rows):
        nonzero += p.nonzero[i]
    if nonzero > MOST_DENSE * <double> rows * <double> width:
        return
    batch = make_lists(start + rows, width, p.row_lists, p.row_counts)
    skips.by_rows = lists_from(&batch, start // GROUP)
    skips.by_columns = make_lists(width, rows, p.column_lists, p.column_counts)
    for i in range(share(skips.by_rows.blocks, team.thread, team.threads),
                   share(skips.by_rows.blocks, team.thread + 1, team.threads)):
        list_columns(p.x0 + start * stride, stride, rows, i, &skips.by_rows)
    if train:
        list_rows(p.x0, stride, width, share(skips.by_columns.blocks, team.thread, team.threads),
                  share(skips.by_columns.blocks, team.thread + 1, team.threads),
                  &skips.by_columns)
    wait_for_all(team)
    if kept(&skips.by_rows) <= MOST_KEPT:
        skips.by_rows = lists_from(&batch, crew.first * p.net.in_rows // GROUP)
        skips.forward = &skips.by_rows
    if train and kept(&skips.by_columns) <= MOST_KEPT:
        skips.backward = &skips.by_columns


cdef void _copy_out(const Buffers* p, const Task* task, Py_ssize_t first,
                    const Crew* crew) noexcept nogil:
    cdef Py_ssize_t n = p.net.n_outputs
    cdef const real* h = _output(p, p.net.n_stages - 1, crew)
    cdef real* out = task.out + (first - task.first) * p.net.out_rows * n
    cdef Py_ssize_t i
    for i in range(rows_from(crew, p.net.out_rows), rows_to(crew, p.net.out_rows)):
        memcpy(out + i * n, h + i * row_stride(n), n * sizeof(real))


cdef void _copy_in(const Buffers* p, const Task* task, const Crew* crew) noexcept nogil:
    cdef Py_ssize_t n = p.net.n_outputs
    cdef real* d = _place(p, p.d, crew, p.net.out_rows, n)
    cdef Py_ssize_t i
    for i in range(rows_from(crew, p.net.out_rows), rows_to(crew, p.net.out_rows)):
        memcpy(d + i * row_stride(n), task.d + i * n, n * sizeof(real))


cdef void _forward(const Buffers* p, const Task* task, int i, const Lists* lists, Py_ssize_t step,
                   Crew* crew) noexcept nogil:
    """Output of stage i from the output of the one before, of which `lists` names the zeros."""
    cdef CStage* s = &p.net.stages[i]
    cdef const real* x = _input(p, i, crew)
    cdef real* h = _output(p, i, crew)
    cdef Py_ssize_t x_stride = row_stride(s.n_in)
    cdef Py_ssize_t h_stride = row_stride(s.n_out)
    cdef Py_ssize_t first = crew.first * s.rows
    cdef Py_ssize_t rows = crew.last * s.rows - first
    cdef Py_ssize_t row
    if s.kind == DENSE:
        dense_forward(x + first * x_stride, x_stride, rows, s.w, s.n_in, s.n_out, s.activation, s.b,
                      h + first * h_stride, h_stride, lists, &crew.team)
    elif s.kind == BATCH_NORMALIZATION:
        batch_normalization_forward(
            s, x + first * x_stride, rows, task.training and s.trainable, p.saved[i],
            h + first * h_stride, crew.team.thread, crew.team.threads)
    elif reorders(s.kind):
        for row in range(rows_from(crew, 1), rows_to(crew, 1)):
            reorder(s, x + row * s.rows * x_stride, h + row * s.rows_after * h_stride, False)
    elif not has_noise(s.kind) or h != x:  # noise that is not drawn leaves its input in place
        for row in range(rows_from(crew, s.rows), rows_to(crew, s.rows)):
            _row_forward(p, task, i, step, row, x + row * x_stride, h + row * h_stride)


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


cdef void _measure(const Buffers* p, const Task* task, Py_ssize_t first, Py_ssize_t m,
                   const Crew* crew) noexcept nogil:
    """Values of the loss and the metrics, and d = the loss's gradient, for a share of the rows.

    The gradient of the mean over the batch of m samples: 1/m is applied here, once.
    """
    cdef const CNetwork* net = p.net
    cdef Py_ssize_t rows = m * net.out_rows
    cdef Py_ssize_t most = p.batch_size * net.out_rows
    cdef Py_ssize_t n = net.n_outputs
    cdef Py_ssize_t stride = row_stride(n)
    cdef const real* outputs = _output(p, net.n_stages - 1, crew)
    cdef real* d = NULL
    cdef const real* logits = NULL
    cdef const real* likely = outputs  # what a loss on logits sees as probabilities
    cdef Py_ssize_t i, sample, at
    cdef Py_ssize_t unread = first + rows_from(crew, net.out_rows) // net.out_rows
    cdef Py_ssize_t last = first + (rows_to(crew, net.out_rows) + net.out_rows - 1) // net.out_rows
    cdef double weight
    cdef Row row
    cdef int k
    if p.from_logits:
        logits, likely = outputs, p.probabilities
    elif p.logits_activation != LINEAR:
        logits = _input(p, net.n_stages - 1, crew)
    if task.mode >= TRAIN:
        d = _place(p, p.d, crew, net.out_rows, n)
    row.n = n
    for i in range(rows_from(crew, net.out_rows), rows_to(crew, net.out_rows)):
        sample = first + i // net.out_rows
        if sample == unread:
            unread = _read_targets(p, task, sample, last)
        sample = number_at(task.order, sample)
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
            &p.loss, &row, weight / <double> rows, d + i * stride if d != NULL else NULL)


cdef Py_ssize_t _read_targets(const Buffers* p, const Task* task, Py_ssize_t first,
                              Py_ssize_t last) noexcept nogil:
    """Bring targets and weights of the first samples of first..last-1 into the cache; return the
    next sample."""
    cdef Py_ssize_t size = p.net.out_rows * (
        p.net.n_outputs * sizeof(real) if task.y != NULL else sizeof(int64_t))
    last = read_rows(<const char*> task.y if task.y != NULL else <const char*> task.labels, size,
                     size, task.order, first, last)
    if task.weights != NULL:
        read_rows(<const char*> task.weights, sizeof(double), sizeof(double), task.order, first,
                  last)
    return last


cdef void _add_totals(const Buffers* p, const Task* task, const Crew* everyone) noexcept nogil:
    """By one thread, sample by sample, so that a sum does not tell how they were cut into batches.
    A prediction has penalties alone."""
    cdef const CNetwork* net = p.net
    cdef Py_ssize_t most = p.batch_size * net.out_rows
    cdef double share_of_row = 1 / <double> net.out_rows
    cdef Py_ssize_t sample, row
    cdef int i, k
    if everyone.team.thread != 0 or task.totals == NULL:
        return
    for sample in range(everyone.last):
        for i in range(net.n_stages):
            if net.stages[i].kind == PENALTY:
                for row in range(sample * net.stages[i].rows, (sample + 1) * net.stages[i].rows):
                    task.totals[0] += p.penalties[i][row]
        if task.mode == PREDICT:
            continue
        for k in range(1 + p.n_metrics):
            for row in range(sample * net.out_rows, (sample + 1) * net.out_rows):
                task.totals[k] += p.values[k * most + row] * share_of_row
