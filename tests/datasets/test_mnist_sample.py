"""The sample in the wheel: what it says it is, down to the digits of the full set."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from fastdense.datasets import mnist, mnist_sample


def test_shapes():
    (x_train, y_train), (x_test, y_test) = mnist_sample.load_data()
    assert (x_train.shape, y_train.shape) == ((6000, 28, 28), (6000,))
    assert (x_test.shape, y_test.shape) == ((1000, 28, 28), (1000,))
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}
    assert np.bincount(y_train).tolist() == [600] * 10
    assert np.bincount(y_test).tolist() == [100] * 10


def test_arrays_may_be_changed():
    (x_train, _), _ = mnist_sample.load_data()
    x_train[0] = 0
    (again, _), _ = mnist_sample.load_data()
    assert again[0].max() == 255


def test_content():
    (x_train, _), (x_test, _) = mnist_sample.load_data()
    assert hashlib.sha256(x_train).hexdigest()[:16] == "2310bf8f1f7d51e4"
    assert hashlib.sha256(x_test).hexdigest()[:16] == "6973118ee26132ce"


def test_size_and_licence():
    folder = Path(mnist_sample.__file__).parent / "data"
    assert (folder / "mnist_sample.npz").stat().st_size < 1e6
    licence = (folder / "LICENSE-MNIST.txt").read_text()
    for word in ("CC BY-SA 3.0", "LeCun", "Cortes", "Burges", "yann.lecun.com/exdb/mnist"):
        assert word in licence


@pytest.mark.mnist
@pytest.mark.parametrize(("part", "count"), [(0, 600), (1, 100)])
def test_first_of_each_class_in_their_order(part, count):
    images, labels = mnist.load_data()[part]
    seen = np.cumsum(labels[:, None] == np.arange(10), axis=0)  # (n, 10): how many so far
    keep = seen[np.arange(len(labels)), labels] <= count
    sample_images, sample_labels = mnist_sample.load_data()[part]
    np.testing.assert_array_equal(sample_labels, labels[keep])
    np.testing.assert_array_equal(sample_images, images[keep])
