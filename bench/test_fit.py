"""The whole fit that a user waits for, on MNIST and on dense data with nothing to skip."""

from __future__ import annotations

import work
from keras_program import compiled_model

import fastdense


def test_mnist_five_epochs(measure, mnist):
    net, x, y = mnist
    measure(lambda model: model.fit(x, y, epochs=5, batch_size=net.batch, verbose=0), rounds=3,
            setup=lambda: ((compiled_model(fastdense, net),), {}),
            flops=5 * net.n * work.training_flops(net))


def test_mnist_epoch(measure, mnist):
    net, x, y = mnist
    model = compiled_model(fastdense, net)
    measure(lambda: model.fit(x, y, batch_size=net.batch, verbose=0), rounds=5,
            flops=net.n * work.training_flops(net))


def test_dense_epoch(measure):
    net = work.Net((784, 512, 10), 128, 60_000)
    x, y = work.data(net)
    model = compiled_model(fastdense, net)
    measure(lambda: model.fit(x, y, batch_size=net.batch, verbose=0), rounds=5,
            flops=net.n * work.training_flops(net))
