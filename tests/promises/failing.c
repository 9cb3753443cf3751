/* Preloaded, it fails a chosen one of the calls that save a file: `fault_at(k)` the k-th from then
 * on, with "no space left", or with `fault_after(k)` all from the k-th on; 0 none. Only the main
 * thread calls these, and nothing is written meanwhile but the file. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

static long failing, seen, forever;

void fault_at(long k) { failing = k; seen = forever = 0; }
void fault_after(long k) { fault_at(k); forever = 1; }
long fault_seen(void) { return seen; }

static int fails(void)
{
    if (!failing)
        return 0;
    seen++;
    if (seen == failing || (forever && seen > failing)) {
        errno = ENOSPC;
        return 1;
    }
    return 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size)
{
    return fd > 2 && fails() ? -1 : REAL(write)(fd, data, size);
}

int fsync(int fd) { return fails() ? -1 : REAL(fsync)(fd); }

int rename(const char *from, const char *to) { return fails() ? -1 : REAL(rename)(from, to); }
