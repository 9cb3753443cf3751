cdef int thread_limit() noexcept nogil
cdef Py_ssize_t resident() noexcept nogil
