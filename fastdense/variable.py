"""A named array with an owner: what ``layer.kernel`` and optimizer slots are.

The compiled engine keeps weights in a packed layout while it trains. A Variable is the plain,
C-contiguous face of such a weight: reading it first fetches what the engine has changed, and
assigning to it tells the engine to pack it again. Nothing is copied until somebody looks.
"""

from __future__ import annotations

import contextlib
import contextvars
import itertools
import math
import os
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from fastdense import config, initializers
from fastdense.utils.naming import name_or_auto

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array, Function

__all__ = ["OWNERSHIP", "Variable", "all_or_none", "assign_all", "at_most", "edits"]

# Held while values move between variables and an engine, so that Python threads which share a
# model, or models which share a layer, find every value in one of the two. One lock for all, since
# a variable may have several engines. A child of fork finds it free.
OWNERSHIP = threading.RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=OWNERSHIP.acquire, after_in_parent=OWNERSHIP.release,
                        after_in_child=OWNERSHIP.release)

_numbers = itertools.count(1)
edits = SimpleNamespace(latest=0)  # of all variables: a number that is new after every edit
_RELEASED = 2**20  # bytes: smaller arrays are kept, since making them again takes longer

_elements_left = contextvars.ContextVar("elements_left", default=None)  # one for each thread


@contextlib.contextmanager
def at_most(n_elements):
    """Within the block, making variables of more elements than this, all together, is a ValueError.

    A model is loaded so: a description of a few bytes cannot ask for more memory than the weights
    in its file.
    """
    token = _elements_left.set(n_elements)
    try:
        yield
    finally:
        _elements_left.reset(token)


def _count(shape):
    left = _elements_left.get()
    if left is None:
        return
    if math.prod(shape) > left:
        raise ValueError("The model is described as larger than the weights in the file: there "
                         f"are not enough of them for a variable of shape {shape}.")
    _elements_left.set(left - math.prod(shape))


class Variable(np.lib.mixins.NDArrayOperatorsMixin):
    """An array that layers, optimizers and users share under a name.

    Parameters
    ----------
    initializer : array_like, str or callable
        The first value; or the name of an initializer, or a callable ``initializer(shape,
        dtype)``, that makes it.
    shape : tuple of int, optional
        Needed with an initializer, ignored otherwise.
    dtype : str or NumPy dtype, optional
        None means that of `initializer` if that is an array; int32 and bool for Python numbers of
        that kind, as in Keras; :func:`fastdense.config.floatx` for all else.
    trainable : bool, default True
        Whether an optimizer may change it.
    autocast, aggregation, synchronization, layout
        Accepted for Keras's signature; there is one device and one dtype.
    name : str, optional
        Last part of ``path``. Default "variable", numbered.

    Notes
    -----
    Arithmetic and comparisons work on the value and give arrays; only the ``assign`` methods
    change a variable.

    Raises
    ------
    ValueError
        If an initializer comes without a shape, the value is not made of numbers, or the name
        holds a "/".

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import Variable
    >>> v = Variable(np.zeros((2, 3)), name="kernel")
    >>> v
    <Variable path=kernel, shape=(2, 3), dtype=float64, value=[[0. 0. 0.] [0. 0. 0.]]>
    >>> v.assign(np.ones((2, 3)))
    array([[1., 1., 1.],
           [1., 1., 1.]])
    """

    __slots__ = (
        "__weakref__", "_array", "_fetch", "_version", "constraint", "name", "path",
        "regularizer", "trainable",
    )

    def __init__(self, initializer: Any, shape: Sequence[int] | None = None,
                 dtype: DTypeLike | None = None, trainable: bool = True, autocast: bool = True,
                 aggregation: str = "none", synchronization: str = "auto", name: str | None = None,
                 layout: Any = None) -> None:
        if isinstance(initializer, str):
            initializer = initializers.get(initializer)
        if callable(initializer):
            if shape is None:
                raise ValueError(
                    "When a Variable is made by an initializer, the `shape` argument should be "
                    f"specified. Received: initializer={initializer!r}, shape=None. Pass "
                    "shape=(...), or an array as the initializer."
                )
            dtype = np.dtype(dtype or config.floatx())
            shape = tuple(shape)
            _count(shape)
            made_here = type(initializer).__module__.startswith(initializers.__name__)
            value = initializer(shape, dtype=dtype.name)
        else:
            made_here, value = False, initializer
        # A copy, as users may keep what they pass; but no large array is in memory twice.
        as_own = np.asarray if made_here else np.array
        self._array = as_own(value, dtype=dtype or _dtype_of(value), order="C")
        self._fetch = None  # set while the engine holds a newer value: called to store it back
        self._version = 0  # grows with every assignment, so that the engine knows to pack again
        self.name = name_or_auto(name, "Variable")
        self.path = self.name
        self.trainable = bool(trainable)
        self.regularizer: Function | None = None
        self.constraint: Function | None = None

    # -- reading -------------------------------------------------------------------------------

    @property
    def value(self) -> Array:
        """The array itself as a read-only view: dtype and shape of the variable, C-contiguous."""
        view = self._read().view()
        view.flags.writeable = False
        return view

    def _read(self):
        """Return the array itself, up to date, for those who only read it."""
        array = self._array
        # Another thread may lend the variable, or fill its array, at any moment. An array taken
        # before that look is whole: while it is filled `_fetch` is set, and no stand-in can be
        # written to.
        if self._fetch is not None or not array.flags.writeable:
            array = self._fetched()
        return array

    def numpy(self) -> Array:
        """Return a copy of the value that the caller may change."""
        return self.value.copy()

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        value = np.asarray(self.value, dtype=dtype)
        return value.copy() if copy else value

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if "out" in kwargs:
            return NotImplemented  # `v += 1` would change a weight behind the engine's back
        values = (x.value if isinstance(x, Variable) else x for x in inputs)
        return getattr(ufunc, method)(*values, **kwargs)

    __hash__ = object.__hash__  # by identity, though `==` compares elements

    def __getitem__(self, index: Any) -> Any:
        return self.value[index]

    def __bool__(self) -> NoReturn:
        raise TypeError(f"A Keras Variable cannot be used as a boolean. Received: `{self.path}`. "
                        "Ask for v.numpy().any(), say, or `v is not None`.")

    def __float__(self) -> float:
        return float(self._read())

    def __int__(self) -> int:
        return int(self._read())

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape as a tuple of int."""
        return self._array.shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self._array.ndim

    @property
    def size(self) -> int:
        """Number of elements."""
        return self._array.size

    @property
    def dtype(self) -> str:
        """Name of the dtype, such as "float32"."""
        return self._array.dtype.name

    # -- writing -------------------------------------------------------------------------------

    def assign(self, value: ArrayLike) -> Array:
        """Overwrite the value and return it; cast to the variable's dtype, it must fit the shape.
        """
        value = self._cast(value)
        with OWNERSHIP:
            self._edit()[...] = value
        return value

    def _cast(self, value):
        value = np.asarray(value, dtype=self.dtype)
        if value.shape != self.shape:
            raise ValueError(
                f"The shape of the target variable and the shape of the value assigned to it must "
                f"match. Expected {self.shape} for `{self.path}`. Received: {value.shape}."
            )
        return value

    def _edit(self):
        """Return the writable array itself, for kernels that update in place.

        Where others may use the model meanwhile, the caller holds `OWNERSHIP` until it has written.
        """
        array = self._fetched()
        self._changed()
        return array

    def _fetched(self):
        with OWNERSHIP:
            if self._fetch is not None:
                self._fetch()
            return self._array

    def _changed(self):
        self._version += 1
        edits.latest = next(_numbers)  # on any thread; an attribute of the class would slow it down

    def _put(self, value):
        """Overwrite a number that the engine never holds, such as a counter."""
        self._array.fill(value)

    # -- the engine as the owner ---------------------------------------------------------------

    @property
    def _is_large(self):
        return self._array.nbytes >= _RELEASED

    def _lend(self, fetch):
        """Let the engine hold the value, and `fetch` bring it back. Of a large array only dtype and
        shape are kept meanwhile, so that a model in training is in memory once."""
        self._fetch = fetch
        if self._is_large:
            self._array = np.broadcast_to(np.zeros((), self._array.dtype), self._array.shape)

    def _room(self):
        """Return the array for the engine to write the value to."""
        if not self._array.flags.writeable:
            self._array = np.empty(self._array.shape, self._array.dtype)
        return self._array

    def assign_add(self, value: ArrayLike) -> Array:
        """Add `value`, an array of the variable's shape or a scalar, and return the sum."""
        return self.assign(self.value + np.asarray(value))

    def assign_sub(self, value: ArrayLike) -> Array:
        """Subtract `value`, an array of the variable's shape or a scalar; return what is left."""
        return self.assign(self.value - np.asarray(value))

    def __getstate__(self) -> Any:
        state = {name: getattr(self, name) for name in
                 ("name", "path", "trainable", "regularizer", "constraint")}
        state["_array"] = self.numpy()
        return state

    def __setstate__(self, state: Any) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self._fetch = None
        self._version = 0

    def __repr__(self) -> str:
        value = np.array2string(self.value, threshold=8, edgeitems=2).replace("\n", "")
        return (f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}, "
                f"value={value}>")


def assign_all(pairs):
    """Assign to variables, given as (variable, value): to all of them, or on an error to none."""
    pairs = [(variable, variable._cast(value)) for variable, value in pairs]
    with OWNERSHIP:
        for variable, _ in pairs:
            variable._fetched()  # what may want memory, before anything is written
        for variable, value in pairs:
            variable._edit()[...] = value


@contextlib.contextmanager
def all_or_none(variables, room):
    """Within the block, an error leaves these variables with the values that they had before.

    Not so Ctrl-C, which is held back, or leaves a call that is not to be waited for. `room` is a
    list where the next block finds memory: to take it anew costs more than to copy.
    """
    values = [variable._read() for variable in variables]
    if [(a.shape, a.dtype) for a in room] != [(a.shape, a.dtype) for a in values]:
        room[:] = [np.empty_like(value) for value in values]
    for array, value in zip(room, values, strict=True):
        array[...] = value
    try:
        yield
    except Exception:
        assign_all(zip(variables, room, strict=True))
        raise


def _dtype_of(value):
    """Return the dtype of a variable whose first value this is."""
    given = getattr(value, "dtype", None)
    kind = np.asarray(value).dtype.kind
    if kind not in "biuf":
        raise ValueError(f"Variable: expected numbers, or an initializer. Received: {value!r}.")
    if given is not None:
        return given
    return {"b": "bool", "i": "int32", "u": "uint32"}.get(kind) or config.floatx()
