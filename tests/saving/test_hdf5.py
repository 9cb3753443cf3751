import io

import numpy as np
import pytest

from fastdense import Variable
from fastdense.saving import hdf5

h5py = pytest.importorskip("h5py")


def made(function, **options):
    """Bytes of an HDF5 file that a function fills, after one honest array of 8 bytes."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", **options) as file:
        file["a/0"] = np.arange(2, dtype=np.float32)
        function(file)
    return buffer.getvalue()


@pytest.mark.parametrize("options", [{}, {"libver": "latest"}])
def test_read(options):
    def fill(file):
        file["a/b/scalar"] = np.int64(7)
        file["empty"] = np.zeros((0, 3), np.float64)

    arrays = hdf5.read(made(fill, **options), "it")
    assert sorted(arrays) == ["a/0", "a/b/scalar", "empty"]
    assert arrays["a/b/scalar"].shape == () and arrays["empty"].shape == (0, 3)
    np.testing.assert_array_equal(arrays["a/0"], [0, 1])


def test_write_as_keras_does():
    kernel = Variable(np.ones((2, 3), np.float32))
    groups = {"layers/dense/vars": ("head", [kernel]), "vars": ("m", [])}
    data = hdf5.write(groups)
    with h5py.File(io.BytesIO(data)) as file:
        assert file["layers/dense/vars"].attrs["name"] == "head"
        assert file["layers/dense/vars/0"].dtype == np.float32 and len(file["vars"]) == 0
    assert list(hdf5.read(data, "it")) == ["layers/dense/vars/0"]


def external_storage(file):
    file.create_dataset("x", (4,), "f4", external=[("/etc/passwd", 0, 16)])


def virtual(file):
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (4,))
    file.create_virtual_dataset("x", layout)


def loop(file):
    file["a/b"] = file["a"]


def many_names(file):
    file["x"] = np.ones(1000, np.float32)
    for i in range(1000):
        file[f"again{i}"] = file["x"]


ATTACKS = {
    "soft link": (lambda f: f.update({"x": h5py.SoftLink("/a/0")}), "SoftLink"),
    "dangling link": (lambda f: f.update({"x": h5py.SoftLink("/none")}), "SoftLink"),
    "external link": (lambda f: f.update({"x": h5py.ExternalLink("/etc/passwd", "/")}),
                      "ExternalLink"),
    "external storage": (external_storage, "external Dataset"),
    "virtual": (virtual, "virtual Dataset"),
    "shape bomb in chunks": (lambda f: f.create_dataset("x", (2**40,), "f4", chunks=(2**20,)),
                             "in chunks"),
    "compressed zeros": (lambda f: f.create_dataset(
        "x", data=np.zeros(10**6, np.float32), compression="gzip"), "in chunks"),
    "shape bomb in one piece": (lambda f: f.create_dataset("x", (2**50,), "f4"),
                                "declares more than is in"),
    "small bomb": (lambda f: f.create_dataset("x", (100,), "f4"), "declares more than is in"),
    "overflowing shape": (lambda f: f.create_dataset("x", (2**20,) * 3, "f4", chunks=(1, 1, 1)),
                          "in chunks"),
    "loop": (loop, "the same object"),
    "many names of one array": (many_names, "the same object"),
    "texts": (lambda f: f.update({"x": "text"}), "Expected arrays of one of"),
    "references": (lambda f: f.create_dataset("x", data=f["a"].ref, dtype=h5py.ref_dtype),
                   "Expected arrays of one of"),
    "records": (lambda f: f.update({"x": np.zeros(2, [("a", "f4"), ("b", "i4")])}),
                "Expected arrays of one of"),
    "big endian": (lambda f: f.update({"x": np.zeros(2, ">f4")}), "Expected arrays of one of"),
    "named type": (lambda f: f.update({"x": np.dtype("f4")}), "neither a group nor an array"),
    "empty": (lambda f: f.create_dataset("x", data=h5py.Empty("f4")), "valid HDF5|declares"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks(attack):
    fill, message = ATTACKS[attack]
    with pytest.raises(ValueError, match=message):
        hdf5.read(made(fill), "it")


@pytest.mark.parametrize("offset", [512, 1024, 2048])
def test_a_file_within_a_file(offset):
    data = made(lambda f: f.update({"x": np.arange(10.0)}))
    with pytest.raises(ValueError, match="it is not a valid HDF5 file: it does not begin as one"):
        hdf5.read(bytes(offset) + data, "it")


def test_arrays_over_the_same_bytes():
    """Each alone is within the file; together they would be many times as large."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        arrays = [file.create_dataset(f"x{i}", (1000,), "f4") for i in range(5)]
        for array in arrays:  # after all headers, so that the numbers of the first end the file
            array[:] = 1
        first, *others = [array.id.get_offset().to_bytes(8, "little") for array in arrays]
    data = buffer.getvalue()
    for other in others:
        assert data.count(other) == 1
        data = data.replace(other, first)
    end = others[0]
    data = data[:int.from_bytes(end, "little")].replace(len(data).to_bytes(8, "little"), end)
    with pytest.raises(ValueError, match=r"'x1' of shape \(1000,\) declares more than is in the"):
        hdf5.read(data, "it")


@pytest.mark.parametrize("cut", [0, 1, 8, 100, 700, -1, -100])
def test_torn(cut):
    data = made(lambda f: f.update({"x": np.arange(1000.0)}))
    with pytest.raises(ValueError, match="it is not a valid HDF5 file"):
        hdf5.read(data[:cut], "it")


def test_too_little_memory_is_not_the_files_fault(monkeypatch):
    def exhausted(*args):
        raise MemoryError

    monkeypatch.setattr(hdf5, "_array", exhausted)
    with pytest.raises(MemoryError):
        hdf5.read(made(lambda file: None), "it")
