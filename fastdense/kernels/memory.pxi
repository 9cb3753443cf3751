# Aligned memory that belongs to a Python object, so that an exception anywhere frees it.

from libc.stdlib cimport calloc, free
from libc.string cimport memset

cdef extern from "Python.h":
    Py_ssize_t PY_SSIZE_T_MAX

cdef extern from *:
    """
    #include <stdlib.h>
    #if defined(__linux__)
    #include <sys/mman.h>
    /* From the system itself: calloc takes large blocks from the heap, too, once that is large, and
     * writes zeros to them. That kept a Ctrl-C waiting: for 0.1 to 0.2 s with a batch of 60,000
     * (a virtual machine, whose memory is slow when it is touched first, 2026-11).
     *
     * One entry of the TLB for 2 MB instead of 4 kB: 2 % on the weight gradient, which walks down
     * columns (784 x 512, batch 128, Zen 4, 2026-11). A kernel that refuses changes nothing. */
    static void *take_pages(size_t size) {
        void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED)
            return NULL;
        madvise(pages, size, MADV_HUGEPAGE);
        return pages;
    }
    static void give_pages(void *pages, size_t size) { munmap(pages, size); }
    #else
    static void *take_pages(size_t size) { return calloc(1, size); }
    static void give_pages(void *pages, size_t size) { (void)size; free(pages); }
    #endif
    """
    void* take_pages(size_t size) nogil
    void give_pages(void* pages, size_t size) nogil

cdef enum:
    PAGE = 4096  # buffers start on a page: whole cache lines for the vectors, no shared lines
    HUGE_PAGE = 2097152


cdef class Memory:
    """Zeroed, aligned elements of `real`, freed with the object."""

    cdef real* data
    cdef void* block  # what was allocated; `data` is the first page boundary in it
    cdef size_t pages  # bytes of the block, if it is made of pages of the system
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
        # large blocks are zero without being touched: memory that is never written, such as spare
        # state, is never needed
        if page == HUGE_PAGE:
            self.pages = <size_t> bytes_
            self.block = take_pages(self.pages)
        else:
            self.block = calloc(1, <size_t> bytes_)
        if self.block is NULL:
            raise MemoryError(f"fastdense: could not allocate {bytes_} bytes for a buffer. "
                              "Use a smaller batch_size or smaller layers.")
        align = <size_t> page
        self.data = <real*> ((<size_t> self.block + align - 1) // align * align)
        self.size = size

    def __dealloc__(self):
        if self.pages == 0:
            free(self.block)
        elif self.block is not NULL:
            give_pages(self.block, self.pages)


cdef class Arena:
    """Buffers that are freed together, with the object that owns the arena."""

    cdef list buffers

    def __cinit__(self):
        self.buffers = []

    cdef real* take(self, rows, columns=1) except NULL:
        buffer = Memory(rows, columns)
        self.buffers.append(buffer)
        return (<Memory> buffer).data
