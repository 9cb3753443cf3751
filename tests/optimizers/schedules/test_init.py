"""Learning rates that change with the step."""

import json
from pathlib import Path

import numpy as np
import pytest

from fastdense import Variable, optimizers
from fastdense.optimizers import schedules

GOLDEN = json.loads(Path(__file__).parents[2].joinpath("golden/schedules.json").read_text())


@pytest.mark.parametrize("case", GOLDEN["runs"], ids=lambda c: f"{c['name']}{c['options']}")
def test_rates_and_config_of_keras(case):
    schedule = getattr(schedules, case["name"])(**case["options"])
    rates = [schedule(step) for step in GOLDEN["steps"]]
    np.testing.assert_allclose(rates, case["rates"], rtol=1e-6, atol=1e-7)
    assert all(type(rate) is float for rate in rates)
    assert schedule.get_config() == case["config"]
    config = json.loads(json.dumps(schedules.serialize(schedule)))
    assert config["module"] == "keras.optimizers.schedules"
    again = schedules.deserialize(config)
    assert type(again) is type(schedule) and again.get_config() == case["config"]


@pytest.mark.parametrize("case", GOLDEN["runs"], ids=lambda c: f"{c['name']}{c['options']}")
@pytest.mark.parametrize("step", [np.int64(7), np.float32(7), Variable(7, dtype="int64")])
def test_steps_of_any_kind(case, step):
    schedule = getattr(schedules, case["name"])(**case["options"])
    assert schedule(step) == schedule(7)


@pytest.mark.parametrize("case", GOLDEN["runs"], ids=lambda c: f"{c['name']}{c['options']}")
def test_as_a_learning_rate(case):
    optimizer = optimizers.SGD(getattr(schedules, case["name"])(**case["options"]))
    w = Variable([0.0])
    for _ in range(3):
        optimizer.apply([-np.ones(1)], [w])
    np.testing.assert_allclose(w.value, [sum(case["rates"][:3])], rtol=1e-6)
    np.testing.assert_allclose(optimizer.learning_rates(5), case["rates"][3:8], rtol=1e-6)


def test_unknown():
    with pytest.raises(ValueError, match="Could not interpret schedule identifier: CosinDecay"):
        schedules.deserialize({"class_name": "CosinDecay", "config": {}})


def test_inside_an_optimizer():
    optimizer = optimizers.SGD(schedules.ExponentialDecay(0.05, 10, 0.96))
    config = json.loads(json.dumps(optimizers.serialize(optimizer)))
    again = optimizers.deserialize(config)
    assert again.get_config() == optimizer.get_config()
    assert again.learning_rate == 0.05


class Constant(schedules.LearningRateSchedule):
    def __init__(self, value):
        self.value = value

    def __call__(self, step):
        return self.value

    def get_config(self):
        return {"value": self.value}


def test_schedule_of_the_user():
    config = json.loads(json.dumps(schedules.serialize(Constant(0.5))))
    assert schedules.deserialize(config, custom_objects={"Constant": Constant})(3) == 0.5
    optimizer = optimizers.SGD(Constant(0.5))
    again = optimizers.SGD.from_config(optimizer.get_config(), {"Constant": Constant})
    assert again.learning_rate == 0.5
    with pytest.raises(ValueError, match="Could not interpret schedule identifier: Constant"):
        optimizers.SGD.from_config(optimizer.get_config())
