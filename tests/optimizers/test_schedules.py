"""Learning rates that change with the step."""

import json
from pathlib import Path

import pytest

from fastdense import Variable, optimizers
from fastdense.optimizers import schedules

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/optimizers.json").read_text())


@pytest.mark.parametrize("step", range(8))
def test_staircase_of_keras(step):
    schedule = schedules.ExponentialDecay(0.5, 3, 0.8, staircase=True)
    assert schedule(step) == pytest.approx(GOLDEN["staircase"][step], rel=1e-6)


@pytest.mark.parametrize("step", [0, 5, 10, 1000])
def test_continuous(step):
    schedule = schedules.ExponentialDecay(0.05, 10, 0.96)
    assert schedule(step) == pytest.approx(0.05 * 0.96 ** (step / 10), rel=1e-12)
    assert schedule(Variable(step, dtype="int64")) == schedule(step)


@pytest.mark.parametrize("steps", [0, -1])
def test_decay_steps_refused(steps):
    with pytest.raises(ValueError, match="`decay_steps` must be > 0"):
        schedules.ExponentialDecay(0.1, steps, 0.5)


def test_config_round_trip():
    schedule = schedules.ExponentialDecay(0.05, 10, 0.96, staircase=True, name="my_ed")
    config = json.loads(json.dumps(schedules.serialize(schedule)))
    assert config["module"] == "keras.optimizers.schedules"
    assert schedules.deserialize(config).get_config() == schedule.get_config()


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


def test_what_a_subclass_must_define():
    with pytest.raises(NotImplementedError, match="must override `__call__"):
        schedules.LearningRateSchedule()(0)
    with pytest.raises(NotImplementedError, match="must override `get_config"):
        schedules.LearningRateSchedule().get_config()
