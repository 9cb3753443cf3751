"""kill: a file that was being saved is the old one or the new one, whatever happens meanwhile."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from callbacks import training
from promises import failing, programs, saving_again

from fastdense.saving import checkpoint

pytest.importorskip("safetensors")
FORMATS = ("model.keras", "model.safetensors", "model.weights.h5")


def started(*arguments):
    """A program that has said that it is ready."""
    process = subprocess.Popen([sys.executable, *map(str, arguments)], stdout=subprocess.PIPE,
                               text=True, env=programs.environment(OMP_NUM_THREADS="1"))
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process, after=None):
    """Kill it after so many seconds, or wait for its end; return what it printed."""
    with process:
        if after is not None:
            time.sleep(after)
            process.send_signal(signal.SIGKILL)
        return process.stdout.read().strip()


@pytest.mark.parametrize(("save_freq", "seconds"), [(1, 0.7), ("epoch", 0.12)])
def test_a_killed_training_goes_on_to_the_bit(tmp_path, save_freq, seconds, count, figure):
    kills = asked = count(2, 100)
    expected = training.digest(*training.train(None, None))
    chance = random.Random(f"{save_freq}")
    while kills:
        folder = tmp_path / f"after{kills}"
        printed = ""
        while not printed and kills:
            kills -= 1
            printed = kill(started(training.__file__, folder, save_freq),
                           chance.uniform(0, seconds))
            if (folder / "latest.safetensors").exists():
                checkpoint.read(folder / "latest.safetensors")
        assert (printed or kill(started(training.__file__, folder, save_freq))) == expected
    figure("kill", f"{2 * asked} kills of a training with backups and as many of savings: "
           "0 unreadable files, resumed bits equal")


@pytest.mark.parametrize(("name", "way"), [
    *((name, "save") for name in FORMATS),
    ("model.keras", "checkpoint"), ("model.weights.h5", "checkpoint")])
def test_a_killed_saving_leaves_one_whole_file(tmp_path, name, way, count):
    if not name.endswith(".safetensors"):
        pytest.importorskip("h5py")
    chance = random.Random(name + way)
    numbers = set()
    for _ in range(count(1, 40)):
        kill(started(saving_again.__file__, tmp_path / name, way), chance.uniform(0.02, 0.3))
        numbers.add(saving_again.number_in(failing.loaded(str(tmp_path / name))))
        for litter in tmp_path.glob("*.tmp"):  # which the kill left no time to remove
            litter.unlink()
        assert os.listdir(tmp_path) == [name]
    assert len(numbers) > count(0, 5)


# -- a disk that fails -----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def faults(tmp_path_factory):
    """failing.c, compiled."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("needs a C compiler, and a linker that preloads")
    library = tmp_path_factory.mktemp("faults") / "faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library,
                    programs.HERE / "failing.c", "-ldl"], check=True)
    return str(library)


@pytest.mark.parametrize("name", FORMATS)
def test_every_call_of_a_saving_may_fail(tmp_path, faults, name):
    """write, fsync, rename: an OSError, the old file, no litter, and a model to go on with."""
    if not name.endswith(".safetensors"):
        pytest.importorskip("h5py")
    first = os.environ.get("LD_PRELOAD", "")  # a sanitizer's library has to be
    calls = programs.run(programs.HERE / "failing.py", tmp_path, name,
                         LD_PRELOAD=f"{first} {faults}")
    assert int(calls) >= 4  # write, fsync, rename, fsync of the folder


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder],
                          capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"may not mount: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="no file systems to mount")
@pytest.mark.parametrize("name", FORMATS)
def test_no_space_left(small_disk, name):
    if not name.endswith(".safetensors"):
        pytest.importorskip("h5py")
    path = small_disk / name
    model = saving_again.build()
    saving_again.fill(model, 1)
    save = model.save_weights if name.endswith(".weights.h5") else model.save
    save(path)
    old = path.read_bytes()
    (small_disk / "other").write_bytes(bytes(2**20 - len(old) - 20_000))
    saving_again.fill(model, 2)
    with pytest.raises(OSError, match="No space left on device"):
        save(path)
    assert path.read_bytes() == old and sorted(os.listdir(small_disk)) == [name, "other"]
    assert saving_again.number_in(model) == 2
    (small_disk / "other").unlink()
    save(path)
    assert saving_again.number_in(failing.loaded(str(path))) == 2


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_the_system_sees_the_data_before_the_name(tmp_path):
    program = f"""
from promises import saving_again
saving_again.build().save({str(tmp_path / "model.safetensors")!r})
"""
    done = subprocess.run(
        ["strace", "-y", "-e", "trace=write,fsync,rename,renameat,renameat2", sys.executable,
         "-c", program], capture_output=True, text=True, env=programs.environment())
    if "ptrace" in done.stderr and done.returncode:
        pytest.skip("strace may not trace here")
    calls = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    names = [re.match(r"\w+", line)[0] for line in calls]
    assert names[0] == "write" and [name for name in names if name != "write"] == [
        "fsync", "rename", "fsync"]
    assert names[-3:] == ["fsync", "rename", "fsync"]
    assert calls[-3].count(".tmp") == 1 and f"<{tmp_path}>" in calls[-1]
