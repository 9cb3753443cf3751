"""Arguments of compile, fit, evaluate and predict: one rule each, one voice for what is wrong."""

from __future__ import annotations

import numbers

from fastdense import losses, metrics

__all__ = ["batch_size", "integer", "is_due", "kind", "known_loss", "known_metrics", "unsupported",
           "values"]

_DEFAULT_BATCH = 32  # as in Keras


def known_loss(loss):
    """The loss as given; an unknown name is an error now, not at the first fit."""
    if loss is not None and str(loss).lower() not in ("crossentropy", "ce"):
        losses.get(loss)
    return loss


def known_metrics(name, given):
    if given is None:
        return []
    if not isinstance(given, (list, tuple)):
        raise ValueError(
            f"Expected `{name}` argument to be a list, tuple, or dict. Received instead: "
            f"{name}={given} of type {type(given)}. Write [{given!r}]."
        )
    for identifier in given:
        if str(identifier).lower() not in ("accuracy", "acc", "crossentropy", "ce"):
            metrics.get(identifier)
    return list(given)


def unsupported(**arguments):
    for name, value in arguments.items():
        if value is not None:
            raise ValueError(f"{name}: expected None, as it is not supported yet: all samples are "
                             f"used. Received: {name}={value!r}. Pass a part of the arrays.")


def integer(name, value, least):
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < least:
        raise ValueError(f"{name}: expected an integer of at least {least}. Received: "
                         f"{name}={value!r}.")
    return int(value)


def batch_size(name, value):
    return _DEFAULT_BATCH if value is None else integer(name, value, 1)


def is_due(epoch, frequency):
    if isinstance(frequency, numbers.Integral):
        return (epoch + 1) % frequency == 0
    return epoch + 1 in frequency


def values(logs):
    values = list(logs.values())
    return values[0] if len(values) == 1 else values


def kind(value):
    return None if value is None else type(value).__name__
