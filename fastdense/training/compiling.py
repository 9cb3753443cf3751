"""compile: how a model is trained, and what has to be ready in the engine before it is."""

from __future__ import annotations

import contextlib
import copy
import threading
from typing import TYPE_CHECKING, NamedTuple

from fastdense import optimizers
from fastdense.training import arguments
from fastdense.training.measures import Measures
from fastdense.training.predictor import Predictor

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Config, LossLike, Metrics
    from fastdense.metrics import Metric
    from fastdense.optimizers import Optimizer

__all__ = ["Compilable"]


class _Compiled(NamedTuple):
    loss: object
    loss_weight: float
    metrics: list
    weighted_metrics: list


class Compilable(Predictor):
    """The part of a model that `compile` sets; `Trainer` derives from it."""

    def __init__(self) -> None:
        super().__init__()
        self.optimizer: Optimizer | Any = None  # None before `compile`
        self.run_eagerly, self.steps_per_execution = False, 1
        self.jit_compile: str | bool = "auto"
        self._compiled: _Compiled | None = None
        self._measures: dict[Any, Measures] = {}
        self._measuring = threading.RLock()  # held by the run that has `_measures`
        self._apart = threading.local()  # `measures` of this thread's run while another has those
        self._trained = None  # the variables that are trained, as of the first step after `compile`
        self._is_plain = False  # whether no weight is frozen, regularized or constrained
        self._updates_in_engine = False

    def compile(self, optimizer: str | Config | Optimizer = "rmsprop", loss: LossLike = None,
                loss_weights: Any = None, metrics: Metrics = None, weighted_metrics: Metrics = None,
                run_eagerly: bool = False, steps_per_execution: int = 1,
                jit_compile: str | bool = "auto", auto_scale_loss: bool = True) -> None:
        """Choose how the model is trained.

        Parameters
        ----------
        optimizer : str, dict or Optimizer, default "rmsprop"
        loss : str, Loss, callable or object, optional
            Needed by `fit` and `evaluate`. A loss of your own is an object with methods
            ``call(y_true, y_pred)`` and ``gradient(y_true, y_pred)``; see
            :func:`fastdense.utils.check_gradient`. May be in a list or dict of one.
        loss_weights : float, or list or dict of one, optional
            Factor of the loss, in training and in logs.
        metrics, weighted_metrics : list or dict, optional
            Names, metrics or functions ``f(y_true, y_pred)``. The second kind heeds sample
            weights.
        run_eagerly, steps_per_execution, jit_compile, auto_scale_loss
            Accepted and ignored: there is one way to run, the fast one.

        Raises
        ------
        ValueError
            If a name is unknown, `metrics` is not a list, or there is more than one loss.

        Examples
        --------
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.layers.Dense(1)])
        >>> model.compile("sgd", loss="mse", metrics=["mse"])
        >>> model.optimizer.learning_rate.numpy()
        array(0.01, dtype=float32)
        """
        optimizer = optimizers.get(optimizer)
        compiled = _Compiled(
            arguments.known_loss(self.loss if loss is None else loss),
            arguments.loss_weight(loss_weights),
            arguments.known_metrics("metrics", metrics),
            arguments.known_metrics("weighted_metrics", weighted_metrics))
        self._forget_engine()
        self.optimizer = optimizer
        self._compiled = compiled
        self.run_eagerly = run_eagerly
        self.steps_per_execution = steps_per_execution
        self.jit_compile = jit_compile

    @property
    def compiled(self) -> bool:
        """Whether :meth:`compile` has been called."""
        return self._compiled is not None

    @property
    def loss(self) -> Any:
        """The loss as given to :meth:`compile`, or None."""
        return getattr(self._compiled, "loss", None)

    @property
    def metrics(self) -> list[Metric]:
        """The metric objects of the last run, as a list."""
        return [metric for measures in list(self._measures.values())[-1:]
                for metric in measures.metrics]

    @property
    def metrics_names(self) -> list[str]:
        """Names of what `evaluate` returns, "loss" first; the metrics' after the first run."""
        return ["loss"] * self.compiled + [name for measures in list(self._measures.values())[-1:]
                                           for name in measures.names]

    def reset_metrics(self) -> None:
        """Forget what the metric objects have seen; every run does so when it begins."""
        for metric in self.metrics:
            metric.reset_state()

    def _require_loss(self):
        compiled = self._compiled
        if compiled is None:
            raise ValueError("You must call `compile()` before using the model.")
        if compiled.loss is None:
            raise ValueError("No loss to compute. Provide a `loss` argument in `compile()`.")

    # -- the engine's side of the model ---------------------------------------------------------

    def _prepare_engine(self):
        """Have the engine ready to train with the model's optimizer."""
        optimizer = self.optimizer
        if self._trained is None:
            self._drop_link()  # it may have been made to predict, with other layers frozen
            self._trained = self.trainable_weights
            self._is_plain = all(v.trainable and v.regularizer is None and v.constraint is None
                                 for v in self._link.weights)
        if not optimizer.built:
            optimizer.build(self._trained)
        self._updates_in_engine = self._link.attach(optimizer, self._trained)

    def _forget_engine(self):
        """Fetch what the engine holds, and let it be made anew after a change of the model."""
        self._drop_link()
        self._trained = None
        self._measures = {}

    def _is_fused(self, measures):
        """Whether the engine, made ready, does the whole step: nothing in it is Python's."""
        return self._updates_in_engine and self._is_plain and measures.rule is not None

    def _measures_for(self, y_shape, by_row=False):
        """Loss and metrics for targets of this shape; kept, so that metric objects persist."""
        key, compiled = (y_shape[1:], by_row), self._compiled
        kept = getattr(self._apart, "measures", None)
        if kept is None:
            kept = self._measures
        elif key not in kept:
            compiled = compiled._replace(**{name: copy.deepcopy(getattr(compiled, name))
                                            for name in ("metrics", "weighted_metrics")})
        if key not in kept:
            kept[key] = Measures(compiled, y_shape, self.output_shape[1:], self.dtype, by_row)
        return kept[key]

    @contextlib.contextmanager
    def _measures_owned(self):
        """In the block, loss and metrics are this thread's own: the model's or, while a run in
        another thread has those, copies."""
        if self._measuring.acquire(blocking=False):
            try:
                yield
            finally:
                self._measuring.release()
        elif hasattr(self._apart, "measures"):
            yield
        else:
            self._apart.measures = {}
            try:
                yield
            finally:
                del self._apart.measures
