"""Files both ways with real Keras, where FASTDENSE_KERAS_PYTHON is an interpreter that has it."""

import os
import subprocess

import pytest
from saving import keras_side

import fastdense

pytest.importorskip("h5py")
PYTHON = os.environ.get("FASTDENSE_KERAS_PYTHON")
CASES = [*keras_side.OPTIMIZERS, *keras_side.LAYERS, *keras_side.MODELS]

pytestmark = pytest.mark.skipif(not PYTHON, reason="FASTDENSE_KERAS_PYTHON is not set")


def run_keras(what, folder):
    done = subprocess.run([PYTHON, keras_side.__file__, what, str(folder), *CASES], check=False,
                          capture_output=True, text=True,
                          env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"})
    lines = [line.split() for line in done.stdout.splitlines()]
    results = {line[0]: [float(value) for value in line[1:]] for line in lines if line[0] in CASES}
    assert list(results) == CASES, done.stderr[-3000:]
    return results


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("theirs")
    run_keras("write", folder)
    return folder


@pytest.fixture(scope="module")
def read_by_keras(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ours")
    for name in CASES:
        keras_side.write(fastdense, folder, name)
    return run_keras("read", folder)


def check(differences):
    outputs, alone, losses = differences
    # Three epochs of five steps each: rounding, a few times over.
    assert outputs < 1e-6 and alone < 1e-6 and losses < 2e-6


@pytest.mark.parametrize("name", CASES)
def test_we_load_theirs(theirs, name):
    check(keras_side.read(fastdense, theirs, name))


@pytest.mark.parametrize("name", CASES)
def test_they_load_ours(read_by_keras, name):
    check(read_by_keras[name])
