"""The logs in a file: columns, what is missing, going on with a file."""

import csv

import numpy as np
import pytest

import fastdense as keras
from fastdense.callbacks import CSVLogger, TerminateOnNaN


def fit(logger, epochs=2, others=(), **options):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mse"])
    x = np.ones((8, 2))
    return model.fit(x, x[:, :1], epochs=epochs, verbose=0, callbacks=[*others, logger], **options)


def run(logger, *epochs):
    logger.on_train_begin()
    for epoch, logs in enumerate(epochs):
        logger.on_epoch_end(epoch, logs)
    logger.on_train_end()


def lines(path="log.csv"):
    with open(path, newline="") as file:
        return file.read().splitlines()


def test_a_fit():
    x = np.ones((4, 2))
    history = fit(CSVLogger("log.csv"), validation_data=(x, x[:, :1])).history
    with open("log.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["epoch", "loss", "mse", "val_loss", "val_mse"]
    assert [row["epoch"] for row in rows] == ["0", "1"]
    for name, values in history.items():
        assert [float(row[name]) for row in rows] == values


def test_validation_every_third_epoch():
    x = np.ones((4, 2))
    history = fit(CSVLogger("log.tsv", separator="\t"), epochs=5, validation_data=(x, x[:, :1]),
                  validation_freq=3)
    with open("log.tsv", newline="") as file:
        values = [row["val_loss"] for row in csv.DictReader(file, delimiter="\t")]
    assert values == ["NA", "NA", str(history.history["val_loss"][0]), "NA", "NA"]


@pytest.mark.parametrize("path", ["log.csv", __import__("pathlib").Path("log.csv")])
def test_append(path):
    run(CSVLogger(path), {"loss": 2.0, "val_loss": 3.0})
    logger = CSVLogger(path, append=True)
    for _ in range(2):  # one logger for two fits
        run(logger, {"val_loss": 1.0, "zeta": 5.0, "loss": 0.5}, {"loss": 0.25})
    assert lines() == ["epoch,loss,val_loss", "0,2.0,3.0", "0,0.5,1.0", "1,0.25,NA", "0,0.5,1.0",
                       "1,0.25,NA"]


@pytest.mark.parametrize("there", [False, True])
def test_append_to_nothing(there):
    if there:
        open("log.csv", "w").close()
    run(CSVLogger("log.csv", append=True), {"loss": 1.0, "val_loss": 2.0})
    assert lines() == ["epoch,loss,val_loss", "0,1.0,2.0"]


def test_overwrites():
    logger = CSVLogger("log.csv")
    run(logger, {"loss": 1.0, "val_loss": 2.0})
    run(logger, {"val_acc": 1.0})
    assert lines() == ["epoch,val_acc", "0,1.0"]


def test_a_run_that_goes_on_from_a_backup():
    first = CSVLogger("log.csv")
    run(first, {"loss": 3.0, "val_loss": 3.5})
    backup = dict(vars(first))
    first.on_epoch_end(1, {"loss": 2.0, "val_loss": 2.5})  # then it is killed
    second = CSVLogger("log.csv")
    second.on_train_begin()
    vars(second).update(backup)
    second.on_epoch_end(1, {"loss": 2.0, "val_loss": 2.5})
    assert lines() == ["epoch,loss,val_loss", "0,3.0,3.5", "1,2.0,2.5"]


def test_a_file_that_was_emptied_meanwhile():
    logger = CSVLogger("log.csv")
    run(logger, {"val_loss": 3.0})
    open("log.csv", "w").close()
    logger.on_epoch_end(1, {"val_loss": 2.0})
    assert lines() == ["1,2.0"]


def test_columns_come_from_the_first_epoch():
    run(CSVLogger("log.csv"), {"loss": 1.0}, {"loss": 0.5, "val_loss": 2.0, "late": 3})
    assert lines() == ["epoch,loss,val_loss", "0,1.0,NA", "1,0.5,2.0"]


@pytest.mark.parametrize(("value", "cell"), [
    ("text", "text"), (np.float64(1.5), "1.5"), (np.array(2.5), "2.5"), (float("nan"), "nan"),
    (np.array([1, 2]), '"""[1, 2]"""'), ([1.5, 2], '"""[1.5, 2]"""'),
])
def test_values(value, cell):
    run(CSVLogger("log.csv"), {"val_x": value})
    assert lines()[1] == f"0,{cell}"


def test_readable_while_it_trains():
    logger = CSVLogger("log.csv")
    logger.on_train_begin()
    logger.on_epoch_end(0, {"loss": 1.0})
    assert len(lines()) == 2


def test_a_nan_stop(capsys):
    model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile("sgd", "mse")
    x = np.full((4, 1), np.inf)
    model.fit(x, np.ones(4), epochs=20, verbose=0,
              callbacks=[TerminateOnNaN(), CSVLogger("log.csv")])
    assert len(lines()) == 2 and "inf" in lines()[1]


def test_no_such_folder():
    with pytest.raises(FileNotFoundError, match="nowhere"):
        CSVLogger("nowhere/log.csv").on_train_begin()
