"""Identifiers of initializers."""

import numpy as np
import pytest

from fastdense import initializers

CLASSES = [name for name in initializers.__all__ if name[0].isupper()]


@pytest.mark.parametrize("name", CLASSES)
def test_get_by_class_name(name):
    cls = getattr(initializers, name)
    assert type(initializers.get(name)) is cls
    assert type(initializers.get(cls)) is cls
    assert type(initializers.get({"class_name": name, "config": {}})) is cls


@pytest.mark.parametrize(("alias", "name"), [
    ("zeros", "Zeros"), ("zero", "Zeros"), ("ones", "Ones"), ("one", "Ones"),
    ("constant", "Constant"), ("identity", "Identity"), ("IdentityInitializer", "Identity"),
    ("random_normal", "RandomNormal"), ("normal", "RandomNormal"),
    ("random_uniform", "RandomUniform"), ("uniform", "RandomUniform"),
    ("truncated_normal", "TruncatedNormal"), ("variance_scaling", "VarianceScaling"),
    ("glorot_uniform", "GlorotUniform"), ("glorot_normal", "GlorotNormal"),
    ("he_uniform", "HeUniform"), ("he_normal", "HeNormal"), ("lecun_uniform", "LecunUniform"),
    ("lecun_normal", "LecunNormal"), ("orthogonal", "Orthogonal"),
    ("OrthogonalInitializer", "Orthogonal"),
])
def test_aliases(alias, name):
    assert type(initializers.get(alias)) is getattr(initializers, name)
    if alias not in ("zero", "one", "normal", "uniform"):
        assert getattr(initializers, alias) is getattr(initializers, name)


def test_get_none_and_callables():
    assert initializers.get(None) is None
    assert initializers.get(np.zeros) is np.zeros
    zeros = initializers.Zeros()
    assert initializers.get(zeros) is zeros


def test_two_names_are_two_draws():
    first, second = (initializers.get("he_normal")((4,)) for _ in range(2))
    assert (first != second).any()


def test_get_array():
    array = np.arange(6.0).reshape(2, 3)
    initializer = initializers.get(array)
    np.testing.assert_array_equal(initializer((2, 3)), array)
    assert initializer((2, 3)).dtype == "float32"
    assert initializer([2, 3], dtype="float64").dtype == "float64"
    with pytest.raises(ValueError, match="Expected `shape` to be"):
        initializer((3, 2))


@pytest.mark.parametrize("identifier", ["foo", "glorot", 3.5])
def test_unknown(identifier):
    with pytest.raises(ValueError) as raised:
        initializers.get(identifier)
    assert str(raised.value).startswith(
        f"Could not interpret initializer identifier: {identifier}")
    assert "glorot_uniform" in str(raised.value)
