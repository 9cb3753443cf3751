# Predicting in threads that take rows of their own and never meet. Each has a view of the plan's
# buffers: the slice for its rows.

cdef void run_rows(const Buffers* p, const Task* task, int thread, int threads) noexcept nogil:
    """This thread's part of a prediction: rows of its own, through all stages, in its view."""
    cdef unsigned long mode = region_flush_subnormals()
    cdef Py_ssize_t rows = task.last - task.first
    cdef Py_ssize_t first = task.first + share(rows, thread, threads)
    cdef Py_ssize_t last = task.first + share(rows, thread + 1, threads)
    while first < last:
        _step(p, task, NULL, 0, first, min(p.batch_size, last - first), 0, 1)
        first += p.batch_size
    region_restore(mode)


cdef Buffers* make_views(const Buffers* p, int threads, Arena arena) except NULL:
    """Slice the buffers of a plan that predicts, one view a thread, and let `arena` own the list.

    The stages share two buffers: a slice has room for the largest output.
    """
    cdef const CNetwork* net = p.net
    cdef Buffers* views = <Buffers*> arena.take(threads, sizeof(Buffers) // sizeof(real) + 1)
    cdef Buffers* view
    cdef Py_ssize_t part = p.batch_size // threads // GROUP * GROUP
    cdef Py_ssize_t largest = 0
    cdef Py_ssize_t rows
    cdef int i, thread
    for i in range(net.n_stages):
        largest = max(largest, net.stages[i].rows_after * row_stride(net.stages[i].n_out))
    for thread in range(threads):
        view = &views[thread]
        view[0] = p[0]
        view.batch_size = part
        rows = thread * part * net.in_rows
        view.x0 += rows * row_stride(net.in_width)
        if view.nonzero != NULL:
            view.nonzero += rows
            view.row_lists += rows // GROUP * net.in_width
            view.row_counts += rows // GROUP * n_runs(net.in_width)
        view.h = <real**> arena.take(net.n_stages, sizeof(void*) // sizeof(real))
        for i in range(net.n_stages):
            if p.h[i] == _input(p, i):  # noise, which is not drawn
                view.h[i] = <real*> _input(view, i)
            else:
                view.h[i] = p.h[i] + thread * part * largest
    return views
