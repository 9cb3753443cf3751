cdef extern from "tile.h":
    ctypedef double real

include "engine.pxi"
