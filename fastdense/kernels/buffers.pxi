# What the steps of a plan work in: the task, the buffers, and who takes which samples.

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
    int sharing  # what the threads share; see sharing.pxi
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
    bint own_outputs  # each in a buffer of its own; else in two, in turn
    Py_ssize_t sample_size  # the most elements that a sample takes after any stage
    double** penalties  # penalty: the value of each row
    real** saved  # normalization: centers and factors for the backward pass
    real** dz  # dense: packed (rows, n_out)
    real** x_blocks  # dense: where its input is copied to, in blocks; one for all; NULL: nowhere
    real* dz_t  # dense: packed (n_out, rows); of one stage at a time
    Py_ssize_t dz_t_size  # the most elements that a sample takes in it
    real** w_gradient  # dense: as w, after a task that keeps them
    real** b_gradient
    real* d  # gradient of the current stage's output, then of its input
    real* d_other  # the same, where no stage writes elsewhere
    real* probabilities  # where the model puts out logits
    double* values  # (1 + n_metrics, rows)
    int lowest  # first stage with something to train
    Measure loss
    bint from_logits
    int logits_activation  # the last activation, if the loss looks behind it; else LINEAR
    int n_metrics
    Measure metrics[MAX_METRICS]
    bint metric_sees_z[MAX_METRICS]


cdef enum:
    SAMPLES_TOGETHER = 16  # a multiple of GROUP, and of VECTOR at every level: whole panels of dz_t


cdef inline Py_ssize_t parts_of(Py_ssize_t samples) noexcept nogil:
    """Into how many parts a batch can be cut."""
    return (samples + SAMPLES_TOGETHER - 1) // SAMPLES_TOGETHER


cdef struct Crew:  # the threads that take some samples of a batch through a step
    Team team
    Py_ssize_t first  # samples first..last-1, counted from the first of the batch
    Py_ssize_t last


cdef inline Crew crew_of(Py_ssize_t first, Py_ssize_t last, Team team) noexcept nogil:
    cdef Crew crew
    crew.team = team
    crew.first = first
    crew.last = last
    return crew


cdef inline Py_ssize_t rows_from(const Crew* c, Py_ssize_t rows) noexcept nogil:
    """First row, of so many a sample, that this thread takes; counted in the batch."""
    return c.first * rows + share((c.last - c.first) * rows, c.team.thread, c.team.threads)


cdef inline Py_ssize_t rows_to(const Crew* c, Py_ssize_t rows) noexcept nogil:
    return c.first * rows + share((c.last - c.first) * rows, c.team.thread + 1, c.team.threads)


# Some buffers serve several stages, whose rows differ in size. There a crew keeps to the place of
# its samples at the largest of these sizes, so that crews need not be at the same stage. What is
# told is where row 0 of the batch would be.

cdef inline real* _place(
    const Buffers* p, real* shared, const Crew* c, Py_ssize_t rows, Py_ssize_t width
) noexcept nogil:
    return shared + c.first * (p.sample_size - rows * row_stride(width))


cdef inline real* _output(const Buffers* p, int i, const Crew* c) noexcept nogil:
    if p.own_outputs or p.h[i] == p.x0:
        return p.h[i]
    return _place(p, p.h[i], c, p.net.stages[i].rows_after, p.net.stages[i].n_out)


cdef inline real* _input(const Buffers* p, int i, const Crew* c) noexcept nogil:
    return p.x0 if i == 0 else _output(p, i - 1, c)
