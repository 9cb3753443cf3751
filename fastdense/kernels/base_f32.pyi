# The one stub of the engine: the other levels and float64 are built from the same sources, and
# their stubs re-export this one. `_Reals` is an array of the build's dtype, float32 or float64
# by the module's name. Arrays are C-contiguous unless a comment says otherwise.
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from typing_extensions import disjoint_base

from fastdense.kernels.rules import LossRule, MetricRule, Stage, UpdateRule

_Reals: TypeAlias = NDArray[np.float32] | NDArray[np.float64]
_Labels: TypeAlias = NDArray[np.int64]
_Doubles: TypeAlias = NDArray[np.float64]
_Order: TypeAlias = NDArray[np.intp]

# Names as in fastdense.kernels.rules -> the engine's codes.
ACTIVATIONS: Final[dict[str, int]]
CURVES: Final[dict[str, int]]
CURVE_PARAMETERS: Final[dict[str, int]]
FUSED_ACTIVATIONS: Final[frozenset[str]]
KINDS: Final[dict[str, int]]
MEASURES: Final[dict[str, int]]
UPDATES: Final[dict[str, int]]
TILE: Final[dict[str, int]]  # "rows", "panel", "vector": sizes in elements

@disjoint_base
class Memory:
    def __new__(cls, rows: int, columns: int = 1) -> Memory: ...
    @property
    def size(self) -> int: ...

@disjoint_base
class Arena:
    def __new__(cls) -> Arena: ...

@disjoint_base
class Source:
    # (n_samples, n_features), any strides; bool, integer, float32 or float64, native byte order
    def __new__(cls, array: NDArray[Any]) -> Source: ...
    @property
    def n_samples(self) -> int: ...
    @property
    def n_features(self) -> int: ...

@disjoint_base
class Network:
    def __new__(cls, stages: Sequence[Stage]) -> Network: ...
    @property
    def n_inputs(self) -> int: ...
    @property
    def n_steps(self) -> int: ...
    # `index` counts the stages with weights. kernel (n_in, n_out) of a dense stage, else n numbers
    # in any shape; bias (n_out,); None where the stage has none
    def set_weights(
        self, index: int, kernel: _Reals | None, bias: _Reals | None, slot: int = -1
    ) -> None: ...
    def get_weights(
        self, index: int, kernel: _Reals | None, bias: _Reals | None, slot: int = -1
    ) -> None: ...
    def set_decay(self, index: int, kernel: bool, bias: bool) -> None: ...
    # moving statistics, (n_out,)
    def set_statistics(self, index: int, mean: _Reals, variance: _Reals) -> None: ...
    def get_statistics(self, index: int, mean: _Reals, variance: _Reals) -> None: ...
    # here `index` counts the stages with noise
    def set_seed(self, index: int, seed: int, draws: int) -> None: ...
    def get_draws(self, index: int) -> int: ...
    def set_update(self, rule: UpdateRule) -> None: ...

@disjoint_base
class Plan:
    def __new__(
        cls,
        network: Network,
        batch_size: int,
        training: bool = False,
        loss: LossRule | None = None,
        metrics: Sequence[MetricRule] = (),
    ) -> Plan: ...
    @property
    def network(self) -> Network: ...
    @property
    def batch_size(self) -> int: ...
    @property
    def training(self) -> bool: ...
    # `out` is (last - first, width of a sample's output). Of `y` (n_samples, that width) and
    # `labels` (n_samples, rows of a sample's output) one is None; `weights` is (n_samples,);
    # `totals` is (1 + n_metrics,) and is added to; of
    # `predict` and `forward` it is (1,) and gets the penalties of the network.
    def predict(
        self, x: Source, out: _Reals, first: int, last: int, totals: _Doubles | None = None
    ) -> None: ...
    def evaluate(
        self,
        x: Source,
        y: _Reals | None,
        labels: _Labels | None,
        weights: _Doubles | None,
        first: int,
        last: int,
        totals: _Doubles,
        out: _Reals | None = None,
    ) -> None: ...
    def train(
        self,
        x: Source,
        y: _Reals | None,
        labels: _Labels | None,
        weights: _Doubles | None,
        order: _Order | None,
        first: int,
        last: int,
        factors: _Doubles,
        totals: _Doubles,
        out: _Reals | None = None,
    ) -> None: ...
    def gradients(
        self,
        x: Source,
        y: _Reals | None,
        labels: _Labels | None,
        weights: _Doubles | None,
        order: _Order | None,
        first: int,
        last: int,
        totals: _Doubles,
        out: _Reals | None = None,
    ) -> None: ...
    def forward(
        self,
        x: Source,
        order: _Order | None,
        first: int,
        last: int,
        out: _Reals,
        totals: _Doubles | None = None,
    ) -> None: ...
    def backward(self, d: _Reals) -> None: ...
    def get_gradient(self, index: int, kernel: _Reals | None, bias: _Reals | None) -> None: ...

def lower(stages: Sequence[Stage]) -> list[Stage]: ...
def fold_input(stages: Iterable[Stage]) -> tuple[float, float, list[Stage]]: ...
def dense(
    x: _Reals, kernel: _Reals, bias: _Reals | None, activation: str, out: _Reals
) -> None: ...
def activation_rows(
    activation: str, z: _Reals, out: _Reals, parameters: Sequence[float] = ()
) -> None: ...
def activation_rows_backward(
    activation: str, z: _Reals, dh: _Reals, dz: _Reals, parameters: Sequence[float] = ()
) -> None: ...
def add(x: _Reals, y: _Reals, out: _Reals) -> None: ...
def measure_rows(
    rule: LossRule | MetricRule,
    y: _Reals | None,
    labels: _Labels | None,
    outputs: _Reals,
    values: _Doubles,
    gradient: _Reals | None,
) -> None: ...
def first_nan(y: _Reals) -> int: ...
def first_outside(labels: _Labels, n_classes: int) -> int: ...
def decay_weights(factor: float, w: _Reals) -> None: ...
def apply_update(
    kind: str,
    hyper: dict[str, float],
    factors: _Doubles,
    w: _Reals,
    g: _Reals,
    slots: Sequence[_Reals],
) -> None: ...
def measure_peak(threads: int = 1, seconds: float = 0.1) -> float: ...
