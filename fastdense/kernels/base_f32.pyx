cdef extern from "tile.h":
    ctypedef float real

include "engine.pxi"
