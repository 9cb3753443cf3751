# A plan: everything that a step needs, allocated once, and the Python face of the step.
#
# The Python layer decides how many steps make a span, so that Ctrl-C and the progress bar are
# served between two. Arguments are checked here; the step trusts them.

from cython.parallel cimport parallel, threadid


cdef class Plan:
    """Buffers for batches of up to `batch_size` samples of a network, and the steps over them.

    Parameters
    ----------
    network : Network
    batch_size : int
        Samples a step at most.
    training : bool, default False
        Keep what the backward pass needs.
    loss : LossRule, optional
        Needed by everything but `predict`.
    metrics : sequence of MetricRule, optional
    """

    cdef readonly Network network
    cdef readonly Py_ssize_t batch_size
    cdef readonly bint training
    cdef Arena arena
    cdef Buffers b

    def __cinit__(self, Network network, Py_ssize_t batch_size, training=False, loss=None,
                  metrics=()):
        if batch_size < 1:
            raise ValueError(f"Plan: expected batch_size >= 1. Received: {batch_size}.")
        self.network = network
        self.b.net = &network.net
        self.b.batch_size = self.batch_size = batch_size
        self.training = training
        self.arena = Arena()
        self.b.h = self._pointers()
        self.b.dz = self._pointers()
        self.b.x_blocks = self._pointers()
        self.b.penalties = <double**> self._pointers()
        self.b.saved = self._pointers()
        self.b.w_gradient = self._pointers()
        self.b.b_gradient = self._pointers()
        self._allocate_forward()
        if loss is not None:
            self._set_measures(loss, metrics)
        if training:
            self._allocate_backward()

    cdef real** _pointers(self) except NULL:
        return <real**> self.arena.take(
            self.b.net.n_stages, sizeof(void*) // sizeof(real))

    cdef _allocate_forward(self):
        cdef CNetwork* net = self.b.net
        cdef real* even
        cdef real* odd
        cdef int i
        self.b.own_outputs = self.training  # the backward pass needs every output
        self.b.sample_size = max([net.stages[i].rows_after * row_stride(net.stages[i].n_out)
                                  for i in range(net.n_stages)])
        self.b.x0 = self.arena.take(self.batch_size * net.in_rows, row_stride(net.in_width))
        self._allocate_lists()
        for i in range(net.n_stages):
            if net.stages[i].kind == PENALTY:
                self.b.penalties[i] = self._doubles(self.batch_size * net.stages[i].rows)
        if self.training:
            for i in range(net.n_stages):
                self.b.h[i] = self.arena.take(
                    self.batch_size * net.stages[i].rows_after, row_stride(net.stages[i].n_out))
                if net.stages[i].kind == BATCH_NORMALIZATION:
                    self.b.saved[i] = self.arena.take(2, packed_width(net.stages[i].n_in))
                elif net.stages[i].kind == LAYER_NORMALIZATION:
                    self.b.saved[i] = self.arena.take(2, self.batch_size * net.stages[i].rows)
        else:  # two buffers in turn; the last output and its logits are both still there at the end
            even = self.arena.take(self.batch_size, self.b.sample_size)
            odd = self.arena.take(self.batch_size, self.b.sample_size)
            for i in range(net.n_stages):
                if has_noise(net.stages[i].kind):  # nothing is drawn: the input is the output
                    self.b.h[i] = self.b.x0 if i == 0 else self.b.h[i - 1]
                else:
                    self.b.h[i] = even
                    even, odd = odd, even

    cdef _allocate_lists(self):
        """Room for the lists of zeros.pxi, where the first products can use them."""
        cdef CNetwork* net = self.b.net
        rows, width = self.batch_size * net.in_rows, net.in_width
        if (net.stages[0].kind != DENSE or max(rows, width) > INT32_MAX
                or width * net.stages[0].n_out < LEAST_WEIGHTS):
            return
        self.b.nonzero = <Py_ssize_t*> self._doubles(rows)
        self.b.row_lists = self._integers(-(-rows // GROUP), width)
        self.b.row_counts = self._integers(-(-rows // GROUP), n_runs(width))
        if self.training:
            self.b.column_lists = self._integers(-(-width // GROUP), rows)
            self.b.column_counts = self._integers(-(-width // GROUP), n_runs(rows))

    cdef int32_t* _integers(self, n, m) except NULL:
        return <int32_t*> self.arena.take(n, m)  # a real is no smaller

    cdef double* _doubles(self, n) except NULL:
        return <double*> self.arena.take(n, sizeof(double) // sizeof(real))

    cdef _allocate_backward(self):
        cdef CNetwork* net = self.b.net
        cdef CStage* s
        cdef Py_ssize_t rows
        cdef Py_ssize_t most = 0
        cdef real* blocks
        cdef int i
        in_blocks = []
        self.b.d = self.b.d_other = self.arena.take(self.batch_size, self.b.sample_size)
        self.b.lowest = 0
        while self.b.lowest < net.n_stages and not (
                has_weights(net.stages[self.b.lowest].kind)
                and net.stages[self.b.lowest].trainable):
            self.b.lowest += 1
        for i in range(self.b.lowest, net.n_stages):  # the backward pass goes no further down
            s = &net.stages[i]
            rows = self.batch_size * s.rows
            if s.kind == DENSE:
                self.b.dz[i] = self.arena.take(rows, packed_width(s.n_out))
                if wants_blocks(s, rows):
                    most = max(most, rows * n_blocks(s.n_in) * PASS_ROWS)
                    in_blocks.append(i)
                if i > self.b.lowest:
                    self.b.dz_t_size = max(self.b.dz_t_size, s.rows * s.n_out)
            elif writes_elsewhere(s.kind) and self.b.d_other == self.b.d:
                self.b.d_other = self.arena.take(self.batch_size, self.b.sample_size)
        blocks = self.arena.take(most) if in_blocks else NULL
        for i in in_blocks:
            self.b.x_blocks[i] = blocks
        self.b.dz_t = self.arena.take(parts_of(self.batch_size) * SAMPLES_TOGETHER,
                                      self.b.dz_t_size)

    cdef _set_measures(self, loss, metrics):
        cdef CNetwork* net = self.b.net
        cdef int last = net.stages[net.n_stages - 1].activation
        cdef bint apart = net.stages[net.n_stages - 1].kind == ACTIVATION
        cdef int i
        if len(metrics) > MAX_METRICS:
            raise ValueError(f"Plan: expected at most {MAX_METRICS} compiled metrics. Received: "
                             f"{len(metrics)}.")
        self.b.loss = make_measure(loss)
        self.b.from_logits = loss.from_logits
        self.b.logits_activation = logits_activation(self.b.loss.kind)
        if not self.b.from_logits and not (apart and last == self.b.logits_activation):
            self.b.logits_activation = LINEAR
        self.b.n_metrics = len(metrics)
        for i in range(self.b.n_metrics):
            self.b.metrics[i] = make_measure(metrics[i])
            self.b.metric_sees_z[i] = (
                self.b.logits_activation != LINEAR
                and logits_activation(self.b.metrics[i].kind) == self.b.logits_activation)
            if metrics[i].from_logits and not (self.b.from_logits and self.b.metric_sees_z[i]):
                raise ValueError(f"Plan: metric {metrics[i]} wants logits, loss {loss} does not.")
        rows = self.batch_size * net.out_rows
        self.b.values = self._doubles((1 + self.b.n_metrics) * rows)
        if self.b.from_logits:
            self.b.probabilities = self.arena.take(rows, row_stride(net.n_outputs))

    # -- what the Python layer calls ------------------------------------------------------------

    def predict(self, Source x, real[:, ::1] out, Py_ssize_t first, Py_ssize_t last,
                double[::1] totals=None):
        """Write the output of samples first..last-1 to `out`, shape (last - first, n).

        Penalties of the network are added to ``totals[0]``.
        """
        cdef Task task = self._task(PREDICT, x, first, last, out)
        if totals is not None and totals.shape[0] > 0:
            task.totals = &totals[0]
        self._launch(&task)

    def evaluate(self, Source x, y, labels, weights, Py_ssize_t first, Py_ssize_t last,
                 double[::1] totals, real[:, ::1] out=None):
        """Add the loss and metrics of samples first..last-1 to `totals`, as sums over samples.

        `out` receives the output, as in `predict`.
        """
        cdef Task task = self._task(EVALUATE, x, first, last, out)
        self._set_targets(&task, x, y, labels, weights, totals)
        self._launch(&task)

    def train(self, Source x, y, labels, weights, const Py_ssize_t[::1] order, Py_ssize_t first,
              Py_ssize_t last, const double[:, ::1] factors, double[::1] totals,
              real[:, ::1] out=None):
        """Run the steps over samples order[first:last], `batch_size` at a time.

        `factors` has one row of rules.Factors a step. Loss and metrics, as they were before each
        step, are added to `totals`, and the outputs go to `out`.
        """
        cdef Task task = self._task(TRAIN, x, first, last, out)
        self._set_targets(&task, x, y, labels, weights, totals)
        self._set_order(&task, x, order)
        if factors.shape[0] * self.batch_size < last - first or factors.shape[1] != N_FACTORS:
            raise ValueError(f"Plan: expected {N_FACTORS} factors for every step. Received: shape "
                             f"{(factors.shape[0], factors.shape[1])}.")
        if last > first:
            task.factors = &factors[0, 0]
        self._launch(&task)

    def gradients(self, Source x, y, labels, weights, const Py_ssize_t[::1] order,
                  Py_ssize_t first, Py_ssize_t last, double[::1] totals, real[:, ::1] out=None):
        """Compute the gradients of one batch, order[first:last], and leave the weights alone."""
        self._prepare_gradients(last - first)
        cdef Task task = self._task(GRADIENTS, x, first, last, out)
        self._set_targets(&task, x, y, labels, weights, totals)
        self._set_order(&task, x, order)
        self._launch(&task)

    def forward(self, Source x, const Py_ssize_t[::1] order, Py_ssize_t first, Py_ssize_t last,
                real[:, ::1] out, double[::1] totals=None):
        """As `predict` but in training, for a batch order[first:last]; keep what `backward` needs.
        """
        cdef Task task = self._task(PREDICT, x, first, last, out)
        task.training = True
        if totals is not None and totals.shape[0] > 0:
            task.totals = &totals[0]
        self._set_order(&task, x, order)
        self._prepare_gradients(last - first)
        self._launch(&task)

    def backward(self, const real[:, ::1] d):
        """Compute the gradients from d, that of the loss by the output that `forward` wrote."""
        cdef Task task
        memset(&task, 0, sizeof(Task))
        self._prepare_gradients(d.shape[0])
        if d.shape[0] == 0 or d.shape[1] != self._width():
            raise ValueError(f"Plan: expected a gradient of shape (n, {self._width()}). Received: "
                             f"{(d.shape[0], d.shape[1])}.")
        task.mode = BACKWARD
        task.d = &d[0, 0]
        task.last = d.shape[0]
        self._launch(&task)

    def get_gradient(self, Py_ssize_t index, kernel, bias):
        """Write the gradients of stage `index` of those with weights, as left by `gradients`."""
        kernel, bias = self.network._flat(index, kernel, bias)
        cdef CStage* s = self.network._weighted(index, kernel, bias)
        cdef real[:, ::1] w = kernel
        cdef real[::1] b = bias
        cdef Py_ssize_t i = self.network.weighted[index]
        if self.b.w_gradient[i] == NULL:
            raise ValueError("Plan: call `gradients` first.")
        if w is not None:
            unpack(self.b.w_gradient[i], s.w_rows, s.n_out, &w[0, 0])
        if b is not None:
            unpack(self.b.b_gradient[i], 1, s.n_out, &b[0])

    cdef _prepare_gradients(self, Py_ssize_t samples):
        cdef CStage* s
        cdef int i
        if not self.training:
            raise ValueError("Plan: made without training=True.")
        if samples > self.batch_size:
            raise ValueError(f"Plan: expected at most {self.batch_size} samples. Received: "
                             f"{samples}.")
        for i in range(self.b.net.n_stages):
            s = &self.b.net.stages[i]
            if has_weights(s.kind) and self.b.b_gradient[i] == NULL:  # the one taken last
                self.b.w_gradient[i] = self.arena.take(s.w_rows, packed_width(s.n_out))
                self.b.b_gradient[i] = self.arena.take(packed_width(s.n_out))

    # -- arguments --------------------------------------------------------------------------------

    cdef Py_ssize_t _width(self):
        return self.b.net.out_rows * self.b.net.n_outputs

    cdef Task _task(self, int mode, Source x, Py_ssize_t first, Py_ssize_t last,
                    real[:, ::1] out) except *:
        cdef Task task
        memset(&task, 0, sizeof(Task))
        if x.n_features != self.network.n_inputs:
            raise ValueError(f"Plan: expected {self.network.n_inputs} numbers a sample. Received: "
                             f"{x.n_features}.")
        if not 0 <= first <= last <= x.n_samples:
            raise ValueError(f"Plan: expected 0 <= first <= last <= {x.n_samples}. Received: "
                             f"{first}, {last}.")
        if mode >= TRAIN and not self.training:
            raise ValueError("Plan: made without training=True.")
        if mode >= EVALUATE and self.b.values == NULL:
            raise ValueError("Plan: made without a loss.")
        if out is not None:
            if out.shape[0] != last - first or out.shape[1] != self._width():
                raise ValueError(f"Plan: expected out of shape {(last - first, self._width())}. "
                                 f"Received: {(out.shape[0], out.shape[1])}.")
            if last > first:
                task.out = &out[0, 0]
        task.mode = mode
        task.training = mode >= TRAIN
        task.x = &x.view
        task.first = first
        task.last = last
        return task

    cdef _set_targets(self, Task* task, Source x, const real[:, ::1] y,
                      const int64_t[:, ::1] labels, const double[::1] weights, double[::1] totals):
        if (y is None) == (labels is None):
            raise ValueError("Plan: expected y or labels, one of them.")
        if y is not None:
            if y.shape[0] != x.n_samples or y.shape[1] != self._width():
                raise ValueError(f"Plan: expected y of shape {(x.n_samples, self._width())}. "
                                 f"Received: {(y.shape[0], y.shape[1])}.")
            task.y = &y[0, 0]
        else:
            if labels.shape[0] != x.n_samples or labels.shape[1] != self.b.net.out_rows:
                raise ValueError(f"Plan: expected labels of shape "
                                 f"{(x.n_samples, self.b.net.out_rows)}. Received: "
                                 f"{(labels.shape[0], labels.shape[1])}.")
            task.labels = &labels[0, 0]
        if weights is not None:
            if weights.shape[0] != x.n_samples:
                raise ValueError(f"Plan: expected {x.n_samples} weights. Received: "
                                 f"{weights.shape[0]}.")
            task.weights = &weights[0]
        for kind in [self.b.loss.kind] + [self.b.metrics[i].kind for i in range(self.b.n_metrics)]:
            if (labels is None) == wants_labels(kind):
                raise ValueError("Plan: the targets do not fit the loss and the metrics.")
        if totals.shape[0] != 1 + self.b.n_metrics:
            raise ValueError(f"Plan: expected {1 + self.b.n_metrics} totals. Received: "
                             f"{totals.shape[0]}.")
        task.totals = &totals[0]

    cdef _set_order(self, Task* task, Source x, const Py_ssize_t[::1] order):
        cdef Py_ssize_t i
        if order is None:
            return
        if order.shape[0] < task.last:
            raise ValueError(f"Plan: expected an order of {task.last} samples. Received: "
                             f"{order.shape[0]}.")
        for i in range(task.first, task.last):
            if not 0 <= order[i] < x.n_samples:
                raise ValueError(f"Plan: sample {order[i]} in the order does not exist.")
        task.order = &order[0]

    cdef _launch(self, Task* task):
        """Open one region for all the steps of a task, with as many threads as it deserves."""
        cdef int threads = share_out(&self.b, task)
        if task.sharing == NOTHING:
            with nogil, parallel(num_threads=threads):
                run_rows(&self.b, task, threadid(), omp_get_num_threads())
        else:
            self._run_steps(task, threads)

    cdef void _run_steps(self, Task* task, int threads) noexcept:
        cdef meeting_point meeting
        cdef Py_ssize_t n_steps = (task.last - task.first + self.batch_size - 1) // self.batch_size
        meeting_point_init(&meeting, threads)
        task.meeting = &meeting
        with nogil:
            if threads == 1:  # no region at all: nothing to wait for, and safe in a forked child
                run_span(&self.b, task, 0, 1)
            else:
                with parallel(num_threads=threads):
                    run_span(&self.b, task, threadid(), omp_get_num_threads())
        meeting_point_destroy(&meeting)
        if task.training:
            for i in self.network.noisy:
                self.b.net.stages[<Py_ssize_t> i].noise.counter += n_steps
        if task.mode == TRAIN:
            self.network.n_steps += n_steps
