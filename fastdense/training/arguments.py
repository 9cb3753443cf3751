"""Arguments of compile, fit, evaluate and predict: one rule each, one voice for what is wrong."""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Collection

from fastdense import losses, metrics
from fastdense.training.own_loss import is_own

__all__ = ["integer", "is_due", "kind", "known_loss", "known_metrics", "limited", "loss_weight",
           "optional", "result", "validation_data", "validation_freq"]


def known_loss(loss):
    """The one loss there is; an unknown name is an error now, not at the first fit."""
    loss = _only("loss", loss)
    if loss is not None and str(loss).lower() not in ("crossentropy", "ce") and not is_own(loss):
        losses.get(loss)
    return loss


def loss_weight(given):
    """The factor of the loss, 1.0 if there is none."""
    weight = _only("loss_weights", given)
    if weight is None:
        return 1.0
    if isinstance(weight, bool) or not isinstance(weight, numbers.Real):
        raise ValueError(f"Expected `loss_weights` argument to be a number, or a list or dict of "
                         f"one. Received instead: loss_weights={given} of type {type(given)}.")
    return float(weight)


def known_metrics(name, given):
    """The metrics as a flat list; a model with one output has no use for their nesting."""
    if given is None:
        return []
    if not isinstance(given, (list, tuple, dict)):
        raise ValueError(
            f"Expected `{name}` argument to be a list, tuple, or dict. Received instead: "
            f"{name}={given} of type {type(given)}. Write [{given!r}]."
        )
    flat = list(_leaves(given))
    for identifier in flat:
        if str(identifier).lower() not in ("accuracy", "acc", "crossentropy", "ce"):
            metrics.get(identifier)
    return flat


def _only(name, given):
    """Take the entry out of a list or dict of one: a Sequential has one output."""
    if not isinstance(given, (list, tuple)) and not (isinstance(given, dict)
                                                     and "class_name" not in given):
        return given
    if len(given) != 1:
        raise ValueError(
            f"`{name}` must match the number of losses: a Sequential has one output, so one loss. "
            f"Received: {name}={given!r}."
        )
    return next(iter(given.values() if isinstance(given, dict) else given))


def _leaves(given):
    """Yield what is in nested lists and dicts, but not in the config of a metric."""
    if isinstance(given, dict) and "class_name" not in given:
        given = list(given.values())
    if isinstance(given, (list, tuple)):
        for inner in given:
            yield from _leaves(inner)
    elif given is not None:
        yield given


def integer(name, value, least):
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < least:
        raise ValueError(f"{name}: expected an integer of at least {least}. Received: "
                         f"{name}={value!r}.")
    return int(value)


def limited(name, value, limit):
    """The value, or the limit that `fastdense.config` sets if that is less, with a warning."""
    if limit is None or (value is not None and value <= limit):
        return value
    warnings.warn(f"Limiting {name} to {limit}, as fastdense.config says.", stacklevel=3)
    return limit


def optional(name, value):
    """A number of samples or steps, or None."""
    return None if value is None else integer(name, value, 1)


def is_due(epoch, frequency):
    """Whether to evaluate after an epoch, counted from 0."""
    if isinstance(frequency, numbers.Integral):
        return (epoch + 1) % frequency == 0
    return epoch + 1 in frequency


def validation_freq(value):
    """Epochs between two evaluations, or the epochs to evaluate after."""
    if isinstance(value, Collection) and not isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 1:
        raise ValueError(
            f"Expected `validation_freq` to be a list or int. Received: validation_freq={value!r} "
            f"of the type {type(value)}."
        )
    return int(value)


def validation_data(given):
    """Arrays in a tuple, or what yields batches; an array alone has no targets."""
    if isinstance(given, (tuple, list)) and 2 <= len(given) <= 3:
        return given
    if isinstance(given, (tuple, list)) or hasattr(given, "__array__"):
        raise ValueError(
            "validation_data: expected a tuple (x, y) or (x, y, sample_weight), or batches of "
            f"them, such as a generator or a PyDataset. Received: {kind(given)}."
        )
    return given


def result(logs, return_dict):
    """What evaluate and its kin return: a dict sorted by name, or values in order of compile."""
    if return_dict:
        return dict(sorted(logs.items()))
    values = list(logs.values())
    return values[0] if len(values) == 1 else values


def kind(value):
    return None if value is None else type(value).__name__
