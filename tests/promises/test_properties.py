"""What holds for every model, tried on models, data and settings that nobody chose."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from reference import Network

import fastdense as keras

QUICK, FULL = 12, 3_400  # examples of each property; the full ones are 20,000 together
OPTIMIZERS = ("SGD", "RMSprop", "Adam", "AdamW", "Adagrad", "Adadelta", "Adamax", "Nadam", "Lion")
INNER = ("linear", "relu", "sigmoid", "tanh", "gelu", "elu", "softplus", "silu", "leaky_relu")
LAST = {  # loss -> activations that it goes with
    "mean_squared_error": ("linear", "tanh", "relu"), "mean_absolute_error": ("linear",),
    "huber": ("linear",), "log_cosh": ("tanh",), "binary_crossentropy": ("sigmoid",),
    "categorical_crossentropy": ("softmax",), "sparse_categorical_crossentropy": ("softmax",)}
ORACLE = ("linear", "relu", "sigmoid", "tanh")  # that reference.py knows
sizes = st.one_of(st.integers(1, 9), st.sampled_from([15, 16, 17, 31, 32, 33, 47, 64, 65]))


class Case:
    """A model and data for it, drawn by hypothesis."""

    def __init__(self, draw, inner=INNER):
        self.seed = draw(st.integers(0, 2**32 - 1))
        self.dtype = draw(st.sampled_from(["float32", "float64"]))
        self.n = draw(st.integers(1, 40))
        self.widths = draw(st.lists(sizes, min_size=2, max_size=4))
        self.loss = draw(st.sampled_from(sorted(LAST)))
        if "categorical" in self.loss:  # of one class is a warning
            self.widths[-1] += 1
        self.activations = [*(draw(st.sampled_from(inner)) for _ in self.widths[2:]),
                            draw(st.sampled_from(LAST[self.loss]))]
        self.biases = [draw(st.booleans()) for _ in self.activations]
        self.optimizer = draw(st.sampled_from(OPTIMIZERS))
        self.batch_size = draw(st.integers(1, 40))
        self.weighted = draw(st.booleans())
        self.layout = draw(st.sampled_from(["C", "F", "reversed", "sliced", "uint8", "big endian"]))
        rng = np.random.default_rng(self.seed)
        self.x = laid_out(rng.normal(size=(self.n, self.widths[0])), self.layout, self.dtype)
        self.y = self.targets(rng)
        self.weights = rng.uniform(0, 2, self.n) if self.weighted else None

    def targets(self, rng):
        last = self.widths[-1]
        if self.loss.startswith("sparse"):
            return rng.integers(last, size=self.n)
        if self.loss == "categorical_crossentropy":
            return np.eye(last)[rng.integers(last, size=self.n)]
        if self.loss == "binary_crossentropy":
            return rng.integers(2, size=(self.n, last)).astype("f8")
        return rng.normal(size=(self.n, last))

    def model(self, compiled=True):
        keras.config.set_floatx(self.dtype)
        keras.utils.set_random_seed(self.seed % 2**31)
        model = keras.Sequential([keras.Input(self.widths[:1]), *(
            keras.layers.Dense(width, activation, use_bias=bias) for width, activation, bias
            in zip(self.widths[1:], self.activations, self.biases, strict=True))])
        if compiled:
            model.compile(getattr(keras.optimizers, self.optimizer)(0.01), self.loss,
                          metrics=["mae"] * (not self.loss.startswith("sparse")))
        return model

    def fit(self, model, epochs=1, **options):
        keras.utils.set_random_seed(self.seed % 2**31)  # the same order of the samples
        return model.fit(self.x, self.y, batch_size=self.batch_size, epochs=epochs, verbose=0,
                         sample_weight=self.weights, **options)


def laid_out(x, layout, dtype):
    """The same kind of numbers with other strides and types."""
    if layout == "uint8":
        return (np.abs(x) * 60).astype(np.uint8)
    x = x.astype(dtype)
    return {"C": lambda: x, "F": lambda: np.asfortranarray(x), "reversed": lambda: x[::-1, ::-1],
            "sliced": lambda: np.repeat(x, 2, axis=0)[::2],
            "big endian": lambda: x.astype(x.dtype.newbyteorder(">"))}[layout]()


def bits(model):
    variables = model.weights + (model.optimizer.variables if model.optimizer else [])
    return [variable.numpy().tobytes() for variable in variables]


cases = st.composite(lambda draw: Case(draw))()
cases_for_the_oracle = st.composite(lambda draw: Case(draw, ORACLE))()
TRIED = itertools.count()


@pytest.fixture
def tried(count):
    """`tried(property)` runs a property as often as it is to be."""
    def run(prove):
        @settings(max_examples=count(QUICK, FULL), deadline=None, database=None,
                  derandomize=count(True, False),
                  suppress_health_check=list(HealthCheck))
        @given(cases_for_the_oracle if prove is as_the_oracle else cases)
        def example(case):
            try:
                prove(case)
                next(TRIED)
            finally:
                keras.config.set_floatx("float32")
        example()
    return run


def fused_is_plain(case):
    """A constraint that changes nothing sends training down the path of plain NumPy updates."""
    fused, plain = case.model(), case.model()
    for layer in plain.layers:
        layer.kernel.constraint = lambda w: w
    logs = [case.fit(model, 2).history for model in (fused, plain)]
    assert fused._updates_in_engine and logs[0].keys() == logs[1].keys()
    assert bits(fused) == bits(plain)
    for name in logs[0]:
        np.testing.assert_allclose(logs[0][name], logs[1][name], rtol=1e-9)


def any_split(case):
    """A row's outputs do not depend on the rows it comes with, nor on where they lie."""
    model = case.model(False)
    whole = model.predict(case.x, verbose=0)
    cuts = sorted(np.random.default_rng(case.seed).integers(0, case.n, 3).tolist())
    parts = [model.predict(part, verbose=0) for part in np.split(case.x, cuts) if len(part)]
    assert np.concatenate(parts).tobytes() == whole.tobytes()
    copied = np.array(case.x, np.dtype(case.x.dtype).newbyteorder("="))
    assert model.predict(copied, batch_size=case.batch_size, verbose=0).tobytes() == (
        whole.tobytes())


def saved_is_loaded(case, folder):
    model = case.model()
    case.fit(model)
    again = {}
    for ending in (".safetensors", ".keras"):
        model.save(folder / f"m{ending}")
        again[ending] = keras.models.load_model(folder / f"m{ending}")
    for ending in (".safetensors", ".weights.h5"):
        model.save_weights(folder / f"w{ending}")
        again[f"weights {ending}"] = case.model()
        again[f"weights {ending}"].load_weights(folder / f"w{ending}")
    for other in again.values():
        assert bits(other) == bits(model)
    case.fit(model, shuffle=False)
    for other in again.values():  # and goes on as the model does
        case.fit(other, shuffle=False)
        assert bits(other) == bits(model)


def copies_are_copies(case):
    model = case.model()
    case.fit(model)
    given = [w.tobytes() for w in model.get_weights()]
    clone = keras.models.clone_model(model)
    assert [w.shape for w in clone.get_weights()] == [w.shape for w in model.get_weights()]
    clone.set_weights(model.get_weights())
    assert [w.tobytes() for w in clone.get_weights()] == given
    assert clone.predict(case.x, verbose=0).tobytes() == model.predict(case.x, verbose=0).tobytes()
    assert clone.to_json() != "" and clone.get_config() == model.get_config()


def evaluation_is_of_predictions(case):
    model = case.model()
    logs = model.evaluate(case.x, case.y, sample_weight=case.weights, verbose=0,
                          return_dict=True, batch_size=case.batch_size)
    out = model.predict(case.x, verbose=0)
    if "crossentropy" in case.loss:  # of saturated outputs it is that of their logits, as in Keras
        assume(out.min() > 1e-3 and out.max() < 1 - 1e-3)
    loss = keras.losses.get(case.loss)(case.y, out)
    weights = np.ones(case.n) if case.weights is None else case.weights
    expected = float((np.asarray(loss, "f8") * weights).sum() / case.n)
    eps = float(np.finfo(case.dtype).eps)
    assert logs["loss"] == pytest.approx(expected, rel=2000 * eps, abs=2000 * eps)
    if "mae" in logs:
        mae = np.abs(out.astype("f8") - case.y.reshape(out.shape)).mean()
        assert logs["mae"] == pytest.approx(mae, rel=200 * eps, abs=200 * eps)


def as_the_oracle(case):
    """One step of gradient descent, against the formulas in float64."""
    model = case.model(False)
    model.compile(keras.optimizers.SGD(0.1), case.loss)
    given = iter(model.get_weights())
    network = Network([next(given) if used else None for bias in case.biases
                       for used in (True, bias)], case.activations, case.loss, "sgd",
                      optimizer_options={"learning_rate": 0.1})
    loss = model.train_on_batch(case.x, case.y)
    expected = network.train_step(case.x.astype("f8"), case.y)
    close = {"rtol": 1e-3, "atol": 1e-4} if case.dtype == "float32" else {
        "rtol": 1e-8, "atol": 1e-9}
    np.testing.assert_allclose(loss, expected, **close)
    found = iter(model.get_weights())
    for want in network.weights:
        if want is not None:
            np.testing.assert_allclose(next(found), want, **close)


@pytest.mark.parametrize("prove", [fused_is_plain, any_split, copies_are_copies,
                                   evaluation_is_of_predictions, as_the_oracle],
                         ids=lambda prove: prove.__name__)
def test_properties(prove, tried):
    tried(prove)


def test_saved_is_loaded(tried, tmp_path):
    pytest.importorskip("safetensors")
    pytest.importorskip("h5py")
    tried(lambda case: saved_is_loaded(case, tmp_path))


def test_figure(figure):
    """Last in the file: how many examples the properties above had."""
    figure("properties", f"{next(TRIED):,} examples of 6 properties, 0 failures")
