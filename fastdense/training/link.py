"""Keeps a model's variables and the engine's packed copies of them in step.

Every weight has one owner at a time. At rest that is the Variable; once the engine has trained, it
is the engine, and the Variable fetches when somebody looks. So a loop over ``train_on_batch`` or
``predict`` copies no weights at all.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

import numpy as np

from fastdense import kernels

__all__ = ["Link"]

_KINDS_OF_PLANS = 8  # fit, its short last batch, evaluate, and predict of a few sizes


class _Pair(NamedTuple):
    """Kernel and bias of one dense layer, or one slot of the optimizer's state for them."""

    dense: int  # number of the dense layer
    slot: int  # -1: the weights themselves
    kernel: object  # Variable
    bias: object  # Variable or None


class Link:
    """A network of the engine with the variables that belong to it.

    Parameters
    ----------
    stages : list of Stage
    dense_layers : list of Dense
        The built layers of the dense stages, in order.
    dtype : {"float32", "float64"}
    """

    def __init__(self, stages, dense_layers, dtype):
        self.engine = kernels.for_dtype(dtype)
        self.dtype = np.dtype(dtype)
        self.network = self.engine.Network(stages)
        self.rule = None  # of the optimizer that the engine updates with
        self._pairs = [_Pair(i, -1, layer.kernel, layer.bias)
                       for i, layer in enumerate(dense_layers)]
        self._n_dense = len(dense_layers)
        self._packed = {}  # pair -> versions of kernel and bias that the engine has
        self._plans = {}
        self._lock = threading.Lock()

    # -- weights and optimizer state ------------------------------------------------------------

    def attach(self, optimizer, trainable):
        """Let the engine update the trainable variables by the rule of a built optimizer."""
        for pair in self._pairs[:self._n_dense] if optimizer.weight_decay else ():
            bias = pair.bias is not None and optimizer.decays(pair.bias)
            self.network.set_decay(pair.dense, optimizer.decays(pair.kernel), bias)
        if self.rule == optimizer.rule:
            return
        self.pull()
        self.rule = optimizer.rule
        self.network.set_update(self.rule)
        del self._pairs[self._n_dense:]
        trainable = {id(variable) for variable in trainable}
        for pair in self._pairs[:self._n_dense]:
            if id(pair.kernel) not in trainable:
                continue
            biases = [None] * len(self.rule.slots)
            if pair.bias is not None:
                biases = optimizer.slots_for(pair.bias)
            for slot, state in enumerate(zip(optimizer.slots_for(pair.kernel), biases,
                                             strict=True)):
                self._pairs.append(_Pair(pair.dense, slot, *state))
        self._packed = {key: value for key, value in self._packed.items() if key < self._n_dense}

    def push(self):
        """Pack what has been assigned since the engine saw it."""
        with self._lock:
            for key, (dense, slot, kernel, bias) in enumerate(self._pairs):
                if self._packed.get(key) != _versions(kernel, bias):
                    self.network.set_weights(
                        dense, kernel.value, None if bias is None else bias.value, slot)
                    self._packed[key] = _versions(kernel, bias)

    def engine_wrote(self):
        """Note that the variables are out of date: they will fetch when somebody looks.

        Their versions grow, so that another model that shares a layer packs it again.
        """
        with self._lock:
            for key, (_, _, kernel, bias) in enumerate(self._pairs):
                for variable in (kernel, bias):
                    if variable is not None:
                        variable._version += 1
                        variable._fetch = self.pull
                self._packed[key] = _versions(kernel, bias)

    def pull(self):
        """Write the engine's values to the variables that are out of date."""
        with self._lock:
            for dense, slot, kernel, bias in self._pairs:
                if kernel._fetch is None:
                    continue
                self.network.get_weights(
                    dense, kernel._array, None if bias is None else bias._array, slot)
                kernel._fetch = None
                if bias is not None:
                    bias._fetch = None

    def gradients(self, plan):
        """Return the gradients that ``plan.gradients`` left, by id of the variable."""
        found = {}
        for dense, _, kernel, bias in self._pairs[:self._n_dense]:
            found[id(kernel)] = np.empty(kernel.shape, self.dtype)
            db = None
            if bias is not None:
                db = found[id(bias)] = np.empty(bias.shape, self.dtype)
            plan.get_gradient(dense, found[id(kernel)], db)
        return found

    # -- plans ----------------------------------------------------------------------------------

    def borrow(self, batch_size, training=False, loss=None, metrics=()):
        """Return (key, plan); give it back with :meth:`give_back`.

        Plans are kept for the next call. Two threads never hold the same one: that makes `predict`
        safe to call from any number of them.
        """
        key = (batch_size, training, loss, metrics)
        try:
            return key, self._plans[key].pop()
        except (KeyError, IndexError):
            return key, self.engine.Plan(self.network, batch_size, training, loss, metrics)

    def give_back(self, key, plan):
        """Keep a plan for the next call of the same kind; of many kinds, the latest few."""
        with self._lock:
            self._plans.setdefault(key, []).append(plan)
            while len(self._plans) > _KINDS_OF_PLANS:
                del self._plans[next(iter(self._plans))]


def _versions(kernel, bias):
    return kernel._version, 0 if bias is None else bias._version
