# Reshape and permute: the elements of a sample in another order, copied run by run.

cdef Py_ssize_t make_runs(
    table, Py_ssize_t size, Py_ssize_t n_in, Py_ssize_t n_out, Run* runs
) except -1:
    """Element i of the output is element table[i] of the input, or i with an empty table."""
    cdef Py_ssize_t i, source, count = 0
    for i in range(size):
        source = table[i] if table else i
        source = source // n_in * row_stride(n_in) + source % n_in
        target = i // n_out * row_stride(n_out) + i % n_out
        if count and source == runs[count - 1].source + runs[count - 1].length and (
                target == runs[count - 1].target + runs[count - 1].length):
            runs[count - 1].length += 1
        else:
            runs[count].source, runs[count].target, runs[count].length = source, target, 1
            count += 1
    return count


cdef void reorder(const CStage* s, const real* x, real* h, bint back) noexcept nogil:
    """Copy one sample from x to h; `back` goes from the output's order to the input's."""
    cdef Py_ssize_t i
    cdef const Run* run
    for i in range(s.n_runs):
        run = s.runs + i
        memcpy(h + (run.source if back else run.target), x + (run.target if back else run.source),
               run.length * sizeof(real))
