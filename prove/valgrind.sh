#!/bin/bash
# No memory error in the engine as it is shipped: valgrind's memcheck on a part of the kernel tests.
# It sees what AddressSanitizer does not, reads of memory that nothing was written to. It knows no
# AVX-512, and says so to the engine (CPUID): avx2 in float32 and base in float64 are tested.
set -euo pipefail
cd "$(dirname "$0")/.."
ROOT=$PWD
. prove/sanitized.sh
need valgrind valgrind

mkdir -p build
log=$ROOT/build/valgrind.log
some="(avx2-f32 or base-f64) and not any_number_of_threads and not passes and not subnormal"
# PYTHONMALLOC: Python's own allocator reads what it was not given, on purpose. Two threads are
# enough to have a team: here they take turns. The tests left out are long, or need what valgrind does
# not imitate: the CPU's flush of subnormals, the 80 bits of a long double. Arguments replace the tests.
PYTHONMALLOC=malloc OMP_NUM_THREADS=2 OPENBLAS_NUM_THREADS=1 \
    valgrind --log-file="$log" --num-callers=40 --leak-check=full --show-leak-kinds=definite \
    "$PYTHON" -m pytest -p no:cacheprovider -k "$some" \
    --deselect "tests/kernels/test_elementary.py::test_exp[base-f64]" "${@:-tests/kernels}" \
    | tee build/valgrind.tests
"$PYTHON" prove/memcheck.py "$log"
note "no memory error in kernels" "$(tail -1 build/valgrind.tests) under valgrind, 0 reports"
