import os
import resource
import signal
import stat

import pytest

from fastdense.saving import atomic


def test_replaces(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"old")
    os.chmod(path, 0o640)
    with atomic.replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new" and os.listdir(tmp_path) == ["f"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    with atomic.replacing(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_bytes() == b"new"


def test_order_of_the_steps(tmp_path, monkeypatch):
    """The data is on the disk before the name is, and the name before the call returns."""
    steps = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *a, name=name, real=real: (steps.append(name),
                                                                        real(*a)))
    with atomic.replacing(tmp_path / "f") as file:
        file.write(b"new")
    assert steps == ["fsync", "replace", "fsync"]


class Full:
    """A file on a disk that is full after some bytes."""

    def __init__(self, file):
        self.file = file

    def __getattr__(self, name):
        return getattr(self.file, name)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.file.close()

    def write(self, data):
        self.file.write(data[:2])
        raise OSError(28, "No space left on device")


def disk(kind):
    def opened(*arguments):
        return kind(open(*arguments))

    return opened


@pytest.mark.parametrize("step", ["write", "flush", "fsync", "replace", "chmod", "interrupt"])
def test_failure_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch, step):
    path = tmp_path / "f"
    path.write_bytes(b"old")

    def fail(*args):
        raise OSError(f"{step} failed")

    if step in ("fsync", "replace", "chmod"):
        monkeypatch.setattr(os, step, fail)
    elif step == "write":
        monkeypatch.setattr(atomic, "open", disk(Full), raising=False)
    elif step == "flush":
        class Sticky(Full):
            def write(self, data):
                self.file.write(data)

            def flush(self):
                fail()

        monkeypatch.setattr(atomic, "open", disk(Sticky), raising=False)
    with pytest.raises((OSError, KeyboardInterrupt)), atomic.replacing(path) as file:
        file.write(b"new and longer")
        if step == "interrupt":
            raise KeyboardInterrupt
    monkeypatch.undo()
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["f"]


def test_a_disk_that_is_full(tmp_path):
    """A real one: the kernel refuses to let the file grow."""
    path = tmp_path / "f"
    path.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
        with pytest.raises(OSError, match="File too large"), atomic.replacing(path) as file:
            file.write(bytes(20_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["f"]


def test_missing_folder(tmp_path):
    with (pytest.raises(FileNotFoundError, match=r"the folder .* does not exist"),
          atomic.replacing(tmp_path / "no" / "f")):
        pass


def test_opening_fails_when_the_file_is_there(tmp_path, monkeypatch):
    """For want of memory for its buffer, say."""
    def half_opened(path, mode):
        open(path, mode).close()
        raise MemoryError

    monkeypatch.setattr(atomic, "open", half_opened, raising=False)
    with pytest.raises(MemoryError), atomic.replacing(tmp_path / "f"):
        pass
    assert os.listdir(tmp_path) == []
