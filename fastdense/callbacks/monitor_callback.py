"""What the callbacks that watch one number have in common: which way is better, and by how much."""

from __future__ import annotations

import warnings

import numpy as np

from .callback import Callback

__all__ = ["MonitorCallback"]


class MonitorCallback(Callback):
    """Base class of the callbacks that compare a number of the logs with the best one so far.

    Parameters
    ----------
    monitor : str, default "val_loss"
        Name in the logs: "loss", a metric as it is named in ``history.history``, or one of these
        with ``"val_"`` before it.
    mode : {"auto", "min", "max"}, default "auto"
        Whether less or more is better. "auto" takes less for the loss, and asks a metric of
        `compile` for its direction.
    baseline : float, optional
        What the first value has to be better than. None takes any first value.
    min_delta : float, default 0
        Least change that counts as better.

    Examples
    --------
    >>> from fastdense import callbacks
    >>> watch = callbacks.MonitorCallback("val_loss", mode="min", baseline=0.5, min_delta=0.1)
    >>> watch._is_improvement(0.45, watch.best), watch._is_improvement(0.35, watch.best)
    (False, True)
    """

    def __init__(self, monitor: str = "val_loss", mode: str = "auto", baseline: float | None = None,
                 min_delta: float = 0) -> None:
        if mode not in ("auto", "min", "max"):
            warnings.warn(
                f"{type(self).__name__} mode '{mode}' is unknown, fallback to auto mode. Expected "
                "\"auto\", \"min\" or \"max\".", stacklevel=3)
            mode = "auto"
        self.monitor = monitor
        self.mode = mode
        self.best = baseline
        self.min_delta = abs(min_delta)
        self.monitor_op = None  # known once the metrics are

    def _set_monitor_op(self):
        """Find out which way is better; ValueError if there is no telling."""
        larger = {"max": True, "min": False}.get(self.mode)
        if larger is None:
            larger = self._larger_is_better()
        self.monitor_op = np.greater if larger else np.less
        # Signed as in Keras, so that a subclass may write monitor_op(value - min_delta, best).
        self.min_delta = abs(self.min_delta) if larger else -abs(self.min_delta)

    def _larger_is_better(self):
        name = self.monitor.removeprefix("val_")
        if name == "loss":
            return False
        known = list(_metrics(getattr(self.model, "metrics", ())))
        for metric in known:
            if metric.name == name and hasattr(metric, "_direction"):
                return metric._direction == "up"
        raise ValueError(
            f"{type(self).__name__} callback received monitor={self.monitor}, but isn't able to "
            "automatically determine whether that metric should be maximized or minimized. Pass "
            "mode=\"max\" if more is better, mode=\"min\" if less is. Known without: "
            f"{', '.join(['loss'] + [m.name for m in known if hasattr(m, '_direction')])}."
        )

    def _is_improvement(self, value, reference):
        """Tell whether a value is better than another by `min_delta`; a NaN never is."""
        if reference is None:
            return True
        if np.isnan(reference):
            return not np.isnan(value)
        if self.monitor_op is None:
            self._set_monitor_op()
        return bool(self.monitor_op(value - self.min_delta, reference))


def _metrics(metrics):
    """Yield metrics, those inside containers of metrics too."""
    for metric in metrics:
        if hasattr(metric, "_direction") or not hasattr(metric, "metrics"):
            yield metric
        else:
            yield from _metrics(metric.metrics)
