"""Automatic names against those that Keras 3.15.1 gives."""

import threading

import pytest

from fastdense import config
from fastdense.utils import clear_session
from fastdense.utils.naming import auto_name, name_or_auto, snake_case


@pytest.fixture(autouse=True)
def fresh():
    clear_session(free_memory=False)


@pytest.mark.parametrize(("class_name", "expected"), [
    ("Dense", "dense"), ("Sequential", "sequential"), ("InputLayer", "input_layer"),
    ("RMSprop", "rm_sprop"), ("SGD", "sgd"), ("AdamW", "adam_w"), ("ReLU", "re_lu"),
    ("LeakyReLU", "leaky_re_lu"), ("PReLU", "p_re_lu"), ("ELU", "elu"), ("AUC", "auc"),
    ("KLDivergence", "kl_divergence"), ("MyHTTPLayer", "my_http_layer"), ("Dense2D", "dense2d"),
    ("_Private", "__private"), ("my_layer", "my_layer"), ("LayerV2Thing", "layer_v2_thing"),
    ("A", "a"), ("MSE2", "mse2"), ("Über", "über"), ("Foo-Bar", "foo_bar"),
])
def test_snake_case(class_name, expected):
    assert snake_case(class_name) == expected


def test_counter_per_class():
    names = [auto_name(name) for name in ("Dense", "Dense", "Dropout", "Dense", "Dropout")]
    assert names == ["dense", "dense_1", "dropout", "dense_2", "dropout_1"]


def test_given_names_go_first():
    assert name_or_auto("mine", "Dense") == "mine"
    assert name_or_auto(None, "Dense") == "dense"


@pytest.mark.parametrize("wrong", ["a/b", 3, b"a", ["a"]])
def test_wrong_names(wrong):
    with pytest.raises(ValueError, match="Dense: Argument `name` must be a string"):
        name_or_auto(wrong, "Dense")


@pytest.mark.parametrize("arguments", [(), (True,), (False,)])
def test_clear_session_starts_again(arguments):
    auto_name("Dense")
    clear_session(*arguments)
    assert auto_name("Dense") == "dense"


def test_clear_session_takes_the_dtype_policy_back():
    config.set_dtype_policy("float64")
    clear_session()
    assert config.dtype_policy().name == "float32"


def test_names_from_many_threads_are_all_different():
    names = []

    def work():
        names.extend([auto_name("Dense") for _ in range(200)])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 1600
