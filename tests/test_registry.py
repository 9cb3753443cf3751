"""Identifiers of every kind, and what is said about unknown ones."""

import json

import numpy as np
import pytest

from fastdense import losses, registry


class RedThing:
    def __init__(self, size=1):
        self.size = size

    def __call__(self):
        return self.size

    def get_config(self):
        return {"size": self.size}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def blue():
    return "blue"


KNOWN = registry.catalogue(RedThing, blue, azure=blue)


def test_catalogue_names():
    names = {"RedThing": RedThing, "red_thing": RedThing, "blue": blue, "azure": blue}
    assert names == KNOWN


def test_later_objects_take_names_over():
    def red_thing():
        return "function"

    known = registry.catalogue(RedThing, red_thing)
    assert known["red_thing"] is red_thing and known["RedThing"] is RedThing


@pytest.mark.parametrize(("identifier", "size"), [
    ("RedThing", 1), ("red_thing", 1), (RedThing, 1), (RedThing(5), 5),
    ({"class_name": "RedThing", "config": {"size": 3}}, 3),
    ({"class_name": "red_thing"}, 1),
    ({"class_name": "red_thing", "config": None}, 1),
    ({"module": "keras.things", "class_name": "RedThing", "config": {"size": 4},
      "registered_name": None}, 4),
])
def test_get_gives_an_instance(identifier, size):
    thing = registry.get(identifier, KNOWN, "thing")
    assert isinstance(thing, RedThing) and thing.size == size


@pytest.mark.parametrize("identifier", [
    "blue", "azure", blue, {"class_name": "function", "config": "blue"}, {"class_name": "azure"},
])
def test_get_gives_the_function_itself(identifier):
    assert registry.get(identifier, KNOWN, "thing") is blue


def test_instances_are_not_copied_and_configs_not_changed():
    thing, config = RedThing(), {"class_name": "RedThing", "config": {"size": 2}}
    assert registry.get(thing, KNOWN, "thing") is thing
    registry.get(config, KNOWN, "thing")
    assert config == {"class_name": "RedThing", "config": {"size": 2}}


def test_custom_objects_go_first():
    def other():
        return "other"

    get = registry.get
    assert get("other", KNOWN, "thing", custom_objects={"other": other}) is other
    assert get("blue", KNOWN, "thing", custom_objects={"blue": other}) is other


def test_fold():
    assert registry.get("BLUE", KNOWN, "thing", fold=str.lower) is blue
    with pytest.raises(ValueError, match="thing identifier: BLUE"):
        registry.get("BLUE", KNOWN, "thing")


@pytest.mark.parametrize("identifier", [
    "bleu", 3.5, [], None, {"class_name": "bleu"}, {"class_name": "function", "config": "bleu"},
    {"class_name": "function"},
])
def test_unknown(identifier):
    with pytest.raises(ValueError, match="Could not interpret thing identifier: ") as raised:
        registry.get(identifier, KNOWN, "thing")
    assert str(raised.value).endswith("Known: azure, blue, red_thing.")


@pytest.mark.parametrize(("identifier", "nearest"), [
    ("bleu", "blue"), ("red-thing", "red_thing"), ("RedThin", "RedThing"),
])
def test_nearest(identifier, nearest):
    with pytest.raises(ValueError, match=f"Did you mean `{nearest}`?"):
        registry.get(identifier, KNOWN, "thing")


def test_no_nearest_where_none_is_near():
    with pytest.raises(ValueError) as raised:
        registry.get("xyz", KNOWN, "thing")
    assert "Did you mean" not in str(raised.value)


@pytest.mark.parametrize("identifier", [{}, {"config": {}}, {"class_name": 3}])
def test_not_a_config(identifier):
    with pytest.raises(ValueError, match=r"Could not interpret thing identifier.*class_name"):
        registry.get(identifier, KNOWN, "thing")


def test_accepts():
    with pytest.raises(ValueError, match="Could not interpret thing identifier"):
        registry.get("blue", KNOWN, "thing", accepts=lambda obj: isinstance(obj, RedThing))


def test_serialize_own_class():
    config = registry.serialize(losses.MeanSquaredError(name="m"), "losses")
    assert config == {"module": "keras.losses", "class_name": "MeanSquaredError",
                      "config": {"name": "m", "reduction": "sum_over_batch_size"},
                      "registered_name": None}


def test_serialize_class_of_the_user():
    config = registry.serialize(RedThing(3), "things")
    assert config == {"module": RedThing.__module__, "class_name": "RedThing",
                      "config": {"size": 3}, "registered_name": "RedThing"}
    assert registry.get(json.loads(json.dumps(config)), KNOWN, "thing").size == 3


def test_serialize_function():
    config = registry.serialize(blue, "things")
    assert config == {"module": "builtins", "class_name": "function", "config": "blue",
                      "registered_name": "function"}
    assert registry.get(config, KNOWN, "thing") is blue


@pytest.mark.parametrize("plain", [None, "blue"])
def test_serialize_plain(plain):
    assert registry.serialize(plain, "things") == plain


@pytest.mark.parametrize(("value", "expected"), [
    (np.float32(0.5), 0.5), (np.int64(3), 3), (np.bool_(True), True),
    ((np.int8(1), None), [1, None]), ({2: "b"}, {"2": "b"}),
    (np.ones(1, "f4"), {"class_name": "__numpy__", "config": {"value": [1.0], "dtype": "float32"}}),
])
def test_plain(value, expected):
    found = registry.plain(value)
    assert found == expected and type(found) is type(expected)


def test_not_plain():
    with pytest.raises(ValueError, match=r"config of plain values\. Received: .* of type object"):
        registry.plain([object()])


def test_serialize_lambda():
    with pytest.raises(ValueError, match="named function of the things"):
        registry.serialize(lambda: 1, "things")


@pytest.mark.parametrize(("error", "expected"), [
    (KeyError("x"), ValueError), (OverflowError("x"), ValueError), (TypeError("x"), TypeError),
    (MemoryError("x"), MemoryError)])
def test_what_a_constructor_trips_over(error, expected):
    class Bad:
        @classmethod
        def from_config(cls, config):
            raise error

    with pytest.raises(expected, match="x"):
        registry.get({"class_name": "Bad", "config": {}}, {"Bad": Bad}, "thing")
