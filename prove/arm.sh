#!/bin/bash
# 64-bit Arm: builds the engine with Debian's cross compiler, runs the kernel tests in an emulated
# arm64, and compares with AVX2 on this machine to the bit. On any x86-64 Debian: prove/arm.sh
# after `make build`. Some minutes, nearly all of it emulation.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD
work=$here/build/arm
python=${PYTHON:-$here/.venv/bin/python}

# -- what it takes: a compiler, an emulator, arm64's Python with headers, and its NumPy ------------
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
$sudo apt-get -qq -o DPkg::Lock::Timeout=600 update
$sudo apt-get -qq -o DPkg::Lock::Timeout=600 install --no-install-recommends \
    gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static mmdebstrap > /dev/null

rm -rf "$work"
mkdir -p "$work/venv/bin" "$work/sysconfig"
root=$work/root
. /etc/os-release
mmdebstrap --quiet --variant=extract --architectures=arm64 \
    --include=python3,libpython3-dev,libgomp1,libstdc++6 "$VERSION_CODENAME" "$root"
binary=$(readlink -f "$root/usr/bin/python3")
version=${binary##*/python}

# A virtual environment whose python is the emulated one. It is also what child processes run.
cat > "$work/venv/bin/python" <<END
#!/bin/sh
exec qemu-aarch64-static -L "$root" -0 "\$0" "$binary" "\$@"
END
chmod +x "$work/venv/bin/python"
echo "home = $root/usr/bin" > "$work/venv/pyvenv.cfg"
"$python" -m pip install --quiet --disable-pip-version-check \
    --target "$work/venv/lib/python$version/site-packages" --python-version "$version" \
    --platform manylinux2014_aarch64 --platform manylinux_2_28_aarch64 --only-binary=:all: \
    numpy pytest hypothesis pooch tqdm

# -- build: this machine's Python compiles by what arm64's Python says of itself -------------------
"$python" -m venv "$work/tools"
"$work/tools/bin/python" -m pip install --quiet --disable-pip-version-check "setuptools>=77" \
    "Cython>=3.2.1"
cp "$root/usr/lib/python$version/_sysconfigdata__aarch64-linux-gnu.py" "$work/sysconfig"
PYTHONPATH=$work/sysconfig _PYTHON_SYSCONFIGDATA_NAME=_sysconfigdata__aarch64-linux-gnu \
    _PYTHON_HOST_PLATFORM=linux-aarch64 \
    CPPFLAGS="-I$root/usr/include/python$version -idirafter $root/usr/include" \
    "$work/tools/bin/python" setup.py --quiet build --build-base "$work" --build-lib "$work/site"

# -- run: from the folder of the build, so that its fastdense is the one that is imported ----------
cd "$work/site"
arm=$work/venv/bin/python
"$arm" -m fastdense info | tee "$work/info"
grep -q "^built levels   base (NEON)$" "$work/info"
"$arm" -m pytest -c "$here/pyproject.toml" -p no:cacheprovider "$here/tests/kernels" \
    "$here/tests/test_golden.py" | tee "$work/tests"
PYTHONPATH=$work/site "$arm" "$here/prove/bits.py" > "$work/arm64.json"

cd "$here"
FASTDENSE_MAX_ISA=avx2 PYTHONPATH=. "$python" prove/bits.py > "$work/avx2.json"
"$python" prove/bits.py "$work/avx2.json" "$work/arm64.json" | tee "$work/bits"
figure="kernel tests in emulation: $(grep -Eo "[0-9]+ passed" "$work/tests"); $(tail -n 1 "$work/bits")"
"$python" prove/figures.py "64-bit Arm" "$figure"
