# Zero-skipping: which k a tile has to add, where the input has zeros.
#
# A term 0 * w changes no bit of a sum when w is finite, so leaving it out gives the same result:
# pixels, one-hot and count data lose half of their products or more. The price is known: a zero
# hides an Inf or a NaN in the weight behind it.
#
# forward            blocks of rows of x       lists of the columns that are not zero in all of them
# backward_weights   blocks of columns of x    lists of the rows that are not zero in all of them
#
# A list holds what any of GROUP neighbours needs, ascending, in runs of PASS_K k (product.pxi).

cdef enum:
    FLAGS = 256  # columns looked at together

# Worth looking, if no more than this share of x is not zero; worth using, if the lists keep no more
# than this share of the products. One pass over x costs 2 % of the dense products it may save, and
# a tile of GROUP rows runs at 0.95 of the speed of a full one (784 x 512, Zen 4, 2026-11).
cdef double MOST_DENSE = 0.7
cdef double MOST_KEPT = 0.9
cdef enum:
    LEAST_WEIGHTS = 4096  # of a stage, below which nothing is worth looking for

cdef struct Lists:
    Py_ssize_t blocks
    Py_ssize_t length  # of a full list: the number of k
    int32_t* k  # (blocks, length), of which each run uses the first part
    int32_t* counts  # (blocks, runs): how many in each run


cdef inline Py_ssize_t n_runs(Py_ssize_t length) noexcept nogil:
    return (length + PASS_K - 1) // PASS_K


cdef inline const int32_t* list_of(
    const Lists* lists, Py_ssize_t block, Py_ssize_t start, Py_ssize_t* count
) noexcept nogil:
    """The run of a block's list that begins at k = start, a multiple of PASS_K."""
    count[0] = lists.counts[block * n_runs(lists.length) + start // PASS_K]
    return lists.k + block * lists.length + start


cdef double kept(const Lists* lists) noexcept nogil:
    """Share of the products that the lists keep."""
    cdef Py_ssize_t i
    cdef double total = 0
    for i in range(lists.blocks * n_runs(lists.length)):
        total += lists.counts[i]
    return total / (<double> lists.blocks * <double> lists.length)


cdef void list_columns(
    const real* x, Py_ssize_t stride, Py_ssize_t rows, Py_ssize_t block, const Lists* lists
) noexcept nogil:
    """For one block of GROUP rows of x (rows, lists.length): the columns not all zero in it."""
    cdef uint8_t flags[FLAGS]
    cdef int32_t* list = lists.k + block * lists.length
    cdef int32_t* counts = lists.counts + block * n_runs(lists.length)
    cdef Py_ssize_t first = block * GROUP
    cdef Py_ssize_t row, i, n
    cdef Py_ssize_t start = 0
    cdef Py_ssize_t count = 0
    while start < lists.length:
        n = min(lists.length - start, <Py_ssize_t> FLAGS)
        memset(flags, 0, FLAGS)
        for row in range(first, min(first + GROUP, rows)):
            for i in range(n):
                flags[i] |= x[row * stride + start + i] != 0
        if start % PASS_K == 0:
            count = 0
        for i in range(n):  # without a branch: zeros come in no order
            list[start // PASS_K * PASS_K + count] = <int32_t> (start + i)
            count += flags[i]
        counts[start // PASS_K] = <int32_t> count
        start += FLAGS


cdef void list_rows(
    const real* x, Py_ssize_t stride, Py_ssize_t columns, Py_ssize_t first, Py_ssize_t last,
    const Lists* lists,
) noexcept nogil:
    """For blocks first..last-1 of GROUP columns of x (lists.length, columns): the rows not all 0.
    """
    cdef Py_ssize_t block, row, run, start, count, n
    cdef int32_t* list
    cdef const real* column
    for block in range(first, last):
        list = lists.k + block * lists.length
        column = x + block * GROUP
        n = min(columns - block * GROUP, <Py_ssize_t> GROUP)
        for run in range(n_runs(lists.length)):
            start = count = run * PASS_K
            for row in range(start, min(start + PASS_K, lists.length)):  # no branch, as above
                list[count] = <int32_t> row
                count += any_nonzero(column, n)
                column += stride
            lists.counts[block * n_runs(lists.length) + run] = <int32_t> (count - start)


cdef struct Skips:  # what one step leaves out of the products with its input; NULL: nothing
    const Lists* forward
    const Lists* backward
    Lists by_rows
    Lists by_columns


cdef Lists make_lists(
    Py_ssize_t lines, Py_ssize_t length, int32_t* k, int32_t* counts
) noexcept nogil:
    cdef Lists lists
    lists.blocks = (lines + GROUP - 1) // GROUP
    lists.length = length
    lists.k = k
    lists.counts = counts
    return lists


cdef Lists lists_from(const Lists* lists, Py_ssize_t block) noexcept nogil:
    """The lists without those of the first blocks."""
    cdef Lists rest
    rest.blocks = lists.blocks - block
    rest.length = lists.length
    rest.k = lists.k + block * lists.length
    rest.counts = lists.counts + block * n_runs(lists.length)
    return rest
