/* Makes the n-th allocation fail: preloaded with LD_PRELOAD, armed through ctypes.
 *
 * Counted are allocations of the thread that armed it, but for two kinds. Those that the run-time
 * libraries of C, OpenMP and Rust make for themselves, which end the process when they get none, and
 * those of HDF5, which is out of order from then on ("can't find property in skip list").
 * And of those that are not fastdense's own, the ones of up to 512 bytes, since CPython 3.11 crashes
 * when some of its small objects get none (seen with PYTHONMALLOC=malloc), and the ones without
 * Python's lock: NumPy 2.4's iterators then set an error that they may not set, and crash (seen in
 * `np.sum(np.square(a, dtype=float))` alone). Nothing that fastdense does would change either. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static __thread long left;      /* allocations until the one that fails; 0: not armed */
static __thread int failed;     /* whether it has */

void faults_arm(long n) { left = n; failed = 0; }
int faults_disarm(void) { left = 0; return failed; }

static int is_counted(size_t size, void *caller)
{
    Dl_info info;
    long kept = left;
    left = 0; /* dladdr itself may allocate */
    int found = dladdr(caller, &info) && info.dli_fname;
    int (*has_lock)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "PyGILState_Check");
    left = kept;
    if (!found || strstr(info.dli_fname, "libgomp") || strstr(info.dli_fname, "libc.so") ||
        strstr(info.dli_fname, "ld-linux") || strstr(info.dli_fname, "libhdf5") || strstr(info.dli_fname, "_safetensors_rust"))
        return 0;
    if (strstr(info.dli_fname, "fastdense"))
        return 1;
    return size > 512 && (!has_lock || has_lock());
}

static int fails(size_t size, void *caller)
{
    if (left == 0 || !is_counted(size, caller) || --left > 0)
        return 0;
    failed = 1;
    errno = ENOMEM;
    return 1;
}

#define CALLER __builtin_return_address(0)

void *malloc(size_t n) { return fails(n, CALLER) ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t m) { return fails(n * m, CALLER) ? NULL : __libc_calloc(n, m); }
void *realloc(void *p, size_t n) { return fails(n, CALLER) ? NULL : __libc_realloc(p, n); }
void *memalign(size_t a, size_t n) { return fails(n, CALLER) ? NULL : __libc_memalign(a, n); }
void *aligned_alloc(size_t a, size_t n) { return memalign(a, n); }
void *mmap(void *p, size_t n, int protection, int flags, int file, off_t offset)
{
    if (fails(n, CALLER))
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, p, n, protection, flags, file, offset);
}
int posix_memalign(void **p, size_t a, size_t n)
{
    if (fails(n, CALLER))
        return ENOMEM;
    *p = __libc_memalign(a, n);
    return *p ? 0 : ENOMEM;
}
