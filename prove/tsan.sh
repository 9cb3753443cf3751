#!/bin/bash
# No data race: every kind of parallel region, on 2, 3 and 7 threads and from several Python
# threads, under ThreadSanitizer.
#
# It cannot see the edges inside GNU's OpenMP and would report what they order. So this engine is
# built by Clang for LLVM's OpenMP, whose fork and join Archer explains to it. The meetings between
# phases are C11 atomics (region.h), which it sees by itself. Of Clang's run-time library only the
# part for static linking works below a Python that is not instrumented; GCC's, which has the same
# interface, is a shared one.
set -euo pipefail
cd "$(dirname "$0")/.."
ROOT=$PWD
. prove/sanitized.sh
need clang clang libomp-dev gcc

export CC=clang LDSHARED="clang -shared"
sanitized_copy tsan "-O1 -g -fno-omit-frame-pointer -fsanitize=thread"

llvm=$(dirname "$(dirname "$(readlink -f "$(command -v clang)")")")
export OMP_TOOL_LIBRARIES=$llvm/lib/libarcher.so
export OPENBLAS_NUM_THREADS=1
log=$ROOT/build/tsan.log
: > "$log"
for level in base avx2 avx512; do
    # Python and NumPy are not instrumented. Where Archer is not found nothing would be ordered,
    # and everything reported: no silent failure.
    FASTDENSE_MAX_ISA=$level LD_PRELOAD=$(gcc -print-file-name=libtsan.so) \
        TSAN_OPTIONS="ignore_noninstrumented_modules=1:exitcode=66:suppressions=$ROOT/prove/tsan-suppressions.txt" \
        "$PYTHON" prove/races.py 2>&1 | tee -a "$log"
done
# A level that this CPU lacks has run as the next lower one.
note "no data race" "$(grep -o '^[0-9]* fits on [a-z0-9]*' "$log" | sort -u | wc -l) levels, $(sed -n 's/^\([0-9]* fits\) on.* with/\1 each with/p' "$log" | head -1), 0 reports by ThreadSanitizer"
