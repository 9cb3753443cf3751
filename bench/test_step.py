"""The training step: alone through train_on_batch, and as part of a steady fit."""

from __future__ import annotations

import pytest
import work
from keras_program import compiled_model

import fastdense

NETS = [
    work.Net((784, 512, 10), 128, 12_800),
    work.Net((784, 1024, 1024, 1024, 10), 128, 2_560),
    work.Net((2048, 2048, 2048), 128, 1_280),
    work.Net((256,) * 7, 128, 12_800),
    work.Net((10, 45, 45, 10), 32, 3_200),
    work.Net((10, 46, 46, 10), 32, 3_200),
    work.Net((30, 100, 1), 32, 3_200),
    work.Net((4, 120, 84, 2), 1, 1_000),
]


@pytest.fixture(params=NETS, ids=lambda net: f"{net.name}-b{net.batch}")
def trained(request):
    """A net, its compiled model and its data."""
    net = request.param
    x, y = work.data(net)
    return net, compiled_model(fastdense, net), x, y[:, None].astype("f4") if net.binary else y


def test_train_on_batch(measure, trained):
    net, model, x, y = trained
    x, y = x[:net.batch], y[:net.batch]
    measure(lambda: model.train_on_batch(x, y), flops=work.training_flops(net) * net.batch)


def test_fit_epoch(measure, trained):
    net, model, x, y = trained
    measure(lambda: model.fit(x, y, batch_size=net.batch, verbose=0), rounds=5,
            flops=work.training_flops(net) * net.n)


@pytest.mark.parametrize("optimizer", [
    fastdense.optimizers.SGD(), fastdense.optimizers.SGD(momentum=0.9),
    fastdense.optimizers.SGD(momentum=0.9, nesterov=True), fastdense.optimizers.RMSprop(),
    fastdense.optimizers.RMSprop(momentum=0.9), fastdense.optimizers.RMSprop(centered=True),
    fastdense.optimizers.Adagrad(),
], ids=["sgd", "momentum", "nesterov", "rmsprop", "rmsprop-momentum", "rmsprop-centered",
        "adagrad"])
def test_optimizer_epoch(measure, optimizer):
    net = NETS[0]
    x, y = work.data(net)
    model = compiled_model(fastdense, net)
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy")
    measure(lambda: model.fit(x, y, batch_size=net.batch, verbose=0), rounds=5,
            flops=work.training_flops(net) * net.n)
