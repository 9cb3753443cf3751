"""Event files by each of the two packages, read back."""

import sys

import numpy as np
import pytest

from fastdense.callbacks import event_files

PACKAGES = {"tensorboard": event_files._with_tensorboard,
            "tensorboardX": event_files._with_tensorboardx}


@pytest.mark.parametrize("package", PACKAGES)
def test_written_and_read(tmp_path, package):
    pytest.importorskip(package)
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    file = PACKAGES[package]()(str(tmp_path / "train"))
    file.scalar("loss", 0.5, 0)
    file.scalar("loss", np.float64(0.25), 3)
    file.histogram("dense/kernel/histogram", np.arange(12.0).reshape(3, 4), 1)
    file.flush()
    file.close()
    read = accumulator.EventAccumulator(str(tmp_path / "train")).Reload()
    tags = read.Tags()
    if package == "tensorboardX":  # which writes the older form
        assert [(e.step, e.value) for e in read.Scalars("loss")] == [(0, 0.5), (3, 0.25)]
        assert tags["histograms"] == ["dense/kernel/histogram"]
        return
    values = [(e.step, float(np.frombuffer(e.tensor_proto.tensor_content, "f4")[0])
               if e.tensor_proto.tensor_content else e.tensor_proto.float_val[0])
              for e in read.Tensors("loss")]
    assert values == [(0, 0.5), (3, 0.25)]
    assert tags["tensors"] == ["loss", "dense/kernel/histogram"]


@pytest.mark.parametrize("missing", ["tensorboard", "tensorboardX"])
def test_either_will_do(monkeypatch, missing):
    other = "tensorboardX" if missing == "tensorboard" else "tensorboard"
    pytest.importorskip(other)
    for name in [name for name in sys.modules if name.split(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    assert other in event_files.event_file().__doc__


def test_neither(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "tensorboard"]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("tensorboard", "tensorboardX"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=r'pip install "fastdense\[tensorboard\]"'):
        event_files.event_file()
