"""The demo from start to end, on the sample and on the full set."""

import sys

import pytest

from fastdense import demo
from fastdense.datasets import mnist, mnist_sample

PNG = b"\x89PNG\r\n\x1a\n"


def lacking():
    raise FileNotFoundError("MNIST could not be found or fetched. Tried: nothing")


def test_on_the_sample_when_mnist_cannot_be_had(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(mnist, "load_data", lacking)
    accuracy = demo.run(epochs=5, seed=0, output=tmp_path)
    assert accuracy >= 0.90
    out, err = capsys.readouterr()
    assert "this run uses the SAMPLE" in out
    assert "6,000 training and 1,000 test digits" in out
    assert "Epoch 5/5" in out
    assert f"Test accuracy {accuracy:.4f}" in out
    assert "MNIST could not be found" in err
    lines = [line.split() for line in out.splitlines()]
    (predicted,) = [line[1:] for line in lines if line[:1] == ["predicted"]]
    (labels,) = [line[1:] for line in lines if line[:1] == ["label"]]
    assert " ".join(labels) == "7 2 1 0 4 1 4 9 5 9"
    assert sum(a == b for a, b in zip(predicted, labels, strict=True)) >= 8
    for name in ("mnist_digit.png", "mnist_curves.png"):
        assert str(tmp_path / name) in out
        assert (tmp_path / name).read_bytes().startswith(PNG)


def test_without_matplotlib(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(mnist, "load_data", mnist_sample.load_data)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    demo.run(epochs=1, output=tmp_path)
    out = capsys.readouterr().out
    assert "No pictures: matplotlib is not installed" in out
    assert "SAMPLE" not in out
    assert list(tmp_path.iterdir()) == []


def test_a_seed_makes_it_repeatable(monkeypatch, tmp_path):
    monkeypatch.setattr(mnist, "load_data", mnist_sample.load_data)
    accuracies = {demo.run(epochs=1, seed=3, output=tmp_path) for _ in range(2)}
    assert len(accuracies) == 1


@pytest.mark.mnist
def test_on_the_full_set(tmp_path, capsys):
    accuracy = demo.run(epochs=5, seed=0, output=tmp_path)
    assert accuracy >= 0.975
    assert "60,000 training and 10,000 test digits" in capsys.readouterr().out
