"""What is written for TensorBoard, and when; the files themselves are test_event_files.py's."""

import numpy as np
import pytest

import fastdense as keras
from fastdense.callbacks import CallbackList, TensorBoard, tensorboard

X = np.ones((20, 2))


@pytest.fixture
def written(monkeypatch):
    """What is written, as (folder, tag, step), and (folder, "closed")."""
    events = []

    class File:
        def __init__(self, folder):
            self.folder = folder.replace("\\", "/")

        def scalar(self, tag, value, step):
            assert isinstance(value, float)
            events.append((self.folder, tag, step))

        def histogram(self, tag, values, step):
            events.append((self.folder, tag, step, values.shape))

        def flush(self):
            pass

        def close(self):
            events.append((self.folder, "closed"))

    monkeypatch.setattr(tensorboard, "event_file", lambda: File)
    return events


def fit(board, epochs=2, **options):
    model = keras.Sequential([keras.layers.Dense(1, name="out")], name="net")
    model.compile("sgd", "mse")
    model.fit(X, X[:, 0], batch_size=8, epochs=epochs, verbose=0, callbacks=[board], **options)
    return model


def test_epochs(written):
    fit(TensorBoard("logs"))
    assert written == [
        ("logs/train", "epoch_loss", 0), ("logs/train", "epoch_learning_rate", 0),
        ("logs/train", "epoch_loss", 1), ("logs/train", "epoch_learning_rate", 1),
        ("logs/train", "closed")]


def test_validation(written):
    fit(TensorBoard("logs"), epochs=1, validation_data=(X, X[:, 0]))
    assert written[:-2] == [
        ("logs/validation", "evaluation_loss_vs_iterations", 3),
        ("logs/train", "epoch_loss", 0), ("logs/train", "epoch_learning_rate", 0),
        ("logs/validation", "epoch_loss", 0)]
    assert set(written[-2:]) == {("logs/train", "closed"), ("logs/validation", "closed")}


def test_evaluate_alone(written):
    board = TensorBoard("logs")
    model = fit(board, epochs=1)
    del written[:]
    model.evaluate(X, X[:, 0], verbose=0, callbacks=[board])
    assert written == [("logs/validation", "evaluation_loss_vs_iterations", 3),
                       ("logs/validation", "closed")]


@pytest.mark.parametrize(("frequency", "steps"), [
    ("batch", [1, 2, 3, 4, 5, 6]), (1, [1, 2, 3, 4, 5, 6]), (2, [2, 4, 6]), (4, [4]), (7, []),
])
def test_batches(written, frequency, steps):
    board = TensorBoard("logs", update_freq=frequency)
    for _ in range(2):  # a second fit counts again
        del written[:]
        fit(board)
        assert [event[2] for event in written if event[1] == "batch_loss"] == steps


def test_steps_per_second(written):
    fit(TensorBoard("logs", update_freq=3, write_steps_per_second=True), epochs=1)
    assert [event[1:] for event in written] == [
        ("batch_loss", 3), ("batch_steps_per_second", 3), ("epoch_loss", 0),
        ("epoch_learning_rate", 0), ("epoch_steps_per_second", 0), ("closed",)]


def test_histograms(written):
    fit(TensorBoard("logs", histogram_freq=2), epochs=3)
    assert [event[1:] for event in written if "histogram" in event[1]] == [
        (f"net/out/{name}/histogram", epoch, shape) for epoch in (0, 2)
        for name, shape in (("kernel", (2, 1)), ("bias", (1,)))]


def test_epochs_do_not_slow_batches_down(written):
    assert not CallbackList([TensorBoard()]).listens_to_train_batches
    assert CallbackList([TensorBoard(update_freq=1000)]).listens_to_train_batches


def test_metrics_that_are_arrays_are_left_out(written):
    board = TensorBoard("logs")
    board.set_model(fit(board, epochs=1))
    del written[:]
    board.on_epoch_begin(1)
    board.on_epoch_end(1, {"f1": np.ones(3), "loss": 1.0})
    assert [event[1] for event in written] == ["epoch_loss", "epoch_learning_rate"]


def test_real_files(tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    fit(TensorBoard(tmp_path / "logs", histogram_freq=1), validation_split=0.5)
    read = accumulator.EventAccumulator(str(tmp_path / "logs" / "train")).Reload()
    assert set(read.Tags()["tensors"]) == {
        "epoch_loss", "epoch_learning_rate", "net/out/kernel/histogram", "net/out/bias/histogram"}
    assert [event.step for event in read.Tensors("epoch_loss")] == [0, 1]
    read = accumulator.EventAccumulator(str(tmp_path / "logs" / "validation")).Reload()
    assert set(read.Tags()["tensors"]) == {"epoch_loss", "evaluation_loss_vs_iterations"}


def test_what_is_not_written(written):
    with pytest.warns(UserWarning, match="nothing is written for write_images, profile_batch"):
        TensorBoard(write_images=True, profile_batch=(2, 4))


@pytest.mark.parametrize("options", [
    {"update_freq": 0}, {"update_freq": "year"}, {"update_freq": 1.5}, {"histogram_freq": -1},
])
def test_bad_arguments(written, options):
    with pytest.raises(ValueError, match=f"expected {next(iter(options))} to be an integer"):
        TensorBoard(**options)


def test_nothing_to_write(written):
    TensorBoard("logs").on_epoch_end(0)
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(None, "mse")  # to evaluate alone: no optimizer counts steps
    model.evaluate(X, X[:, 0], verbose=0, callbacks=[TensorBoard("logs")])
    assert written == []
