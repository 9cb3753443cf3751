"""Keeps a model's variables and the engine's packed copies of them in step.

Every weight has one owner at a time. At rest that is the Variable; once the engine has trained, it
is the engine, and the Variable fetches when somebody looks. So a loop over ``train_on_batch`` or
``predict`` copies no weights at all.
"""

from __future__ import annotations

import math

import numpy as np

from fastdense import kernels
from fastdense.kernels.holding import Weights, holdings
from fastdense.training.errands import Errand
from fastdense.utils.held import held_back
from fastdense.variable import OWNERSHIP, edits

__all__ = ["Link"]

_KINDS_OF_PLANS = 8  # fit, its short last batch, evaluate, and predict of a few sizes
_WORK_OF_ELEMENT = 50  # what an activation costs, in the operations of a product


class Link:
    """A network of the engine with the variables that belong to it.

    Parameters
    ----------
    stages : list of Stage
    layers : list of Layer
        The built layers of the stages, in order.
    dtype : {"float32", "float64"}
    output_shape : tuple of int
        Of one sample.
    """

    def __init__(self, stages, layers, dtype, output_shape):
        self.engine = kernels.for_dtype(dtype)
        self.dtype = np.dtype(dtype)
        self.output_shape = output_shape
        self.n_outputs = math.prod(output_shape)
        self.work = sum(map(_work, stages))  # operations of the forward pass, a sample
        self.network = self.engine.Network(stages)
        self.rule = None  # of the optimizer that the engine updates with
        weights, others = holdings([held for layer in layers for held in layer.held()])
        self._weights = weights
        self._others = range(len(weights), len(weights) + len(others))
        self._holdings = []  # weights, others, then slots of the optimizer
        self._variables = []  # of each holding
        self._packed = []  # versions of them that the engine has
        self._ahead = []  # whether the engine has newer values than they
        self._seen = None  # the latest edit of any variable at the last `push`
        self._hold(weights + others)
        self._plans = {}
        self._errand = None  # the latest
        self.room = []  # for the values of `moving` before a step

    # -- weights, statistics, optimizer state ---------------------------------------------------

    def _hold(self, holdings):
        self._seen = None
        for holding in holdings:
            self._holdings.append(holding)
            self._variables.append(tuple(holding.variables))
            self._packed.append(None)
            self._ahead.append(False)

    @property
    def weights(self):
        """The variables that stages compute with, frozen ones too, as a list."""
        return [v for holding in self._weights for v in holding.variables]

    @property
    def moving(self):
        """The variables that a pass in training changes by itself: statistics, random states."""
        return [v for i in self._others for v in self._variables[i]]

    def attach(self, optimizer, trainable):
        """Let the engine update the trainable variables by the rule of a built optimizer.

        Returns whether it can: a rule is asked for once a step, since attributes may change.
        """
        rule = optimizer.rule
        if rule is None:
            return False
        self._settle()
        for stage, _, *pair in self._weights if optimizer.weight_decay else ():
            self.network.set_decay(
                stage, *(v is not None and optimizer.decays(v) for v in pair))
        if rule == self.rule:
            return True
        with OWNERSHIP:
            self._attach(optimizer, rule, {id(variable) for variable in trainable})
        return True

    def _attach(self, optimizer, rule, trainable):
        self.pull()
        self.rule = None  # until everything is there: memory may run out
        self.network.set_update(rule)
        for held in (self._holdings, self._variables, self._packed, self._ahead):
            del held[self._others.stop:]
        for stage, _, *pair in self._weights:
            if not any(id(v) in trainable for v in pair):
                continue
            states = ([None] * len(rule.slots) if v is None else optimizer.slots_for(v)
                      for v in pair)
            self._hold([Weights(stage, slot, *state)
                        for slot, state in enumerate(zip(*states, strict=True))])
        self.rule = rule

    def push(self):
        """Pack what has been assigned since the engine saw it."""
        self._settle()  # a call that was left writes without an edit
        latest = edits.latest
        if latest == self._seen:
            return
        with OWNERSHIP:
            for i, variables in enumerate(self._variables):
                versions = [v._version for v in variables]
                if self._packed[i] != versions:
                    self._holdings[i].put(self.network)
                    self._packed[i] = [v._version for v in variables]
                    if any(v._is_large for v in variables):  # in memory once is enough
                        for variable in variables:
                            variable._lend(self.pull)
                        kernels.cpu.give_memory_back()
        self._seen = latest

    def engine_wrote(self):
        """Note that the variables are out of date: they will fetch when somebody looks.

        Their versions grow, so that another model that shares a layer packs it again. That is done
        once: until then nobody has seen the values in between.
        """
        self._outdate(range(len(self._holdings)))

    def _outdate(self, places):
        with OWNERSHIP:
            for i in places:
                if self._ahead[i]:
                    continue
                for variable in self._variables[i]:
                    variable._changed()
                    variable._lend(self.pull)
                self._packed[i] = [v._version for v in self._variables[i]]
                self._ahead[i] = True

    def pull(self):
        """Write the engine's values to the variables that are out of date."""
        self._settle()
        with held_back(), OWNERSHIP:
            for i, variables in enumerate(self._variables):
                if any(v._fetch == self.pull for v in variables):  # not another link's
                    self._holdings[i].fetch(self.network)
                    for variable in variables:
                        variable._fetch = None
                self._ahead[i] = False

    def forward_ran(self):
        """Note that a pass in training has moved statistics and drawn noise."""
        self._outdate(self._others)

    def gradients(self, plan):
        """Return the gradients that ``plan.gradients`` left, by id of the variable."""
        found = {}
        for stage, _, *pair in self._weights:
            arrays = [None if v is None else np.empty(v.shape, self.dtype) for v in pair]
            plan.get_gradient(stage, *arrays)
            found.update((id(v), array) for v, array in zip(pair, arrays, strict=True)
                         if v is not None)
        return found

    # -- calls that take long -------------------------------------------------------------------

    def attend(self, call):
        """Make a long call of the engine, ``call(errand)``.

        On Ctrl-C it is left to end by itself. What touches weights afterwards waits for that.
        """
        self._errand = errand = Errand(call)
        try:
            errand.start()
            errand.wait()
        except BaseException:
            errand.abandoned = True
            raise

    @property
    def is_left(self):
        """Whether the engine is at work on a call that Ctrl-C was not to wait for."""
        errand = self._errand
        return errand is not None and errand.started and errand.abandoned and not errand.done

    def _settle(self):
        if self.is_left:
            self._errand.wait()

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
        if self.is_left:  # perhaps with this plan
            return
        plans = self._plans.get(key)
        if plans is not None:  # if another thread drops them now, the plan goes with them
            plans.append(plan)
            return
        with OWNERSHIP:
            self._plans.setdefault(key, []).append(plan)
            while len(self._plans) > _KINDS_OF_PLANS:
                del self._plans[next(iter(self._plans))]


def _work(stage):
    """Operations of a stage's forward pass, a sample; a rough figure."""
    products = 2 * stage.rows * stage.n_in * stage.n_out if stage.kind == "dense" else 0
    return products + _WORK_OF_ELEMENT * stage.rows_after * stage.n_out
