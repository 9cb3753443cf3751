import pytest
from saving.helpers import network, trained

import fastdense as keras
from fastdense.saving import topology


def test_tree_is_that_of_keras():
    tree = topology.model_config(trained())
    assert list(tree) == ["module", "class_name", "config", "registered_name", "build_config",
                          "compile_config"]
    assert (tree["module"], tree["class_name"]) == ("keras", "Sequential")
    assert list(tree["config"]) == ["name", "trainable", "dtype", "layers", "build_input_shape"]
    assert tree["config"]["build_input_shape"] == [None, 4]
    dense = tree["config"]["layers"][1]
    assert (dense["module"], dense["class_name"]) == ("keras.layers", "Dense")
    assert dense["config"]["kernel_initializer"]["module"] == "keras.initializers"
    assert tree["compile_config"]["optimizer"]["module"] == "keras.optimizers"
    assert tree["compile_config"]["jit_compile"] is False


def test_name_of_the_input_is_kept():
    model = keras.Sequential([keras.Input((2,), name="pixels"), keras.layers.Dense(1)])
    assert model.get_config()["layers"][0]["config"]["name"] == "pixels"


def test_input_of_a_model_built_by_data():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.build((None, 3))
    assert model.get_config()["layers"][0]["config"]["batch_shape"] == [None, 3]


def test_metrics_and_losses():
    model = network()
    model.compile("sgd", keras.losses.CategoricalCrossentropy(label_smoothing=0.5),
                  metrics=["mse", keras.metrics.BinaryAccuracy(threshold=0.25)],
                  weighted_metrics=["acc"])
    arguments = topology.compile_arguments(topology.compile_config(model))
    assert arguments["loss"].get_config()["label_smoothing"] == 0.5
    assert arguments["metrics"][0] == "mse" and arguments["weighted_metrics"] == ["acc"]
    assert arguments["metrics"][1].threshold == 0.25


def test_loss_function():
    model = network()
    model.compile("sgd", keras.losses.mean_squared_error)
    arguments = topology.compile_arguments(topology.compile_config(model))
    assert arguments["loss"] is keras.losses.mean_squared_error


@pytest.mark.parametrize("tree", [None, 3, [], {}, {"class_name": "Sequential"},
                                  {"class_name": "Sequential", "config": []},
                                  {"class_name": "Sequential", "config": {"name": "m"}},
                                  {"class_name": "Flatten", "config": {}}])
def test_not_a_model(tree):
    with pytest.raises(ValueError, match="description of a model"):
        topology.model_from_config(tree)


def test_shape_told_apart_from_the_layers():
    config = {"name": "m", "build_input_shape": [None, 3], "layers": [
        keras.layers.serialize(keras.layers.Dense(2))]}  # without an InputLayer, as Keras may write
    assert keras.Sequential.from_config(config).input_shape == (None, 3)


@pytest.mark.parametrize("options", [
    {"num_thresholds": 10**9}, {"thresholds": [0.5, -(10**9)]}])
def test_metric_of_a_huge_size(options):
    config = {"metrics": [{"class_name": "AUC", "config": options}]}
    with pytest.raises(ValueError, match=r"sizes in metrics of at most.*Received: -?1000000000"):
        topology.compile_arguments({"optimizer": "sgd", "loss": "mse", **config})


@pytest.mark.parametrize(("error", "expected"), [(MemoryError, MemoryError), (OSError, ValueError)])
def test_what_a_constructor_raises(error, expected):
    class Raising(keras.layers.Dense):
        def __init__(self, *args, **kwargs):
            raise error("in the constructor")

    tree = topology.model_config(network())
    with pytest.raises(expected, match="in the constructor"):
        topology.model_from_config(tree, {"Dense": Raising})
