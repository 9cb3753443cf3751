# The engine, in the order in which it builds up. Every level and dtype includes this one file.

from libc.stdint cimport (
    INT32_MAX, int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t,
)

cdef extern from "levels.h":
    pass

# Tools that walk a package (pkgutil, pydoc, stubtest) import every module there is. What Cython
# writes runs instructions of the level from its first lines on, so the question is asked in the
# call that PyInit_* consists of.
cdef extern from *:
    """
    static PyObject* init_where_it_runs(PyModuleDef* module)
    {
        if (cpu_runs_this_level())
            return PyModuleDef_Init(module);
        PyErr_Format(PyExc_ImportError,
                     "fastdense.kernels.%s: expected a CPU with " THIS_LEVEL ". "
                     "Received one without. "
                     "Import fastdense.kernels.f32 or f64, the best build that this CPU runs.",
                     module->m_name);
        return NULL;
    }
    #define PyModuleDef_Init init_where_it_runs
    """

cdef extern from "vector.h":
    enum: VECTOR
    real square_root(real x) noexcept nogil

cdef extern from "quotients.h":
    enum: BESIDE_TILES
    enum: LEAST_BESIDE
    ctypedef struct quotients:
        real* to
        const real* top
        const real* bottom
        const real* mean
        real rate
        real inside
        real outside
        Py_ssize_t n
        Py_ssize_t done
    void quotients_finish(quotients* q) noexcept nogil

cdef extern from "tile.h":
    enum: PANEL
    enum: TILE_ROWS
    enum: FEW_ROWS_PANELS
    enum: PASS_K
    enum: PASS_ROWS
    enum: GROUP
    ctypedef struct tile_scratch:
        real* sums
    ctypedef struct tile_operands:
        const real* a
        Py_ssize_t row
        Py_ssize_t a_row
        Py_ssize_t a_k
        Py_ssize_t segment
        Py_ssize_t a_segment
        Py_ssize_t a_row_short
        const real* b
        Py_ssize_t b_panel
        Py_ssize_t c_panel
        Py_ssize_t k
        const int32_t* list
        int accumulate
        quotients* beside
    void tile(int rows, int panels, Py_ssize_t width, const tile_operands* t,
              real* c) noexcept nogil
    void add_row(const real* c, Py_ssize_t rows, Py_ssize_t width, const real* row, real least,
                 real* h, Py_ssize_t stride) noexcept nogil
    int any_nonzero(const real* x, Py_ssize_t n) noexcept nogil
    void ask_for(const real* x, Py_ssize_t n) noexcept nogil
    void sum_rows(const real* c, Py_ssize_t rows, Py_ssize_t width, real* sum) noexcept nogil
    int tile_panels(Py_ssize_t rows) noexcept nogil
    Py_ssize_t tile_height(int listed) noexcept nogil

cdef extern from "transpose.h":
    void transpose(const real* source, Py_ssize_t from_stride, Py_ssize_t rows, Py_ssize_t columns,
                   real* to, Py_ssize_t to_stride) noexcept nogil

cdef extern from "elementary.h":
    real exp_real(real x) noexcept nogil
    double rounded(double product) noexcept nogil
    real sigmoid_real(real x) noexcept nogil
    real tanh_real(real x) noexcept nogil

cdef extern from "curves.h":
    real magnitude(real x) noexcept nogil
    real larger(real a, real b) noexcept nogil
    real rectifier(real x, real threshold, real low, real high, real slope) noexcept nogil
    real rectifier_slope(real x, real threshold, real low, real high, real slope) noexcept nogil
    real exponential_unit(real x, real a, real b, real c) noexcept nogil
    real exponential_unit_slope(real x, real a, real b, real c) noexcept nogil
    real ramp(real x, real shift, real scale, real low) noexcept nogil
    real ramp_slope(real x, real shift, real scale, real low) noexcept nogil
    real hard_silu(real x) noexcept nogil
    real hard_silu_slope(real x) noexcept nogil
    real soft_shrink(real x, real threshold) noexcept nogil
    real silu_slope(real x) noexcept nogil
    real gelu(real x) noexcept nogil
    real gelu_slope(real x) noexcept nogil
    real gelu_tanh(real x) noexcept nogil
    real gelu_tanh_slope(real x) noexcept nogil
    real softplus(real x) noexcept nogil
    real mish(real x) noexcept nogil
    real mish_slope(real x) noexcept nogil
    real sparse_plus(real x) noexcept nogil
    real squareplus(real x, real b) noexcept nogil
    real squareplus_slope(real x, real b) noexcept nogil

cdef extern from "noise.h":
    void philox_group(uint64_t group, uint64_t draw, uint32_t seed, uint32_t* out) noexcept nogil
    void normal_group(const uint32_t* words, real* out) noexcept nogil

cdef extern from "region.h":
    ctypedef struct meeting_point:
        pass
    void meeting_point_init(meeting_point* m, int threads) noexcept nogil
    void meeting_point_destroy(meeting_point* m) noexcept nogil
    void meet(meeting_point* m, int threads) noexcept nogil
    enum: SHARES
    bint claim(
        meeting_point* m, int share, long long product, long long* begun, long long count
    ) noexcept nogil
    unsigned long region_flush_subnormals() noexcept nogil
    void region_restore(unsigned long mode) noexcept nogil
    int omp_get_num_threads() noexcept nogil

cdef extern from "peak.h":
    enum: PEAK_CHAINS
    void peak_chains(long steps) noexcept nogil

include "memory.pxi"
include "packing.pxi"
include "zeros.pxi"
include "product.pxi"
include "curves.pxi"
include "rows.pxi"
include "activations.pxi"
include "losses.pxi"
include "optimizers.pxi"
include "gather.pxi"
include "checks.pxi"
include "dense.pxi"
include "kinds.pxi"
include "noise.pxi"
include "network.pxi"
include "reorder.pxi"
include "weights.pxi"
include "vectors.pxi"
include "buffers.pxi"
include "sharing.pxi"
include "backward.pxi"
include "step.pxi"
include "plan.pxi"
include "operations.pxi"
