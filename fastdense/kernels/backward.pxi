# The way back, from the gradient of the last output to updated weights.
#
# backward_data of a stage ends before its weights are updated in place. What sums over a batch
# waits for all samples: where threads have samples of their own, dense weights come after all else.

cdef void _backward(const Buffers* p, const Task* task, const Update* rule, const Skips* skips,
                    Py_ssize_t step, Crew* crew, Crew* everyone) noexcept nogil:
    """From d, the gradient of the last output, to dz of every stage; and to the weights, unless the
    samples of others have not come so far."""
    cdef CStage* s
    cdef real* d = p.d
    cdef real* other = p.d_other
    cdef real* blocks
    cdef int i = p.net.n_stages - 1
    if p.logits_activation != LINEAR and not p.from_logits and task.mode != BACKWARD:
        i -= 1  # d is with respect to the logits already
    while i >= p.lowest:
        s = &p.net.stages[i]
        if s.kind == DENSE:
            blocks = p.x_blocks[i] if crew == everyone else NULL
            _dense_backward(p, i, d, blocks, everyone.last, crew)
            if crew == everyone:
                _update_dense(p, task, rule, skips, i, blocks, everyone)
        else:
            _other_backward(p, task, rule, i, step, everyone.last, d, other, crew)
            if writes_elsewhere(s.kind):
                d, other = other, d
        i -= 1


cdef void _dense_backward(const Buffers* p, int i, real* d, real* blocks, Py_ssize_t m,
                          Crew* crew) noexcept nogil:
    """Stage i, which is dense, backwards: dz, and d of the input in place.

    Unless `blocks` is NULL, it gets the input in blocks of columns.
    """
    cdef const CStage* s = &p.net.stages[i]
    cdef Py_ssize_t stride = row_stride(s.n_out)
    cdef Py_ssize_t first = crew.first * s.rows
    cdef Py_ssize_t rows = crew.last * s.rows - first
    cdef real* dh = _place(p, d, crew, s.rows, s.n_out)
    cdef real* dz_t = p.dz_t + crew.first * p.dz_t_size if i > p.lowest else NULL
    pack_dz(dh + first * stride, p.h[i] + first * stride, stride, rows, s.n_out, s.activation,
            p.dz[i], m * s.rows, first, dz_t, &crew.team)
    wait_for_all(&crew.team)  # also until nobody reads the blocks of the stage above any more
    if blocks != NULL:
        pack_blocks(_input(p, i, crew), row_stride(s.n_in), rows, s.n_in, blocks,
                    share(n_blocks(s.n_in), crew.team.thread, crew.team.threads),
                    share(n_blocks(s.n_in), crew.team.thread + 1, crew.team.threads))
    if i == p.lowest:
        if blocks != NULL:
            wait_for_all(&crew.team)
        return
    stride = row_stride(s.n_in)
    dense_backward_data(dz_t, s.w, rows, s.n_in, s.n_out,
                        _place(p, d, crew, s.rows, s.n_in) + first * stride, stride, &crew.team)
    wait_for_all(&crew.team)  # the update overwrites the weights that this read


cdef void _update_all(const Buffers* p, const Task* task, const Update* rule, const Skips* skips,
                      Crew* everyone) noexcept nogil:
    """From dz to the weights of every dense stage, shared out as one."""
    cdef Team* team = &everyone.team
    cdef int i
    for i in range(p.lowest, p.net.n_stages):
        team.work += _update_work(&p.net.stages[i], everyone)
    for i in range(p.net.n_stages - 1, p.lowest - 1, -1):
        if p.net.stages[i].kind == DENSE:
            _update_dense(p, task, rule, skips, i, NULL, everyone)
            team.before += _update_work(&p.net.stages[i], everyone)
    team.work = team.before = 0


cdef inline Py_ssize_t _update_work(const CStage* s, const Crew* everyone) noexcept nogil:
    if s.kind != DENSE or not s.trainable:
        return 0
    return work_of(s.n_in, s.n_out, everyone.last * s.rows)


cdef void _update_dense(const Buffers* p, const Task* task, const Update* rule, const Skips* skips,
                        int i, const real* blocks, Crew* everyone) noexcept nogil:
    """From dz to the weights of stage i, if it is trained."""
    cdef CStage* s = &p.net.stages[i]
    cdef bint keep = task.mode != TRAIN
    if s.trainable:
        backward_weights(s, rule, _input(p, i, everyone), blocks, p.dz[i], everyone.last * s.rows,
                         skips.backward if i == 0 else NULL, p.w_gradient[i] if keep else NULL,
                         p.b_gradient[i] if keep else NULL, &everyone.team)


cdef void _other_backward(const Buffers* p, const Task* task, const Update* rule, int i,
                          Py_ssize_t step, Py_ssize_t m, real* d, real* other,
                          const Crew* crew) noexcept nogil:
    """Stage i, which is not dense, backwards: d in place, or from d to `other`."""
    cdef CStage* s = &p.net.stages[i]
    cdef const Team* team = &crew.team
    cdef const real* x = _input(p, i, crew)
    cdef Py_ssize_t rows = m * s.rows
    cdef Py_ssize_t in_stride = row_stride(s.n_in)
    cdef Py_ssize_t row
    cdef Weights weights
    weights.stage = s
    weights.update = rule
    weights.w_gradient = p.w_gradient[i] if task.mode != TRAIN else NULL
    weights.b_gradient = p.b_gradient[i] if task.mode != TRAIN else NULL
    d = _place(p, d, crew, s.rows_after, s.n_out)
    other = _place(p, other, crew, s.rows, s.n_in)
    if s.kind == BATCH_NORMALIZATION:
        batch_normalization_backward(s, &weights, x, rows, p.saved[i], d, team.thread,
                                     team.threads)
    elif s.kind == PRELU:
        prelu_backward(s, &weights, x, rows, d, team.thread, team.threads)
    elif reorders(s.kind):
        for row in range(rows_from(crew, 1), rows_to(crew, 1)):
            reorder(s, d + row * s.rows_after * row_stride(s.n_out),
                    other + row * s.rows * in_stride, True)
    else:
        for row in range(rows_from(crew, s.rows), rows_to(crew, s.rows)):
            _row_backward(p, i, step, m, row, x + row * in_stride, d + row * in_stride,
                          other + row * in_stride)
    wait_for_all(team)
    if s.kind == LAYER_NORMALIZATION and s.trainable:
        layer_normalization_weights(s, &weights, x, rows, p.saved[i], d, team.thread, team.threads)
        wait_for_all(team)  # d is free again


cdef void _row_backward(const Buffers* p, int i, Py_ssize_t step, Py_ssize_t m, Py_ssize_t row,
                        const real* x, real* d, real* other) noexcept nogil:
    cdef const CStage* s = &p.net.stages[i]
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
