"""Losses that users write: any object with `call` and `gradient` will do."""

from __future__ import annotations

from fastdense import losses

__all__ = ["is_own", "require_gradient", "resolve"]


class OwnLoss(losses.Loss):
    """The face of a :class:`~fastdense.losses.Loss` for an object that is none.

    Parameters
    ----------
    own : object
        With methods ``call(y_true, y_pred)`` and ``gradient(y_true, y_pred)``, and perhaps a
        `name` and a `reduction`.
    """

    def __init__(self, own):
        super().__init__(name=getattr(own, "name", None) or type(own).__name__,
                         reduction=getattr(own, "reduction", "sum_over_batch_size"))
        self.own = own

    def call(self, y_true, y_pred):
        return self.own.call(y_true, y_pred)

    def gradient(self, y_true, y_pred):
        return self.own.gradient(y_true, y_pred)


def is_own(loss):
    """Whether something is an object with `call` and `gradient`, but no Loss."""
    return (not isinstance(loss, (losses.Loss, type))
            and callable(getattr(loss, "call", None)) and callable(getattr(loss, "gradient", None)))


def resolve(identifier, y_true_shape, y_pred_shape):
    """Return the Loss that `compile` means, as :func:`fastdense.losses.resolve`."""
    if is_own(identifier):
        return OwnLoss(identifier)
    return losses.resolve(identifier, y_true_shape, y_pred_shape)


def require_gradient(loss):
    """Raise NotImplementedError if a loss can be evaluated but not trained with."""
    wrapped = isinstance(loss, losses.LossFunctionWrapper)
    inherited = losses.LossFunctionWrapper if wrapped else losses.Loss
    if (type(loss).gradient is not inherited.gradient or "gradient" in vars(loss)
            or (wrapped and hasattr(loss.fn, "gradient"))):
        return
    raise NotImplementedError(
        f"loss: expected a function with a gradient, or a Loss that overrides `gradient`. "
        f"Received: {loss.name}. fastdense has no automatic differentiation, so a loss of your own "
        "brings its derivative: write a class with methods `call(self, y_true, y_pred)`, one "
        "number a sample, and `gradient(self, y_true, y_pred)`, its derivative by the sample's row "
        "of y_pred. fastdense.utils.check_gradient tells whether they belong together."
    )
