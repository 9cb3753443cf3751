"""Identifiers of losses, and what compile makes of them."""

import numpy as np
import pytest

from fastdense import losses

NOT_LOSSES = {"deserialize", "get", "resolve", "serialize", "target_kind"}
CLASSES = [name for name in losses.__all__
           if name[0].isupper() and not name.isupper() and name != "LossFunctionWrapper"]
FUNCTIONS = [name for name in losses.__all__ if name.islower() and name not in NOT_LOSSES]


def test_every_class_has_its_function():
    assert {losses.get(name).fn for name in CLASSES if name != "Loss"} == {
        getattr(losses, name) for name in FUNCTIONS}
    assert len(CLASSES) == 18


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_name_in_snake_case_is_the_function(name):
    function = getattr(losses, name)
    assert losses.get(name) is function
    assert losses.get(function) is function
    assert losses.deserialize(losses.serialize(function)) is function


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_name_is_an_instance(name):
    cls = getattr(losses, name)
    assert type(losses.get(name)) is cls
    assert type(losses.get(cls)) is cls
    assert type(losses.get({"class_name": name, "config": {}})) is cls


@pytest.mark.parametrize(("alias", "function"), [
    ("mse", losses.mean_squared_error), ("mae", losses.mean_absolute_error),
    ("mape", losses.mean_absolute_percentage_error),
    ("msle", losses.mean_squared_logarithmic_error), ("bce", losses.binary_crossentropy),
    ("kld", losses.kl_divergence),
])
def test_aliases(alias, function):
    for name in (alias, alias.upper()):
        assert losses.get(name) is getattr(losses, name) is function


def test_get_none_and_callables():
    assert losses.get(None) is None
    assert losses.get(np.hypot) is np.hypot
    loss = losses.MeanSquaredError()
    assert losses.get(loss) is loss


@pytest.mark.parametrize("identifier", ["foo", "Mse", 3.5])
def test_unknown(identifier):
    with pytest.raises(ValueError) as raised:
        losses.get(identifier)
    assert str(raised.value).startswith(f"Could not interpret loss identifier: {identifier}")
    assert "categorical_crossentropy" in str(raised.value)


KINDS = [
    ((8, 1), (8, 1), "binary"), ((8,), (8, 1), "binary"), ((8, 3), (8, 1), "binary"),
    ((8,), (8, 3), "sparse_categorical"), ((8, 1), (8, 3), "sparse_categorical"),
    ((8, 5), (8, 5, 3), "sparse_categorical"), ((8, 3), (8, 3), "categorical"),
    ((None, 3), (None, 3), "categorical"),
]


@pytest.mark.parametrize(("y_true", "y_pred", "kind"), KINDS)
def test_target_kind(y_true, y_pred, kind):
    assert losses.target_kind(y_true, y_pred) == kind


@pytest.mark.parametrize(("y_true", "y_pred", "kind"), KINDS)
@pytest.mark.parametrize("identifier", ["crossentropy", "ce", "CE", "CrossEntropy"])
def test_resolve_crossentropy(identifier, y_true, y_pred, kind):
    loss = losses.resolve(identifier, y_true, y_pred)
    assert loss.name == identifier
    assert loss.rule.kind == f"{kind}_crossentropy"


@pytest.mark.parametrize(("identifier", "name"), [
    ("mse", "mse"), ("binary_crossentropy", "binary_crossentropy"),
    ("MeanSquaredError", "mean_squared_error"), (losses.MeanSquaredError(name="m"), "m"),
    (losses.mse, "mean_squared_error"),
])
def test_resolve_names(identifier, name):
    loss = losses.resolve(identifier, (8, 1), (8, 1))
    assert isinstance(loss, losses.Loss) and loss.name == name and loss.rule is not None


def test_resolve_function_of_the_user():
    def my_loss(y_true, y_pred):
        return np.mean(y_pred - y_true, axis=-1)

    loss = losses.resolve(my_loss, (8, 1), (8, 1))
    assert loss.name == "my_loss" and loss.rule is None
    assert loss([[0.0]], [[3.0]]) == 3.0


def test_resolve_unknown():
    with pytest.raises(ValueError, match="Could not interpret loss identifier: foo"):
        losses.resolve("foo", (8, 1), (8, 1))
