# What the steps of a plan work in: the task, the buffers, and slices of the buffers for threads
# that predict rows of their own.

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
    const double* factors  # N_FACTORS a step
    Py_ssize_t first
    Py_ssize_t last
    const real* d  # (last - first, out_rows * n_outputs), gradient of the output, for BACKWARD
    bint training  # noise is drawn, statistics are those of the batch
    double* totals  # (1 + n_metrics,): sums over samples of the loss and each metric; or NULL
    real* out  # (last - first, out_rows * n_outputs)
    meeting_point* meeting  # where the threads wait for each other between phases

cdef struct Buffers:  # of a plan
    CNetwork* net
    Py_ssize_t batch_size
    real* x0  # (rows, row_stride(in_width))
    Py_ssize_t* nonzero  # (rows,) of x0; NULL where zeros are of no interest
    int32_t* row_lists  # zeros.pxi: for the forward product of x0
    int32_t* row_counts
    int32_t* column_lists  # and for its weight gradient
    int32_t* column_counts
    real** h  # output of each stage
    double** penalties  # penalty: the value of each row
    real** saved  # normalization: centers and factors for the backward pass
    real** dz  # dense: packed (rows, n_out)
    real** dz_t  # dense: packed (n_out, rows)
    real** w_gradient  # dense: as w, after a task that keeps them
    real** b_gradient
    real* d  # gradient of the current stage's output, then of its input
    real* d_other
    real* probabilities  # where the model puts out logits
    double* values  # (1 + n_metrics, rows)
    int lowest  # first stage with something to train
    Measure loss
    bint from_logits
    int logits_activation  # the last activation, if the loss looks behind it; else LINEAR
    int n_metrics
    Measure metrics[MAX_METRICS]
    bint metric_sees_z[MAX_METRICS]


cdef const real* _input(const Buffers* p, int i) noexcept nogil:
    return p.x0 if i == 0 else p.h[i - 1]


cdef class Slices:
    """The buffers of a plan that does not train, cut into one set a thread."""

    cdef Arena arena
    cdef Buffers* views
    cdef int n

    cdef cut(self, const Buffers* b, int threads):
        """Cut for so many threads, or leave it as it is if it was cut so before."""
        cdef const CNetwork* net = b.net
        cdef Py_ssize_t part = b.batch_size // threads // GROUP * GROUP
        cdef Py_ssize_t largest = 0
        cdef Py_ssize_t rows
        cdef Buffers* view
        cdef int i, thread
        if threads == self.n:
            return
        for i in range(net.n_stages):  # the stages share two buffers: room for any of them
            largest = max(largest, net.stages[i].rows_after * row_stride(net.stages[i].n_out))
        self.n = 0
        self.arena = Arena()
        self.views = <Buffers*> self.arena.take(threads, sizeof(Buffers) // sizeof(real) + 1)
        for thread in range(threads):
            view = &self.views[thread]
            view[0] = b[0]
            view.batch_size = part
            rows = thread * part * net.in_rows
            view.x0 += rows * row_stride(net.in_width)
            if view.nonzero != NULL:
                view.nonzero += rows
                view.row_lists += rows // GROUP * net.in_width
                view.row_counts += rows // GROUP * n_runs(net.in_width)
            view.h = <real**> self.arena.take(net.n_stages, sizeof(void*) // sizeof(real))
            view.penalties = <double**> self.arena.take(
                net.n_stages, sizeof(void*) // sizeof(real))
            for i in range(net.n_stages):
                if b.penalties[i] != NULL:
                    view.penalties[i] = b.penalties[i] + thread * part * net.stages[i].rows
                if b.h[i] == _input(b, i):  # noise, which is not drawn
                    view.h[i] = <real*> _input(view, i)
                else:
                    view.h[i] = b.h[i] + thread * part * largest
        self.n = threads
