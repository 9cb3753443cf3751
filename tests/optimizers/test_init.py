"""Identifiers of optimizers."""

import json

import pytest

from fastdense import optimizers


@pytest.mark.parametrize(("identifier", "kind"), [
    ("sgd", "SGD"), ("SGD", "SGD"), ("Sgd", "SGD"), ("rmsprop", "RMSprop"), ("RMSprop", "RMSprop"),
    ("RMSPROP", "RMSprop"), ("adam", "Adam"), ("AdamW", "AdamW"),
    ("adamw", "AdamW"), ("Adadelta", "Adadelta"), ("adamax", "Adamax"), ("nadam", "Nadam"),
    ("lion", "Lion"), ("adagrad", "Adagrad"), (optimizers.SGD, "SGD"),
    ({"class_name": "rmsprop", "config": {"rho": 0.5}}, "RMSprop"), ({"class_name": "SGD"}, "SGD"),
])
def test_get(identifier, kind):
    assert type(optimizers.get(identifier)) is getattr(optimizers, kind)


def test_get_none_and_instances():
    assert optimizers.get(None) is None
    optimizer = optimizers.SGD()
    assert optimizers.get(optimizer) is optimizer


@pytest.mark.parametrize("identifier", ["foo", "rm_sprop", 3.5, lambda: 0.1])
def test_unknown(identifier):
    with pytest.raises(ValueError) as raised:
        optimizers.get(identifier)
    assert str(raised.value).startswith(
        f"Could not interpret optimizer identifier: {identifier}")
    assert str(raised.value).endswith(
        "Known: adadelta, adagrad, adam, adamax, adamw, lion, nadam, rmsprop, sgd.")


@pytest.mark.parametrize("optimizer", [
    optimizers.SGD(0.5, momentum=0.9, nesterov=True), optimizers.RMSprop(centered=True),
    optimizers.Adagrad(0.5, initial_accumulator_value=0.5, clipnorm=1.0),
    optimizers.Adam(beta_1=0.5, amsgrad=True), optimizers.AdamW(weight_decay=0.5),
    optimizers.Adadelta(rho=0.5), optimizers.Adamax(beta_2=0.5), optimizers.Nadam(epsilon=1e-3),
    optimizers.Lion(beta_1=0.5),
])
def test_config_round_trip(optimizer):
    config = json.loads(json.dumps(optimizers.serialize(optimizer)))
    assert config["module"] == "keras.optimizers"
    again = optimizers.deserialize(config)
    assert type(again) is type(optimizer)
    assert again.get_config() == optimizer.get_config()
    assert again.rule == optimizer.rule


def test_custom_objects():
    class Mine(optimizers.SGD):
        pass

    config = optimizers.serialize(Mine(0.5))
    assert config["registered_name"] == "Mine"
    assert type(optimizers.deserialize(config, custom_objects={"Mine": Mine})) is Mine
    with pytest.raises(ValueError, match="Could not interpret optimizer identifier: Mine"):
        optimizers.deserialize(config)
