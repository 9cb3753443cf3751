import threading

import pytest

from fastdense import initializers, layers
from fastdense.utils import custom_objects as users


class Wide(layers.Dense):
    pass


@pytest.fixture
def registered():
    cls = users.register_keras_serializable("pack")(type("Deep", (layers.Dense,), {}))
    yield cls
    del users.get_custom_objects()["pack>Deep"]


def test_register(registered):
    assert users.get_registered_name(registered) == "pack>Deep"
    assert users.get_registered_object("pack>Deep") is registered
    config = layers.serialize(registered(3, name="d"))
    assert config["registered_name"] == "pack>Deep" and config["class_name"] == "Deep"
    assert type(layers.deserialize(config)) is registered


def test_register_under_a_name():
    @users.register_keras_serializable("pack", name="f")
    def some_function():
        return 1

    assert users.get_registered_object("pack>f") is some_function
    del users.get_custom_objects()["pack>f"]
    assert users.get_registered_name(some_function) == "some_function"


def test_a_class_needs_get_config():
    with pytest.raises(ValueError, match="does not have a get_config"):
        users.register_keras_serializable()(int)


def test_scope_ends():
    config = layers.serialize(Wide(3))
    with pytest.raises(ValueError, match="Could not interpret layer identifier: Wide"):
        layers.deserialize(config)
    with users.custom_object_scope({"Wide": Wide}), users.CustomObjectScope({"x": Wide}):
        assert users.names_in_scope() == ["Wide", "x"]
        assert type(layers.deserialize(config)) is Wide
    with pytest.raises(ValueError, match="Wide"):
        layers.deserialize(config)


def test_scope_goes_before_the_library():
    class Zeros(initializers.Zeros):
        pass

    with users.custom_object_scope({"zeros": Zeros}):
        assert type(initializers.get("zeros")) is Zeros
    assert type(initializers.get("zeros")) is initializers.Zeros


def test_scopes_are_of_their_thread():
    seen = []
    with users.custom_object_scope({"Wide": Wide}):
        thread = threading.Thread(target=lambda: seen.extend(users.names_in_scope()))
        thread.start()
        thread.join()
    assert seen == []


def test_order_of_the_search():
    assert users.get_registered_object("a", {"a": 1}, {"a": 2}) == 1
    assert users.get_registered_object("a", {}, {"a": 2}) == 2
    assert users.get_registered_object("a") is None
    assert users.get_registered_object(["a"]) is None
