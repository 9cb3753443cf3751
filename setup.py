"""Builds the engine once per instruction-set level and dtype. Everything else: pyproject.toml."""

import os
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

# The levels. Only the modules of a level are compiled with its flags: nothing else may carry
# instructions that an older CPU lacks. The platform is the one that is built for, which is not
# this machine under a cross compiler.
LEVELS = {"base": []}
if sysconfig.get_platform().endswith(("x86_64", "amd64")):
    LEVELS["avx2"] = ["-mavx2", "-mfma"]
    LEVELS["avx512"] = ["-mavx512f", "-mavx512vl", "-mavx512bw", "-mavx512dq", "-mfma",
                        "-mprefer-vector-width=512"]
DTYPES = {"f32": "0", "f64": "1"}

# Never -Ofast or -ffast-math: they reorder sums, and GCC before 13 then switches subnormals off
# for the whole process. The three -f...math and -ffp-contract allow vector code and fused
# multiply-adds, no more. -O3: a quarter larger, no faster (avx512_f32, GCC 12, 2026-11).
FLAGS = ["-O2", "-ftree-vectorize", "-std=gnu11", "-fvisibility=hidden", "-fno-math-errno",
         "-fno-trapping-math", "-ffp-contract=fast", "-Wno-unused-function", "-g0"]
# At -O2 it vectorizes next to nothing else; loops stay aligned, not every target of a jump.
GCC_FLAGS = ["-fvect-cost-model=dynamic", "-fno-align-jumps", "-fno-align-labels"]
OPENMP = {
    "darwin": (["-Xpreprocessor", "-fopenmp"], ["-lomp"]),  # Apple's clang has no libomp of its own
    "win32": (["-fopenmp"], ["libomp.lib"]),
}.get(sys.platform, (["-fopenmp"], ["-fopenmp"]))
# Cython asks for all its helpers to be inlined, which makes a tenth of an engine; without the word
# the compiler decides. What is declared inline in the headers is not concerned.
MACROS = [("CYTHON_INLINE", "")]
SMALL = ["-Os", "-std=gnu11", "-fvisibility=hidden", "-Wno-unused-function", "-g0"]
# What Cython adds for memoryviews, once for all modules.
SHARED = Extension("fastdense.kernels._cython", ["fastdense/kernels/_cython.c"],
                   define_macros=MACROS, extra_compile_args=SMALL)
DEBUG = os.environ.get("FASTDENSE_DEBUG") == "1"  # bounds checks in the Cython loops
# For the sanitizers. Unlike CFLAGS these come last, for the linker too, and so replace -O2 and -g0.
MORE_FLAGS = os.environ.get("FASTDENSE_FLAGS", "").split()
# Without symbols, and without the padding that keeps code and constants on pages of their own.
STRIP = {"linux": ["-Wl,-s", "-Wl,-z,noseparate-code"], "darwin": ["-Wl,-x"]}.get(sys.platform, [])
if DEBUG or MORE_FLAGS:  # somebody wants to see the symbols
    STRIP = []


class BuildExt(build_ext):
    """Adds OpenMP where the compiler has it; without it the engine computes serially."""

    def build_extensions(self):
        if sys.platform == "win32":
            self._take_clang()
        compile_flags, link_flags = OPENMP
        if not self._compiles(compile_flags, link_flags):
            print("fastdense: this compiler has no OpenMP; building the serial engine")
            compile_flags, link_flags = [], []
        if self._compiles(GCC_FLAGS, []):
            compile_flags = [*compile_flags, *GCC_FLAGS]
        for extension in self.extensions:
            extension.extra_compile_args = spelled(
                extension.extra_compile_args + compile_flags + MORE_FLAGS)
            extension.extra_link_args += link_flags + STRIP + MORE_FLAGS
        super().build_extensions()

    def _take_clang(self):
        """Compile with clang-cl: Microsoft's compiler has no vector types and no OpenMP 3."""
        clang = shutil.which("clang-cl")
        if clang is None:
            raise SystemExit("fastdense: expected clang-cl, of LLVM, on the PATH. Found none.")
        self.compiler.initialize()
        self.compiler.cc = clang
        llvm = Path(clang).parents[1]
        self.compiler.add_library_dir(str(llvm / "lib"))  # libomp.lib
        for builtins in llvm.glob("lib/clang/*/lib/windows/clang_rt.builtins-x86_64.lib"):
            self.compiler.add_link_object(str(builtins))  # __builtin_cpu_supports

    def _compiles(self, compile_flags, link_flags):
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "probe.c")
            with open(source, "w") as file:
                file.write("#ifdef _OPENMP\n#include <omp.h>\n#endif\nint main(void) { return 0; }")
            try:
                objects = self.compiler.compile([source], folder,
                                                extra_postargs=spelled(compile_flags))
                self.compiler.link_executable(objects, os.path.join(folder, "probe"),
                                              extra_postargs=link_flags)
            except Exception:  # every compiler class raises its own
                return False
        return True


def spelled(flags):
    """Return flags as the compiler wants them: clang-cl takes those of clang behind a prefix."""
    return [f"/clang:{flag}" for flag in flags] if sys.platform == "win32" else flags


def extension(name, flags, macros=()):
    return Extension(
        f"fastdense.kernels.{name}", [f"fastdense/kernels/{name}.pyx"],
        define_macros=[*MACROS, *macros], extra_compile_args=flags,
        depends=[f"fastdense/kernels/{header}" for header in os.listdir("fastdense/kernels")
                 if header.endswith((".h", ".pxi", ".pxd"))],
    )


setup(
    cmdclass={"build_ext": BuildExt},
    ext_modules=cythonize(
        [SHARED, extension("cpu", SMALL)] + [
            extension(f"{level}_{dtype}", [*FLAGS, *flags], [("FASTDENSE_DOUBLE", double)])
            for level, flags in LEVELS.items() for dtype, double in DTYPES.items()
        ],
        shared_utility_qualified_name=SHARED.name,
        nthreads=os.cpu_count() if sys.platform == "linux" else 0,
        compiler_directives={
            "language_level": "3", "boundscheck": DEBUG, "wraparound": False, "cdivision": True,
            "initializedcheck": DEBUG,
            # Functions as a C extension has them: `inspect` reads their signatures all the same.
            "binding": False, "embedsignature": True, "embedsignature.format": "clinic",
            "auto_pickle": False,  # nothing of an engine can be pickled
        },
    ),
)
