import io
import json
import warnings
import zipfile

import pytest
from saving.helpers import trained

from fastdense.saving import keras_file, topology, weights

pytest.importorskip("h5py")


@pytest.fixture(scope="module")
def honest():
    """Entries of a file that loads: name -> bytes."""
    model = trained()
    buffer = io.BytesIO()
    keras_file.write(buffer, topology.model_config(model), model)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def made(entries, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about names that come twice
        for name, data in entries:
            archive.writestr(name, data)
    return buffer


def test_entries_are_those_of_keras(honest):
    assert list(honest) == ["metadata.json", "config.json", "model.weights.h5"]
    assert set(json.loads(honest["metadata.json"])) == {"keras_version", "date_saved"}


def test_read(honest):
    tree, arrays = keras_file.read(made(honest.items()), "it")
    assert tree == topology.model_config(trained()) | {"config": tree["config"],
                                                        "compile_config": tree["compile_config"]}
    assert sorted(arrays) == sorted(weights.arrays_of(trained()))


def test_metadata_need_not_be_there(honest):
    entries = {name: data for name, data in honest.items() if name != "metadata.json"}
    keras_file.read(made(entries.items()), "it")


@pytest.mark.parametrize(("change", "message"), [
    (lambda e: [*e.items(), ("../../evil.py", b"x")], "an entry '../../evil.py'"),
    (lambda e: [*e.items(), ("/etc/cron.d/x", b"x")], "an entry '/etc/cron.d/x'"),
    (lambda e: [*e.items(), ("assets/vocabulary.txt", b"x")], "an entry 'assets/vocabulary.txt'"),
    (lambda e: [*e.items(), ("code.pkl", b"x")], "an entry 'code.pkl'"),
    (lambda e: [*e.items(), ("config.json", b"{}")], "has 'config.json' twice"),
    (lambda e: [("metadata.json", b"{}")], "has no config.json"),
    (lambda e: [("config.json", b"{}")], "has no model.weights.h5"),
    (lambda e: [], "has no config.json"),
    (lambda e: (e | {"config.json": b"{"}).items(), "config.json of it is not valid"),
    (lambda e: (e | {"config.json": b'{"a": NaN}'}).items(), "NaN is not a number"),
    (lambda e: (e | {"config.json": b'{"a": 1, "a": 2}'}).items(), "comes twice"),
    (lambda e: (e | {"config.json": b"[" * 100_000}).items(), "64 levels"),
    (lambda e: (e | {"model.weights.h5": b"HDF"}).items(), "not a valid HDF5 file"),
])
def test_attacks(honest, change, message):
    with pytest.raises(ValueError, match=message):
        keras_file.read(made(change(honest)), "it")


def test_many_entries(honest):
    """They are refused before zipfile makes an object of each."""
    many = made([*honest.items(), *((f"x{i}", b"") for i in range(200))])
    with pytest.raises(ValueError, match=r"a directory of \d+ bytes"):
        keras_file.read(many, "it")


def test_directory_of_a_large_file(honest):
    """The records that zipfile adds beyond 4 GB are read, too: here with a size in them."""
    data = made(honest.items()).getvalue()
    end = data[-22:]
    record = b"PK\6\6" + bytes(36) + (10**6).to_bytes(8, "little") + bytes(8)
    locator = b"PK\6\7" + bytes(16)
    with pytest.raises(ValueError, match="a directory of 1000000 bytes"):
        keras_file.read(io.BytesIO(data[:-22] + record + locator + end), "it")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zip_bombs(honest, method):
    bomb = honest | {"model.weights.h5": bytes(10**6)}
    with pytest.raises(ValueError, match="is compressed"):
        keras_file.read(made(bomb.items(), method), "it")


def patched(honest, field, value, size=4):
    """A file whose central directory lies about the last entry, at an offset of its record."""
    data = bytearray(made(honest.items()).getvalue())
    at = data.rindex(b"PK\x01\x02") + field
    data[at:at + size] = value.to_bytes(size, "little")
    return io.BytesIO(bytes(data))


@pytest.mark.parametrize(("field", "value", "size", "message"), [
    (24, 2**31, 4, "is compressed"), (20, 2**31, 4, "is compressed"), (24, 10, 4, "is compressed"),
    (10, 99, 2, "is compressed"), (10, 8, 2, "is compressed"), (8, 1, 2, "is encrypted"),
    (16, 1, 4, "CRC"), (42, 2**31, 4, "not a valid `.keras` zip"), (42, 0, 4, "differ"),
])
def test_lies_in_the_directory(honest, field, value, size, message):
    with pytest.raises(ValueError, match=f"^it.*{message}"):
        keras_file.read(patched(honest, field, value, size), "it")


def test_more_is_declared_than_there_is(honest):
    data = patched(honest, 20, 2**31 - 1).getvalue()
    at = data.rindex(b"PK\x01\x02") + 24
    data = data[:at] + (2**31 - 1).to_bytes(4, "little") + data[at + 4:]
    with pytest.raises(ValueError, match="declares more than is in the file"):
        keras_file.read(io.BytesIO(data), "it")


@pytest.mark.parametrize("cut", [0, 1, 30, 1000, -1, -30])
def test_torn(honest, cut):
    data = made(honest.items()).getvalue()
    with pytest.raises(ValueError, match=r"it is not a valid `.keras` zip file"):
        keras_file.read(io.BytesIO(data[:cut]), "it")


def test_a_flipped_bit_in_the_weights_is_noticed(honest):
    data = bytearray(made(honest.items()).getvalue())
    data[len(data) // 2] ^= 1
    with pytest.raises(ValueError, match="CRC"):
        keras_file.read(io.BytesIO(bytes(data)), "it")


def test_too_little_memory_is_not_the_files_fault(honest, monkeypatch):
    def exhausted(self, name):
        raise MemoryError

    monkeypatch.setattr(zipfile.ZipFile, "read", exhausted)
    with pytest.raises(MemoryError):
        keras_file.read(made(honest.items()), "it")
