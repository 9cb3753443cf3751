"""What the engine holds for a model, stage by stage, and how it goes in and out.

A layer lists the variables of its stages (`Held`); `holdings` numbers them as the engine does and
gives each pair its way into a network and back. Variables are known here by their `value`, the
array to read, and `_room()`, the array to write.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Held", "RandomState", "Statistics", "Weights", "holdings"]


class Held(NamedTuple):
    """Variables that the engine holds for one stage while it trains; None where there is none."""

    kernel: object = None
    bias: object = None
    statistics: tuple[object, object] | None = None  # moving mean and variance
    seed: object = None  # [seed, draws] of a stage with noise


class Weights(NamedTuple):
    """Kernel and bias of a stage, or one slot of the optimizer's state for them."""

    stage: int  # among those with weights
    slot: int  # -1: the weights themselves
    kernel: object
    bias: object

    @property
    def variables(self):
        """The variables there are, as a list."""
        return [v for v in (self.kernel, self.bias) if v is not None]

    def put(self, network):
        """Copy the variables into the network."""
        network.set_weights(self.stage, *_each(self.kernel, self.bias, _value), self.slot)

    def fetch(self, network):
        """Copy what the network has to the variables' arrays."""
        network.get_weights(self.stage, *_each(self.kernel, self.bias, _room), self.slot)


class Statistics(NamedTuple):
    """Moving mean and variance of a batch normalization."""

    stage: int  # among those with weights
    mean: object
    variance: object

    @property
    def variables(self):
        """Both variables, as a list."""
        return [self.mean, self.variance]

    def put(self, network):
        """Copy the variables into the network."""
        network.set_statistics(
            self.stage, self.mean.value.reshape(-1), self.variance.value.reshape(-1))

    def fetch(self, network):
        """Copy what the network has to the variables' arrays."""
        network.get_statistics(
            self.stage, self.mean._room().reshape(-1), self.variance._room().reshape(-1))


class RandomState(NamedTuple):
    """Seed of a stage with noise, and how often it has drawn."""

    stage: int  # among those with noise
    state: object

    @property
    def variables(self):
        """The one variable, as a list."""
        return [self.state]

    def put(self, network):
        """Copy the variable into the network."""
        seed, draws = self.state.value.tolist()
        network.set_seed(self.stage, seed, draws)

    def fetch(self, network):
        """Copy what the network has to the variable's array."""
        self.state._room()[1] = network.get_draws(self.stage) % 2**32


def holdings(held):
    """Return (weights, others), lists of what goes in and out for a list of `Held` in order."""
    weights, others, noisy = [], [], 0
    for kernel, bias, statistics, seed in held:
        if seed is not None:
            others.append(RandomState(noisy, seed))
            noisy += 1
            continue
        if statistics is not None:
            others.append(Statistics(len(weights), *statistics))
        weights.append(Weights(len(weights), -1, kernel, bias))
    return weights, others


def _each(kernel, bias, array_of):
    return (None if v is None else array_of(v) for v in (kernel, bias))


def _value(variable):
    return variable.value


def _room(variable):
    return variable._room()
