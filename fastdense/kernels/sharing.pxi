# How many threads a task deserves, and what they share: samples, or the panels of every product.

from .cpu cimport thread_limit

cdef enum:
    PANELS  # all samples belong to all threads, who meet after every phase
    SAMPLES  # each thread takes its own from one end of the network to the other and back
    NOTHING  # the same for predictions: nobody ever waits

# A thread earns its place in the team with this many floating-point operations a step, since some
# ten meetings a step cost a few microseconds. Two threads against one on a 2-core Zen 4 (2026-11):
# 0.8 to 1.1 x below 0.6 MFLOP a step, 1.1 to 1.5 x from 0.7 to 3, 1.9 x at 784-512-10, batch 128.
# With samples of their own it is 1.2 to 1.7 x from 0.7 on. Less would do in quiet minutes; in
# others of the same virtual machine a step that takes 4 us alone took 9.
cdef double FLOPS_PER_THREAD = 3.5e5

# What a row costs besides its products, told as operations; more in a prediction whose threads
# never wait, since more threads pay off sooner there.
cdef double FLOPS_PER_ROW = 1e4
cdef double FLOPS_PER_STEPPED_ROW = 1.5e3

# With samples of their own, all threads read all weights. That costs nothing if these fit into
# every L2 or are used by many rows. In training weights cross from core to core instead of outputs:
# steps take 0.78 to 0.85 of the time with widths up to 64, 0.97 with 128 from a batch of 128
# on, as long for 256-256-10, and 1.05 or more with more weights a sample (RMSprop, 2026-11).
cdef enum:
    ROWS_ALONE = 64
    WEIGHTS_ALONE = 524288  # bytes
    WEIGHTS_A_SAMPLE = 512


cdef int threads_for(double work, double per_thread) noexcept nogil:
    """As many threads as the work deserves, at least one and within the limit."""
    return <int> max(1.0, min(<double> thread_limit(), work / per_thread))


cdef int share_out(const Buffers* p, Task* task) noexcept nogil:
    """Say in `task` what is shared; return the number of threads."""
    cdef Py_ssize_t samples = min(p.batch_size, task.last - task.first)
    cdef double flops = p.net.flops
    cdef double times = <double> samples * (3 if task.mode >= TRAIN else 1)
    cdef int threads = threads_for(
        (flops + FLOPS_PER_ROW) * <double> (task.last - task.first), FLOPS_PER_THREAD)
    if threads > 1 and _predicts_alone(p, task, samples // threads):
        task.sharing = NOTHING
        return threads
    threads = <int> min(
        <Py_ssize_t> threads_for((flops + FLOPS_PER_STEPPED_ROW) * times, FLOPS_PER_THREAD),
        parts_of(samples))
    if threads > 1 and _steps_alone(p, task, samples):
        task.sharing = SAMPLES
        return threads
    task.sharing = PANELS
    return threads_for(flops * times, FLOPS_PER_THREAD)


cdef bint _predicts_alone(const Buffers* p, const Task* task, Py_ssize_t samples) noexcept nogil:
    if p.own_outputs or task.mode != PREDICT or task.totals != NULL or samples < GROUP:
        return False
    return samples >= ROWS_ALONE or p.net.n_weights * sizeof(real) <= WEIGHTS_ALONE


cdef bint _steps_alone(const Buffers* p, const Task* task, Py_ssize_t samples) noexcept nogil:
    cdef int i
    for i in range(p.net.n_stages if task.training or task.mode == BACKWARD else 0):
        if sums_over_batch(p.net.stages[i].kind):
            return False
    return (p.net.n_weights <= WEIGHTS_A_SAMPLE * samples
            and p.net.n_weights * sizeof(real) <= WEIGHTS_ALONE)
