"""Keeps a model's variables and the engine's packed copies of them in step.

Every weight has one owner at a time. At rest that is the Variable; once the engine has trained, it
is the engine, and the Variable fetches when somebody looks. So a loop over ``train_on_batch`` or
``predict`` copies no weights at all.
"""

from __future__ import annotations

import threading

import numpy as np

from fastdense import kernels
from fastdense.kernels.holding import Weights, holdings

__all__ = ["Link"]

_KINDS_OF_PLANS = 8  # fit, its short last batch, evaluate, and predict of a few sizes


class Link:
    """A network of the engine with the variables that belong to it.

    Parameters
    ----------
    stages : list of Stage
    layers : list of Layer
        The built layers of the stages, in order.
    dtype : {"float32", "float64"}
    """

    def __init__(self, stages, layers, dtype):
        self.engine = kernels.for_dtype(dtype)
        self.dtype = np.dtype(dtype)
        self.network = self.engine.Network(stages)
        self.rule = None  # of the optimizer that the engine updates with
        self._weights, self._others = holdings(
            [held for layer in layers for held in layer.held()])
        self._slots = []
        self._packed = {}  # holding -> versions of its variables that the engine has
        self._plans = {}
        self._lock = threading.Lock()

    # -- weights, statistics, optimizer state ---------------------------------------------------

    @property
    def weights(self):
        """The variables that a stage computes with, frozen ones too, as a list."""
        return [v for holding in self._weights for v in holding.variables]

    @property
    def _all(self):
        return [*self._weights, *self._others, *self._slots]

    def attach(self, optimizer, trainable):
        """Let the engine update the trainable variables by the rule of a built optimizer."""
        if self.rule == optimizer.rule:
            return
        self.pull()
        self.rule = optimizer.rule
        self.network.set_update(self.rule)
        for holding in self._slots:
            self._packed.pop(_key(holding), None)
        trainable = {id(variable) for variable in trainable}
        self._slots = []
        for stage, _, *pair in self._weights:
            if not any(id(v) in trainable for v in pair):
                continue
            states = ([None] * len(self.rule.slots) if v is None else optimizer.slots_for(v)
                      for v in pair)
            self._slots += [Weights(stage, slot, *state)
                            for slot, state in enumerate(zip(*states, strict=True))]

    def push(self):
        """Pack what has been assigned since the engine saw it."""
        with self._lock:
            for holding in self._all:
                if self._packed.get(_key(holding)) != _versions(holding):
                    holding.put(self.network)
                    self._packed[_key(holding)] = _versions(holding)

    def engine_wrote(self):
        """Note that the variables are out of date: they will fetch when somebody looks.

        Their versions grow, so that another model that shares a layer packs it again.
        """
        self._outdate(self._all)

    def _outdate(self, holdings):
        with self._lock:
            for holding in holdings:
                for variable in holding.variables:
                    variable._version += 1
                    variable._fetch = self.pull
                self._packed[_key(holding)] = _versions(holding)

    def pull(self):
        """Write the engine's values to the variables that are out of date."""
        with self._lock:
            for holding in self._all:
                if any(v._fetch is not None for v in holding.variables):
                    holding.fetch(self.network)
                    for variable in holding.variables:
                        variable._fetch = None

    def forward_ran(self):
        """Note that a pass in training has moved statistics and drawn noise."""
        self._outdate(self._others)

    def gradients(self, plan):
        """Return the gradients that ``plan.gradients`` left, by id of the variable."""
        self.forward_ran()
        found = {}
        for stage, _, *pair in self._weights:
            arrays = [None if v is None else np.empty(v.shape, self.dtype) for v in pair]
            plan.get_gradient(stage, *arrays)
            found.update((id(v), array) for v, array in zip(pair, arrays, strict=True)
                         if v is not None)
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


def _key(holding):
    return type(holding), holding[:2] if isinstance(holding, Weights) else holding[0]


def _versions(holding):
    return [v._version for v in holding.variables]
