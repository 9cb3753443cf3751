"""What this machine offers: instruction sets and threads. Always built for the baseline.

Detection runs before any engine is imported, so no instruction is executed that the CPU lacks.
"""

import os

cdef extern from "region.h":
    int omp_get_max_threads() nogil

cdef extern from "levels.h":
    int cpu_has_avx2()
    int cpu_has_avx512()

cdef extern from *:
    """
    #ifndef _OPENMP
    static inline int omp_get_thread_limit(void) { return 1; }
    static inline void omp_set_num_threads(int n) { (void)n; }
    #endif
    """
    int omp_get_thread_limit() nogil
    void omp_set_num_threads(int n) nogil

cdef extern from *:
    """
    #if !defined(_WIN32)
    #include <pthread.h>
    static int watch_forks(void (*child)(void)) { return pthread_atfork(NULL, NULL, child); }
    #else
    static int watch_forks(void (*child)(void)) { (void)child; return 0; }
    #endif

    #ifdef _OPENMP
    enum { BUILT_WITH_OPENMP = 1 };
    #else
    enum { BUILT_WITH_OPENMP = 0 };
    #endif

    #if !defined(_WIN32)
    #include <unistd.h>
    #endif
    /* Bytes of one core's second-level cache. Where nobody tells, what most have at least. */
    static long l2_bytes(void)
    {
        long bytes = 0;
    #ifdef _SC_LEVEL2_CACHE_SIZE
        bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
    #endif
        return bytes > 0 ? bytes : 524288;
    }

    #if defined(__clang__)
    #define COMPILER "Clang " __clang_version__
    #else
    #define COMPILER "GCC " __VERSION__
    #endif
    """
    int watch_forks(void (*child)() noexcept nogil)
    long l2_bytes()
    int BUILT_WITH_OPENMP
    const char* COMPILER

HAS_OPENMP = bool(BUILT_WITH_OPENMP)
COMPILER_VERSION = (<bytes>COMPILER).decode().strip()

cdef Py_ssize_t _resident = l2_bytes() // 2  # see get_resident
cdef int _chosen = 0  # set_thread_limit; 0 means nobody chose
cdef int _cpus = 1  # CPUs that the process may run on and its container's quota grants
cdef bint _forked = False


cdef void _in_child() noexcept nogil:
    # GNU OpenMP's pool does not survive a fork: a region opened here would wait for ever.
    global _forked
    _forked = True


cdef int thread_limit() noexcept nogil:
    """Threads that a region may have now: what the user chose, else the smallest of all limits.

    One in a forked child, and where the build has no OpenMP.
    """
    if _forked or not BUILT_WITH_OPENMP:
        return 1
    if _chosen > 0:
        return min(_chosen, omp_get_thread_limit())  # more than that are not to be had
    # The first: OMP_NUM_THREADS, threadpoolctl.
    return min(omp_get_max_threads(), omp_get_thread_limit(), _cpus)


cdef Py_ssize_t resident() noexcept nogil:
    return _resident


def get_resident():
    """Return how many bytes of one operand stay in a core's second-level cache while another one
    passes by: half of it."""
    return _resident


def set_resident(Py_ssize_t bytes_):
    """Believe in another cache from now on; 0 is that of the machine.

    It changes how fast something is computed, and no bit of it. What a plan copies to blocks is
    decided when the plan is made.
    """
    global _resident
    _resident = bytes_ or l2_bytes() // 2


def supported_levels():
    """Return the instruction-set levels that this CPU runs, lowest first, as a list of str."""
    levels = ["base"]
    if cpu_has_avx2():
        levels.append("avx2")
    if cpu_has_avx512():
        levels.append("avx512")
    return levels


def get_thread_limit():
    """Return the number of threads that a parallel region may have now."""
    return thread_limit()


def set_thread_limit(int n):
    """Set the number of threads; 0 goes back to the default."""
    global _chosen
    _chosen = n


def limit_this_thread(int n):
    """Let the regions that this thread opens have `n` threads at most; others are not touched."""
    omp_set_num_threads(n)


def thread_limit_source():
    """Return a sentence that says where the number of threads comes from."""
    if not HAS_OPENMP:
        return "this build has no OpenMP"
    if _forked:
        return "a forked child computes serially (GNU OpenMP does not survive fork)"
    if omp_get_thread_limit() < (_chosen or min(omp_get_max_threads(), _cpus)):
        return "OpenMP's own limit: OMP_THREAD_LIMIT"
    if _chosen > 0:
        return "fastdense.config.set_num_threads"
    if omp_get_max_threads() < _cpus:
        return "OpenMP's own limit: OMP_NUM_THREADS or threadpoolctl"
    granted = cgroup_cpus()
    if granted is not None and granted < affinity_cpus():
        return "the container's CPU quota (cgroup)"
    return "the CPUs that this process may run on"


def affinity_cpus():
    """Return the number of CPUs that the process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cgroup_cpus(root="/sys/fs/cgroup", membership="/proc/self/cgroup"):
    """Return the CPUs that the process's cgroups grant, rounded up, or None without a quota.

    Walks from the process's own group to the root, since any ancestor may hold the quota; the
    smallest one wins. Understands cgroup v2 (``cpu.max``) and v1 (``cpu.cfs_quota_us``).
    """
    quotas = []
    for line in _read(membership).splitlines():
        _, _, rest = line.partition(":")
        controllers, colon, path = rest.partition(":")
        if not colon:
            continue
        if controllers == "":
            base = root
        elif "cpu" in controllers.split(","):
            base = os.path.join(root, "cpu")
        else:
            continue
        group = path
        while True:
            quotas.append(_quota_of(os.path.join(base, group.strip("/"))))
            if group in ("", "/"):
                break
            group = os.path.dirname(group)
    granted = [max(1, -(-quota // period)) for quota, period in filter(None, quotas)]
    return min(granted, default=None)


def _quota_of(folder):
    fields = _read(os.path.join(folder, "cpu.max")).split() or [
        _read(os.path.join(folder, "cpu.cfs_quota_us")).strip(),
        _read(os.path.join(folder, "cpu.cfs_period_us")).strip(),
    ]
    try:
        quota, period = map(int, fields)
    except ValueError:  # "max", or no such file, or not what the kernel writes
        return None
    return (quota, period) if quota >= 0 and period > 0 else None  # -1: no limit


def _read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (OSError, ValueError):  # the second for a name that no file can have
        return ""


_cpus = min(affinity_cpus(), cgroup_cpus() or affinity_cpus())
watch_forks(_in_child)


cdef extern from *:
    """
    #if defined(__GLIBC__)
    #include <malloc.h>
    #else
    static inline int malloc_trim(size_t pad) { (void)pad; return 0; }
    #endif
    """
    int malloc_trim(size_t pad) nogil


def give_memory_back():
    """Return what has been freed to the system; glibc keeps freed arrays of up to 32 MB."""
    with nogil:
        malloc_trim(0)
