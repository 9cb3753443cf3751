"""The command line: what it takes, what it refuses, and its exit codes."""

import subprocess
import sys

import pytest

import fastdense
from fastdense import demo
from fastdense.__main__ import main


@pytest.fixture
def asked(monkeypatch):
    """Put a recorder in place of the demo."""
    calls = []
    monkeypatch.setattr(demo, "run", lambda **arguments: calls.append(arguments))
    return calls


def test_mnist_defaults(asked, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["mnist"]) == 0
    (arguments,) = asked
    assert (arguments["epochs"], arguments["seed"]) == (5, None)
    assert arguments["output"].resolve() == tmp_path


def test_folder_that_is_not_writable(asked, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("os.access", lambda folder, mode: False)  # root may write everywhere
    with pytest.raises(SystemExit):
        main(["mnist", "--output", str(tmp_path)])
    assert f"cannot write to the folder {tmp_path}" in capsys.readouterr().err
    assert asked == []


def test_mnist_arguments(asked, tmp_path):
    folder = tmp_path / "new" / "folder"
    assert main(["mnist", "--epochs", "2", "--seed", "7", "--output", str(folder)]) == 0
    assert asked == [{"epochs": 2, "seed": 7, "output": folder}]
    assert folder.is_dir()


@pytest.mark.parametrize(("arguments", "message"), [
    ([], "required: COMMAND"),
    (["cifar"], "invalid choice: 'cifar'"),
    (["mnist", "--epochs", "0"], "argument --epochs: expected an integer from 1"),
    (["mnist", "--epochs", "many"], "Received: many"),
    (["mnist", "--seed", "-1"], "argument --seed"),
    (["mnist", "--seed", "4294967296"], "from 0 to 4294967295"),
    (["mnist", "--batch", "3"], "unrecognized arguments: --batch"),
    (["mnist", "--output", __file__], "cannot make the folder"),
])
def test_wrong_arguments(asked, capsys, arguments, message):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
    assert asked == []


@pytest.mark.parametrize(("arguments", "words"), [
    (["--help"], ["mnist", "info", "--version"]),
    (["mnist", "--help"], ["--epochs", "--seed", "--output", "MNIST is downloaded once"]),
    (["info", "--help"], ["CPU", "bug report"]),
    (["--version"], [f"fastdense {fastdense.__version__}"]),
])
def test_help(capsys, arguments, words):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for word in words:
        assert word in text


def test_ctrl_c(monkeypatch, capsys, tmp_path):
    def interrupted(**arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "run", interrupted)
    assert main(["mnist", "--output", str(tmp_path)]) == 130
    assert "Interrupted" in capsys.readouterr().err


def test_info_as_a_program():
    ran = subprocess.run([sys.executable, "-m", "fastdense", "info"], capture_output=True,
                         text=True, check=True)
    assert fastdense.__version__ in ran.stdout
    assert "numpy" in ran.stdout.lower()
    assert ran.stderr == ""
