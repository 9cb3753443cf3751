# Aligned memory that belongs to a Python object, so that an exception anywhere frees it.

from libc.stdlib cimport calloc, free
from libc.string cimport memset

cdef extern from "Python.h":
    Py_ssize_t PY_SSIZE_T_MAX

cdef extern from *:
    """
    #if defined(__linux__)
    #include <sys/mman.h>
    /* One entry of the TLB for 2 MB instead of 4 kB: 2 % on the weight gradient, which walks down
     * columns (784 x 512, batch 128, Zen 4, 2026-11). A kernel that refuses changes nothing. */
    static void want_huge_pages(void *data, size_t size) { madvise(data, size, MADV_HUGEPAGE); }
    #else
    static void want_huge_pages(void *data, size_t size) { (void)data; (void)size; }
    #endif
    """
    void want_huge_pages(void* data, size_t size) noexcept nogil

cdef enum:
    PAGE = 4096  # buffers start on a page: whole cache lines for the vectors, no shared lines
    HUGE_PAGE = 2097152


cdef class Memory:
    """Zeroed, aligned elements of `real`, freed with the object."""

    cdef real* data
    cdef void* block  # what was allocated; `data` is the first page boundary in it
    cdef readonly Py_ssize_t size

    def __cinit__(self, rows, columns=1):
        cdef size_t align
        size = rows * columns  # Python's integers do not overflow
        # rounded up, at most a quarter of a huge page lies idle
        page = HUGE_PAGE if size * sizeof(real) >= HUGE_PAGE // 4 * 3 else PAGE
        bytes_ = -(-max(size, 1) * sizeof(real) // page) * page + page
        if bytes_ > PY_SSIZE_T_MAX:
            raise MemoryError(f"fastdense: {bytes_} bytes for a buffer of {size} numbers cannot "
                              "be addressed. Use a smaller batch_size or smaller layers.")
        # calloc takes large blocks from the system, which are zero without being touched: memory
        # that is never written, such as spare state, is never needed
        self.block = calloc(1, <size_t> bytes_)
        if self.block is NULL:
            raise MemoryError(f"fastdense: could not allocate {bytes_} bytes for a buffer. "
                              "Use a smaller batch_size or smaller layers.")
        align = <size_t> page
        self.data = <real*> ((<size_t> self.block + align - 1) // align * align)
        self.size = size
        if page == HUGE_PAGE:
            want_huge_pages(self.data, <size_t> (bytes_ - page))

    def __dealloc__(self):
        free(self.block)


cdef class Arena:
    """Buffers that are freed together, with the object that owns the arena."""

    cdef list buffers

    def __cinit__(self):
        self.buffers = []

    cdef real* take(self, rows, columns=1) except NULL:
        buffer = Memory(rows, columns)
        self.buffers.append(buffer)
        return (<Memory> buffer).data
