# A plan: the buffers for one batch size, and the step that runs in them.
#
# a) One parallel region runs a whole span of steps; phases are separated by barriers. A fork and
#    join per phase costs more than it reads.
# b) Everything a step needs is allocated when the plan is made. The Python layer decides how many
#    steps make a span, so that Ctrl-C and the progress bar are served between two.
# c) backward_data of a layer ends before its weights are updated in place.
# d) Sums over a batch (loss, metrics) are added by one thread, in row order, in float64.
#
# Layouts: activations and their gradients are row-major (rows, row_stride(width)); dz is packed
# twice, in panels of features for backward_weights and in panels of samples for backward_data.

from cython.parallel cimport parallel, threadid

from .cpu cimport thread_limit

# A thread earns its place in the team with this many floating-point operations a step: opening a
# region and some ten barriers cost a few microseconds (bench/test_threads.py).
cdef double FLOPS_PER_THREAD = 1e6

cdef enum:
    PREDICT
    BACKWARD  # after a PREDICT in the same training plan, from a gradient made elsewhere
    EVALUATE
    TRAIN
    GRADIENTS

cdef enum:
    MAX_METRICS = 16

cdef struct Task:
    int mode
    const Py_buffer* x
    const Py_ssize_t* order  # sample numbers; NULL: as they lie
    const real* y  # (n, out_rows * n_outputs), or NULL
    const int64_t* labels  # (n, out_rows), or NULL
    const double* weights  # (n,), or NULL
    const double* learning_rates  # one a step
    Py_ssize_t first
    Py_ssize_t last
    const real* d  # (last - first, out_rows * n_outputs), gradient of the output, for BACKWARD
    double* totals  # (1 + n_metrics,): sums over samples of the loss and each metric
    real* out  # (last - first, out_rows * n_outputs)

cdef struct Weights:  # context of the backward_weights epilogue
    CStage* stage
    const Update* update
    const real* dz  # packed (rows, n_out)
    Py_ssize_t rows
    real* w_gradient  # packed as w: kept here instead of used; NULL in training
    real* b_gradient


cdef void _finish_backward_weights(
    void* context, real* c, Py_ssize_t width, Py_ssize_t row, Py_ssize_t n_rows, Py_ssize_t panel
) noexcept nogil:
    """Use the tile of the gradient, while it is in L1, for the update of the same tile of w."""
    cdef Weights* f = <Weights*> context
    cdef CStage* s = f.stage
    cdef Py_ssize_t at = panel * PANEL * s.n_in + row * width
    cdef Py_ssize_t i, j
    cdef const real* dz
    cdef real* db
    _apply(f, s.w, f.w_gradient, s.w_slots, at, c, n_rows * width)
    if row == 0 and s.use_bias:  # the first tile of a panel also takes its biases
        db = c  # no longer needed
        for j in range(width):
            db[j] = 0
        dz = f.dz + panel * PANEL * f.rows
        for i in range(f.rows):
            for j in range(width):
                db[j] += dz[i * width + j]
        _apply(f, s.b, f.b_gradient, s.b_slots, panel * PANEL, db, width)


cdef void _apply(
    Weights* f, real* w, real* kept, real** slots, Py_ssize_t at, const real* g, Py_ssize_t n
) noexcept nogil:
    cdef real* here[MAX_SLOTS]
    cdef int slot
    if kept != NULL:
        memcpy(kept + at, g, n * sizeof(real))
        return
    for slot in range(f.update.n_slots):
        here[slot] = slots[slot] + at
    update(f.update, w + at, g, here, n)


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
    cdef CNetwork* net
    cdef readonly Py_ssize_t batch_size
    cdef readonly bint training
    cdef Arena arena
    cdef real* x0  # (rows, row_stride(in_width))
    cdef real** h  # output of each stage
    cdef real** dz  # dense: packed (rows, n_out)
    cdef real** dz_t  # dense: packed (n_out, rows)
    cdef real** w_gradient  # dense: as w, after `gradients`
    cdef real** b_gradient
    cdef real* d  # gradient of the current stage's output, then of its input
    cdef real* d_other
    cdef real* p  # probabilities, where the model puts out logits
    cdef double* values  # (1 + n_metrics, rows)
    cdef int lowest  # first stage with something to train
    cdef Measure loss
    cdef bint from_logits
    cdef int logits_activation  # the last activation, if the loss looks behind it; else LINEAR
    cdef int n_metrics
    cdef Measure metrics[MAX_METRICS]
    cdef bint metric_sees_z[MAX_METRICS]

    def __cinit__(self, Network network, Py_ssize_t batch_size, training=False, loss=None,
                  metrics=()):
        if batch_size < 1:
            raise ValueError(f"Plan: expected batch_size >= 1. Received: {batch_size}.")
        self.network = network
        self.net = &network.net
        self.batch_size = batch_size
        self.training = training
        self.arena = Arena()
        self.h = self._pointers()
        self.dz = self._pointers()
        self.dz_t = self._pointers()
        self.w_gradient = self._pointers()
        self.b_gradient = self._pointers()
        self._allocate_forward()
        if loss is not None:
            self._set_measures(loss, metrics)
        if training:
            self._allocate_backward()

    cdef real** _pointers(self) except NULL:
        return <real**> self.arena.take(
            self.net.n_stages, sizeof(void*) // sizeof(real))

    cdef _allocate_forward(self):
        cdef CNetwork* net = self.net
        cdef real* even
        cdef real* odd
        cdef int i
        self.x0 = self.arena.take(self.batch_size * net.in_rows, row_stride(net.in_width))
        if self.training:  # the backward pass needs every output
            for i in range(net.n_stages):
                self.h[i] = self.arena.take(self._size_after(i))
        else:  # two buffers in turn; the last output and its logits are both still there at the end
            size = max([self._size_after(i) for i in range(net.n_stages)])
            even = self.arena.take(size)
            odd = self.arena.take(size)
            for i in range(net.n_stages):
                self.h[i] = odd if i % 2 else even

    cdef _size_after(self, int i):
        """Elements of the row-major output of stage i."""
        cdef CStage* s = &self.net.stages[i]
        rows = 1 if s.kind == RESHAPE else s.rows
        return self.batch_size * rows * row_stride(s.n_out)

    cdef _allocate_backward(self):
        cdef CNetwork* net = self.net
        cdef CStage* s
        cdef Py_ssize_t rows
        cdef int i
        size = max([self._size_after(i) for i in range(net.n_stages)]
                   + [self.batch_size * net.in_rows * row_stride(net.in_width)])
        self.d = self.arena.take(size)
        self.lowest = net.n_stages
        for i in range(net.n_stages - 1, -1, -1):
            s = &net.stages[i]
            rows = self.batch_size * s.rows
            if s.kind == DENSE:
                self.dz[i] = self.arena.take(rows, packed_width(s.n_out))
                self.dz_t[i] = self.arena.take(packed_width(rows), s.n_out)
                if s.trainable:
                    self.lowest = i
            elif s.kind == RESHAPE and self.d_other == NULL:
                self.d_other = self.arena.take(size)

    cdef _set_measures(self, loss, metrics):
        cdef CNetwork* net = self.net
        cdef int last = net.stages[net.n_stages - 1].activation
        cdef bint apart = net.stages[net.n_stages - 1].kind == ACTIVATION
        cdef int i
        if len(metrics) > MAX_METRICS:
            raise ValueError(f"Plan: expected at most {MAX_METRICS} compiled metrics. Received: "
                             f"{len(metrics)}.")
        self.loss = make_measure(loss)
        self.from_logits = loss.from_logits
        self.logits_activation = logits_activation(self.loss.kind)
        if not self.from_logits and not (apart and last == self.logits_activation):
            self.logits_activation = LINEAR
        self.n_metrics = len(metrics)
        for i in range(self.n_metrics):
            self.metrics[i] = make_measure(metrics[i])
            self.metric_sees_z[i] = (
                self.logits_activation != LINEAR
                and logits_activation(self.metrics[i].kind) == self.logits_activation)
            if metrics[i].from_logits and not (self.from_logits and self.metric_sees_z[i]):
                raise ValueError(f"Plan: metric {metrics[i]} wants logits, loss {loss} does not.")
        rows = self.batch_size * net.out_rows
        self.values = <double*> self.arena.take(
            (1 + self.n_metrics) * rows, sizeof(double) // sizeof(real))
        if self.from_logits:
            self.p = self.arena.take(rows, row_stride(net.n_outputs))

    # -- what the Python layer calls ------------------------------------------------------------

    def predict(self, Source x, real[:, ::1] out, Py_ssize_t first, Py_ssize_t last):
        """Write the output of samples first..last-1 to `out`, shape (last - first, n)."""
        cdef Task task = self._task(PREDICT, x, first, last, out)
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
              Py_ssize_t last, const double[::1] learning_rates, double[::1] totals,
              real[:, ::1] out=None):
        """Run the steps over samples order[first:last], `batch_size` at a time.

        `learning_rates` has one entry a step. Loss and metrics, as they were before each step, are
        added to `totals`, and the outputs go to `out`.
        """
        cdef Task task = self._task(TRAIN, x, first, last, out)
        self._set_targets(&task, x, y, labels, weights, totals)
        self._set_order(&task, x, order)
        if learning_rates.shape[0] * self.batch_size < last - first:
            raise ValueError(f"Plan: expected a learning rate for every step. Received: "
                             f"{learning_rates.shape[0]}.")
        if last > first:
            task.learning_rates = &learning_rates[0]
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
                real[:, ::1] out):
        """Write the output of one batch, order[first:last], and keep what `backward` needs."""
        cdef Task task = self._task(PREDICT, x, first, last, out)
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

    def get_gradient(self, Py_ssize_t index, real[:, ::1] kernel, bias):
        """Write the gradients of the dense stage `index`, as left by `gradients`, to arrays."""
        cdef CStage* s = self.network._dense(index, kernel, bias)
        cdef real[::1] b = bias
        cdef Py_ssize_t i = self.network.dense[index]
        if self.w_gradient[i] == NULL:
            raise ValueError("Plan: call `gradients` first.")
        unpack(self.w_gradient[i], s.n_in, s.n_out, &kernel[0, 0])
        if b is not None:
            unpack(self.b_gradient[i], 1, s.n_out, &b[0])

    cdef _prepare_gradients(self, Py_ssize_t samples):
        cdef CStage* s
        cdef int i
        if not self.training:
            raise ValueError("Plan: made without training=True.")
        if samples > self.batch_size:
            raise ValueError(f"Plan: expected at most {self.batch_size} samples. Received: "
                             f"{samples}.")
        for i in range(self.net.n_stages):
            s = &self.net.stages[i]
            if s.kind == DENSE and self.w_gradient[i] == NULL:
                self.w_gradient[i] = self.arena.take(s.n_in, packed_width(s.n_out))
                self.b_gradient[i] = self.arena.take(packed_width(s.n_out))

    # -- arguments --------------------------------------------------------------------------------

    cdef Py_ssize_t _width(self):
        return self.net.out_rows * self.net.n_outputs

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
        if mode >= EVALUATE and self.values == NULL:
            raise ValueError("Plan: made without a loss.")
        if out is not None:
            if out.shape[0] != last - first or out.shape[1] != self._width():
                raise ValueError(f"Plan: expected out of shape {(last - first, self._width())}. "
                                 f"Received: {(out.shape[0], out.shape[1])}.")
            if last > first:
                task.out = &out[0, 0]
        task.mode = mode
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
            if labels.shape[0] != x.n_samples or labels.shape[1] != self.net.out_rows:
                raise ValueError(f"Plan: expected labels of shape "
                                 f"{(x.n_samples, self.net.out_rows)}. Received: "
                                 f"{(labels.shape[0], labels.shape[1])}.")
            task.labels = &labels[0, 0]
        if weights is not None:
            if weights.shape[0] != x.n_samples:
                raise ValueError(f"Plan: expected {x.n_samples} weights. Received: "
                                 f"{weights.shape[0]}.")
            task.weights = &weights[0]
        for kind in [self.loss.kind] + [self.metrics[i].kind for i in range(self.n_metrics)]:
            if (labels is None) == wants_labels(kind):
                raise ValueError("Plan: the targets do not fit the loss and the metrics.")
        if totals.shape[0] != 1 + self.n_metrics:
            raise ValueError(f"Plan: expected {1 + self.n_metrics} totals. Received: "
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

    # -- the span -----------------------------------------------------------------------------------

    cdef void _launch(self, const Task* task) noexcept:
        """Open one region for all the steps of a task, with as many threads as a step deserves."""
        cdef double flops = self.net.flops * <double> min(
            self.batch_size, task.last - task.first) * (3 if task.mode >= TRAIN else 1)
        cdef int threads = <int> max(1.0, min(<double> thread_limit(), flops / FLOPS_PER_THREAD))
        with nogil:
            if threads == 1:  # no region at all: nothing to wait for, and safe in a forked child
                self._run(task, 0, 1)
            else:
                with parallel(num_threads=threads):
                    self._run(task, threadid(), omp_get_num_threads())

    cdef void _run(self, const Task* task, int thread, int threads) noexcept nogil:
        cdef unsigned long mode = region_flush_subnormals()
        cdef Py_ssize_t first = task.first
        cdef Py_ssize_t step = 0
        cdef Update rule = self.net.update
        while first < task.last:
            if task.mode == TRAIN:
                rule.learning_rate = <real> task.learning_rates[step]
            self._step(task, &rule, first, min(self.batch_size, task.last - first), thread, threads)
            first += self.batch_size
            step += 1
        region_restore(mode)

    cdef void _step(self, const Task* task, const Update* rule, Py_ssize_t first, Py_ssize_t m,
                    int thread, int threads) noexcept nogil:
        """One batch of m samples, from `first` on: this thread's part of every phase."""
        cdef int n = self.net.n_stages
        cdef int i
        if task.mode == BACKWARD:
            self._copy_in(task, m, thread, threads)
            region_barrier()
            self._backward(task, rule, m, thread, threads)
            return
        self._gather(task, first, m, thread, threads)
        region_barrier()
        for i in range(n):
            self._forward(i, m, thread, threads)
            region_barrier()
        if task.mode == PREDICT:
            self._copy_out(task, first, m, thread, threads)
            return
        if task.out != NULL:
            self._copy_out(task, first, m, thread, threads)
        self._measure(task, first, m, thread, threads)
        region_barrier()
        if thread == 0:
            self._add_totals(task, m)
        if task.mode >= TRAIN:
            self._backward(task, rule, m, thread, threads)
            region_barrier()

    cdef void _gather(self, const Task* task, Py_ssize_t first, Py_ssize_t m, int thread,
                      int threads) noexcept nogil:
        cdef CNetwork* net = self.net
        cdef Py_ssize_t stride = row_stride(net.in_width)
        cdef Py_ssize_t i, row, sample
        for i in range(share(m, thread, threads), share(m, thread + 1, threads)):
            sample = task.order[first + i] if task.order != NULL else first + i
            for row in range(net.in_rows):
                gather_row(task.x, sample, row * net.in_width, net.in_width, net.in_scale,
                           net.in_offset, self.x0 + (i * net.in_rows + row) * stride)

    cdef void _copy_out(self, const Task* task, Py_ssize_t first, Py_ssize_t m, int thread,
                        int threads) noexcept nogil:
        cdef Py_ssize_t rows = m * self.net.out_rows
        cdef Py_ssize_t n = self.net.n_outputs
        cdef const real* h = self.h[self.net.n_stages - 1]
        cdef real* out = task.out + (first - task.first) * self.net.out_rows * n
        cdef Py_ssize_t i
        for i in range(share(rows, thread, threads), share(rows, thread + 1, threads)):
            memcpy(out + i * n, h + i * row_stride(n), n * sizeof(real))

    cdef void _copy_in(self, const Task* task, Py_ssize_t m, int thread,
                       int threads) noexcept nogil:
        cdef Py_ssize_t rows = m * self.net.out_rows
        cdef Py_ssize_t n = self.net.n_outputs
        cdef Py_ssize_t i
        for i in range(share(rows, thread, threads), share(rows, thread + 1, threads)):
            memcpy(self.d + i * row_stride(n), task.d + i * n, n * sizeof(real))

    cdef void _forward(self, int i, Py_ssize_t m, int thread, int threads) noexcept nogil:
        """Output of stage i from the output of the one before."""
        cdef CStage* s = &self.net.stages[i]
        cdef const real* x = self._input(i)
        cdef real* h = self.h[i]
        cdef Py_ssize_t rows = m * s.rows
        cdef Py_ssize_t x_stride = row_stride(s.n_in)
        cdef Py_ssize_t h_stride = row_stride(s.n_out)
        cdef Py_ssize_t row, j
        if s.kind == DENSE:
            dense_forward(x, x_stride, rows, s.w, s.n_in, s.n_out, s.activation, s.b, h, h_stride,
                          thread, threads)
            return
        for row in range(share(rows, thread, threads), share(rows, thread + 1, threads)):
            if s.kind == ACTIVATION:
                activate_row(s.activation, x + row * x_stride, h + row * h_stride, s.n_in)
            elif s.kind == AFFINE:
                for j in range(s.n_in):
                    h[row * h_stride + j] = x[row * x_stride + j] * s.scale + s.offset
            else:  # RESHAPE: the rows of a sample, end to end
                memcpy(h + row // s.rows * h_stride + row % s.rows * s.n_in, x + row * x_stride,
                       s.n_in * sizeof(real))

    cdef const real* _input(self, int i) noexcept nogil:
        return self.x0 if i == 0 else self.h[i - 1]

    # -- loss and metrics ---------------------------------------------------------------------------

    cdef void _measure(self, const Task* task, Py_ssize_t first, Py_ssize_t m, int thread,
                       int threads) noexcept nogil:
        """Values of the loss and the metrics, and d = the loss's gradient, for a share of the rows.

        The gradient of the mean over the batch: 1/m is applied here, once.
        """
        cdef CNetwork* net = self.net
        cdef Py_ssize_t rows = m * net.out_rows
        cdef Py_ssize_t most = self.batch_size * net.out_rows
        cdef Py_ssize_t n = net.n_outputs
        cdef Py_ssize_t stride = row_stride(n)
        cdef Py_ssize_t i, sample, at
        cdef double weight
        cdef const real* z
        cdef Row row
        cdef int k
        row.n = n
        for i in range(share(rows, thread, threads), share(rows, thread + 1, threads)):
            sample = first + i // net.out_rows
            if task.order != NULL:
                sample = task.order[sample]
            at = sample * net.out_rows + i % net.out_rows
            row.y = task.y + at * n if task.y != NULL else NULL
            row.label = task.labels[at] if task.labels != NULL else -1
            row.p = self.h[net.n_stages - 1] + i * stride
            z = NULL
            if self.from_logits:
                z = row.p
                activate_row(self.logits_activation, z, self.p + i * stride, n)
            elif self.logits_activation != LINEAR:
                z = self._input(net.n_stages - 1) + i * stride
            for k in range(self.n_metrics):
                row.z = z if self.metric_sees_z[k] else NULL
                row.p = self.h[net.n_stages - 1] + i * stride
                if self.from_logits and self.metric_sees_z[k]:
                    row.p = self.p + i * stride
                self.values[(1 + k) * most + i] = measure(&self.metrics[k], &row, 0, NULL)
            row.z = z
            row.p = self.p + i * stride if self.from_logits else self.h[net.n_stages - 1] + i * stride
            weight = task.weights[sample] if task.weights != NULL else 1
            self.values[i] = weight * measure(
                &self.loss, &row, weight / <double> rows,
                self.d + i * stride if task.mode >= TRAIN else NULL)

    cdef void _add_totals(self, const Task* task, Py_ssize_t m) noexcept nogil:
        cdef Py_ssize_t rows = m * self.net.out_rows
        cdef Py_ssize_t most = self.batch_size * self.net.out_rows
        cdef Py_ssize_t i
        cdef double total
        cdef int k
        for k in range(1 + self.n_metrics):
            total = 0
            for i in range(rows):
                total += self.values[k * most + i]
            task.totals[k] += total / <double> self.net.out_rows

    # -- backward -----------------------------------------------------------------------------------

    cdef void _backward(self, const Task* task, const Update* rule, Py_ssize_t m, int thread,
                        int threads) noexcept nogil:
        """From d, the gradient of the last output, to the weights of every trainable stage."""
        cdef CStage* s
        cdef real* d = self.d
        cdef real* other = self.d_other
        cdef Py_ssize_t rows, row, stride
        cdef int i = self.net.n_stages - 1
        if self.logits_activation != LINEAR and not self.from_logits and task.mode != BACKWARD:
            i -= 1  # d is with respect to the logits already
        while i >= self.lowest:
            s = &self.net.stages[i]
            rows = m * s.rows
            stride = row_stride(s.n_in)
            if s.kind == DENSE:
                pack_dz(d, self.h[i], row_stride(s.n_out), rows, s.n_out, s.activation,
                        self.dz[i], self.dz_t[i] if i > self.lowest else NULL, thread, threads)
                region_barrier()
                if i > self.lowest:
                    dense_backward_data(self.dz_t[i], s.w, rows, s.n_in, s.n_out, d, stride,
                                        thread, threads)
                    region_barrier()  # the update overwrites the weights that this read
                if s.trainable:
                    self._backward_weights(i, task.mode, rule, rows, thread, threads)
            else:
                for row in range(share(rows, thread, threads), share(rows, thread + 1, threads)):
                    self._row_backward(s, i, d, other, row, stride)
                if s.kind == RESHAPE:
                    d, other = other, d
                region_barrier()
            i -= 1

    cdef void _backward_weights(self, int i, int mode, const Update* rule, Py_ssize_t rows,
                                int thread, int threads) noexcept nogil:
        cdef CStage* s = &self.net.stages[i]
        cdef Weights context
        context.stage = s
        context.update = rule
        context.dz = self.dz[i]
        context.rows = rows
        context.w_gradient = self.w_gradient[i] if mode != TRAIN else NULL
        context.b_gradient = self.b_gradient[i] if mode != TRAIN else NULL
        cdef Product p
        # row j of the product is feature j: the columns of x
        p.operands = rows_of(self._input(i), 1, row_stride(s.n_in), rows)
        p.operands.b = self.dz[i]
        p.rows = s.n_in
        p.columns = s.n_out
        p.epilogue = _finish_backward_weights
        p.context = &context
        multiply(&p, thread, threads)

    cdef void _row_backward(self, CStage* s, int i, real* d, real* other, Py_ssize_t row,
                            Py_ssize_t stride) noexcept nogil:
        cdef Py_ssize_t j
        if s.kind == ACTIVATION:
            activation_backward(s.activation, self.h[i] + row * stride, d + row * stride,
                                d + row * stride, s.n_in)
        elif s.kind == AFFINE:
            for j in range(s.n_in):
                d[row * stride + j] *= s.scale
        else:
            memcpy(other + row * stride,
                   d + row // s.rows * row_stride(s.n_out) + row % s.rows * s.n_in,
                   s.n_in * sizeof(real))
