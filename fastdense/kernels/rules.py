"""What the Python layer asks of the engine, as plain named tuples.

A layer, loss, metric or optimizer describes its work with one of these; the engine reads them when
it builds a network or a plan and never sees the object itself. An object whose rule is None cannot
be compiled and takes the plain Python path instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

__all__ = ["Factors", "LossRule", "MetricRule", "Stage", "UpdateRule"]


class Stage(NamedTuple):
    """One step of the forward pass: rows of `n_in` numbers become rows of `n_out` numbers.

    ``kind`` is one of

    - "dense": ``activation(x @ kernel + bias)``
    - "activation": `activation`, with its `parameters`
    - "affine": ``scale * x + offset``
    - "batch_normalization": ``gamma * (x - mean) / sqrt(max(variance + epsilon, floor)) + beta``
      by columns, gamma being the kernel and beta the bias; `parameters` are epsilon, momentum,
      1 - momentum, floor. Not trainable, it takes the moving statistics in training, too.
    - "layer_normalization": the same by rows; `parameters` (epsilon,)
    - "prelu": ``x`` above zero, else ``kernel * x`` by columns
    - "dropout", "alpha_dropout", "gaussian_dropout", "gaussian_noise": in training only;
      `parameters` are the rate (or the standard deviation), whether all samples draw the same, and
      how many numbers a sample draws; `table` tells which of them each of its elements takes
    - "reshape": a sample's numbers in the same order, in rows of `n_out`
    - "permute": a sample's number i is its input's number ``table[i]``, in rows of `n_out`
    - "penalty": the rows as they are; ``l1 * sum|x| + l2 * sum x**2`` over the batch, divided by
      its size, joins the loss
    """

    kind: str
    n_in: int
    n_out: int
    rows: int = 1  # rows of one sample on input: the product of the axes between batch and last
    activation: str = "linear"
    use_bias: bool = True
    trainable: bool = True
    scale: float = 1.0
    offset: float = 0.0
    l1: float = 0.0
    l2: float = 0.0
    parameters: tuple[float, ...] = ()
    use_kernel: bool = True
    table: tuple[int, ...] = ()

    @property
    def rows_after(self):
        """Rows of one sample in the output."""
        if self.kind in ("reshape", "permute"):
            return self.rows * self.n_in // self.n_out
        return self.rows


class LossRule(NamedTuple):
    """A loss the engine can compute with its gradient, per row of the output."""

    kind: str
    from_logits: bool = False
    label_smoothing: float = 0.0
    delta: float = 1.0  # of huber


class MetricRule(NamedTuple):
    """A metric that is the mean of one number per row of the output."""

    kind: str
    threshold: float = 0.5
    from_logits: bool = False
    label_smoothing: float = 0.0
    delta: float = 1.0


class UpdateRule(NamedTuple):
    """An elementwise optimizer step that the engine can fuse into the weight gradient."""

    kind: str
    hyper: dict[str, float]  # without what may change from step to step: Factors
    slots: tuple[str, ...]  # names of the state arrays, in the engine's order


class Factors(NamedTuple):
    """What changes from step to step: the engine reads one row of float64 a step."""

    decay: Any = 0.0  # first w -= decay * w: weight decay times learning rate
    rate: Any = 0.0  # the learning rate with the corrections of the step in it
    gradient_rate: Any = 0.0  # this and `scale` are for Nadam, see optimizers.pxi
    scale: Any = 0.0
