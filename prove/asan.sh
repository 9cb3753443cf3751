#!/bin/bash
# No memory error, no undefined behaviour: the whole suite on an engine built with AddressSanitizer
# and UndefinedBehaviorSanitizer. The first report ends the test with an error. Arguments go to
# pytest, for a part of the suite.
set -euo pipefail
cd "$(dirname "$0")/.."
ROOT=$PWD
. prove/sanitized.sh
need gcc gcc libc6-dev

# Built at -O1: the checks are made before the optimizer sees the code, and -O3 compiles for long.
# float-cast-overflow: a class number that does not fit an int64 is undefined in C.
sanitized_copy asan "-O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all
    -fsanitize=address,undefined,float-cast-overflow"

# Python itself is not instrumented: the run-time libraries come first, and its small objects from
# malloc, so that running over the end of one is seen, too. Python does not free everything at its
# end, which is no leak of ours: tests/promises/test_memory.py counts those.
export LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)"
report=$ROOT/build/asan.report # pytest would keep what goes to stderr
rm -f "$report".*
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:detect_stack_use_after_return=1:log_path=$report
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:log_path=$report
export PYTHONMALLOC=malloc

# What measures memory or limits it would measure the sanitizer's, which reserves terabytes of
# addresses.
"$PYTHON" -m pytest "$@" \
    --ignore tests/promises/test_memory.py --ignore tests/promises/test_hostile_files.py \
    --deselect tests/kernels/test_cpu.py::test_freed_memory_goes_back_to_the_system \
    | tee "$ROOT/build/asan.log" || { cat "$report".* || true; exit 1; }
note "no memory error" "$(tail -1 "$ROOT/build/asan.log") under ASan and UBSan, 0 reports"
