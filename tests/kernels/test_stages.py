"""Every kind of stage: gradients by central differences, the same bits on any number of threads and
level, fused against plain."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import Engine, factors

from fastdense import config, kernels
from fastdense.kernels.rules import LossRule, Stage, UpdateRule

MSE = LossRule("mean_squared_error")
SGD = UpdateRule("sgd", {"momentum": 0.9}, ("momentum",))
RATE = 0.01
BN = (1e-3, 0.9, 0.1, 0.0)
ROWS, N = 3, 7  # of a sample
SIZE = ROWS * N


def by_rows(shared=0.0):
    """Parameters and table of a noise that is the same in all rows of a sample."""
    return {"parameters": (0.4, shared, N), "table": tuple(i % N for i in range(SIZE))}


KINDS = {
    "batch_normalization": Stage("batch_normalization", N, N, ROWS, parameters=BN),
    "batch_normalization_frozen": Stage("batch_normalization", N, N, ROWS, trainable=False,
                                        parameters=BN),
    "batch_normalization_bare": Stage("batch_normalization", N, N, ROWS, use_bias=False,
                                      use_kernel=False, parameters=BN),
    "layer_normalization": Stage("layer_normalization", N, N, ROWS, parameters=(1e-3,)),
    "layer_normalization_gamma": Stage("layer_normalization", N, N, ROWS, use_bias=False,
                                       parameters=(1e-3,)),
    "layer_normalization_beta": Stage("layer_normalization", N, N, ROWS, use_kernel=False,
                                      parameters=(1e-3,)),
    "prelu": Stage("prelu", N, N, ROWS, use_bias=False),
    "gelu": Stage("activation", N, N, ROWS, "gelu"),
    "rectifier": Stage("activation", N, N, ROWS, "rectifier", parameters=(0.1, 0.0, 2.0, 0.3)),
    "softmax": Stage("activation", N, N, ROWS, "softmax"),
    "log_softmax": Stage("activation", N, N, ROWS, "log_softmax"),
    "sparsemax": Stage("activation", N, N, ROWS, "sparsemax"),
    "dropout": Stage("dropout", N, N, ROWS, parameters=(0.4, 0.0, 0)),
    "dropout_whole_batch": Stage("dropout", N, N, ROWS, parameters=(0.4, 1.0, 0)),
    "dropout_by_table": Stage("dropout", N, N, ROWS, **by_rows()),
    "dropout_by_table_whole_batch": Stage("dropout", N, N, ROWS, **by_rows(1.0)),
    "alpha_dropout": Stage("alpha_dropout", N, N, ROWS, parameters=(0.4, 0.0, 0)),
    "gaussian_noise": Stage("gaussian_noise", N, N, ROWS, parameters=(0.4, 0.0, 0)),
    "gaussian_dropout": Stage("gaussian_dropout", N, N, ROWS, parameters=(0.4, 0.0, 0)),
    "reshape": Stage("reshape", N, ROWS, ROWS),
    "permute": Stage("permute", N, ROWS, ROWS,
                     table=tuple(int(i) for i in np.arange(SIZE).reshape(ROWS, N).T.ravel())),
    "permute_shuffled": Stage("permute", N, N, ROWS, table=tuple(
        int(i) for i in np.random.default_rng(3).permutation(SIZE))),
    "penalty": Stage("penalty", N, N, ROWS, l1=0.2, l2=0.3),
}
WEIGHTED = ("batch_normalization", "layer_normalization", "prelu")


class Net:
    """dense, the stage, dense; with the arrays that its weights were made from."""

    def __init__(self, engine, stage, samples=11, width=N, seed=0):
        rng = np.random.default_rng(seed)
        self.engine, self.stage = engine, stage
        out = stage.n_out * stage.rows_after
        self.stages = [Stage("dense", 5, stage.n_in, stage.rows, "tanh"), stage,
                       Stage("reshape", stage.n_out, out, stage.rows_after),
                       Stage("dense", out, 4, 1, use_bias=False)]
        self.network = engine.Network(self.stages)
        self.weights = [(self.draw(rng, 5, stage.n_in), self.draw(rng, stage.n_in))]
        self.statistics = None
        if stage.kind in WEIGHTED:
            self.weights.append((self.draw(rng, 1, stage.n_out) if stage.use_kernel else None,
                                 self.draw(rng, stage.n_out) if stage.use_bias else None))
        if stage.kind == "batch_normalization":
            self.statistics = (self.draw(rng, stage.n_out),
                               np.abs(self.draw(rng, stage.n_out)) + engine.dtype(0.5))
        self.weights.append((self.draw(rng, out, 4) / engine.dtype(np.sqrt(out)), None))
        self.x = self.draw(rng, samples, 5 * stage.rows)
        self.y = self.draw(rng, samples, 4)
        self.load()

    def draw(self, rng, *shape):
        return rng.standard_normal(shape).astype(self.engine.dtype)

    def load(self):
        """Weights, statistics and random state as at the start."""
        for i, pair in enumerate(self.weights):
            self.network.set_weights(i, *pair)
        if self.statistics is not None:
            self.network.set_statistics(1, *self.statistics)
        if "dropout" in self.stage.kind or "noise" in self.stage.kind:
            self.network.set_seed(0, 1234, 5)

    def read(self, get):
        found = [tuple(None if w is None else np.full_like(w, np.nan) for w in pair)
                 for pair in self.weights]
        for i, pair in enumerate(found):
            get(i, *pair)
        return [w for pair in found for w in pair if w is not None]

    def arrays(self):
        return [w for pair in self.weights for w in pair if w is not None]

    def gradients(self, plan):
        totals = np.zeros(1)
        plan.gradients(self.engine.Source(self.x), self.y, None, None, None, 0, len(self.x), totals)
        return totals[0] / len(self.x)

    def train(self, batch=4, steps=3):
        """Fused steps; returns weights, statistics and totals."""
        self.network.set_update(SGD)
        plan = self.engine.Plan(self.network, batch, True, MSE)
        totals = np.zeros(1)
        for _ in range(steps):
            plan.train(self.engine.Source(self.x), self.y, None, None, None, 0, len(self.x),
                       factors(-(-len(self.x) // batch), rate=RATE), totals)
        found = [*self.read(self.network.get_weights), *self.moved(), totals]
        assert all(np.isfinite(array).all() for array in found)
        return found

    def moved(self):
        if self.statistics is None:
            return []
        found = tuple(np.full_like(s, np.nan) for s in self.statistics)
        self.network.get_statistics(1, *found)
        return list(found)


@pytest.fixture(params=KINDS)
def stage(request):
    return KINDS[request.param]


def same(a, b):
    return all((x == y).all() for x, y in zip(a, b, strict=True))


def test_gradients_by_central_differences(stage):
    net = Net(Engine(kernels.level, 1), stage)
    plan = net.engine.Plan(net.network, 11, True, MSE)
    net.gradients(plan)
    gradients = net.read(plan.get_gradient)
    if not stage.trainable:  # frozen: no gradient is made
        del gradients[2:4]
    arrays = net.arrays()
    if not stage.trainable:
        del arrays[2:4]
    h = 1e-6
    for w, gradient in zip(arrays, gradients, strict=True):
        numeric = np.empty_like(w)
        for at in np.ndindex(*w.shape):
            keep = w[at]
            values = []
            for step in (h, -h):
                w[at] = keep + step
                net.load()
                values.append(net.gradients(plan))
            numeric[at] = (values[0] - values[1]) / (2 * h)
            w[at] = keep
        assert np.abs(numeric - gradient).max() <= 1e-7 * max(1, np.abs(gradient).max())


def test_every_level_and_dtype_agrees(engine, stage):
    """Against float64 of the best level, whose gradients were checked by differences."""
    best = Net(Engine(kernels.level, 1), stage)
    net = Net(engine, stage)
    for one in (best, net):
        one.plan = one.engine.Plan(one.network, 11, True, MSE)
        one.value = one.gradients(one.plan)
    if stage.kind in ("gaussian_noise", "gaussian_dropout") and engine.dtype == np.float32:
        tolerance = 1e-4  # uniform numbers have 24 bits there, not 32
    else:
        tolerance = 400 * engine.eps
    np.testing.assert_allclose(net.value, best.value, rtol=tolerance)
    for a, b in zip(net.read(net.plan.get_gradient), best.read(best.plan.get_gradient),
                    strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * max(1, np.abs(b).max()))


@pytest.mark.parametrize("threads", [2, 3])
def test_same_bits_on_any_number_of_threads(engine, stage, threads):
    wide = Net(engine, stage._replace() if stage.table or stage.kind == "reshape" else
               stage._replace(n_in=150, n_out=150), samples=400)
    config.set_num_threads(1)
    one = wide.train(batch=150)
    wide.load()
    config.set_num_threads(threads)
    assert same(wide.train(batch=150), one)


@pytest.mark.parametrize("dtype", [0, 1], ids=["f32", "f64"])
def test_same_bits_on_every_level_with_fma(stage, dtype):
    levels = [name for name in kernels.built_levels()
              if name != "base" and name in kernels.cpu.supported_levels()]
    if len(levels) < 2:
        pytest.skip(f"this CPU has only these levels with FMA: {levels}")
    results = [Net(Engine(level, dtype), stage).train() for level in levels]
    assert all(same(result, results[0]) for result in results[1:])


def test_fused_equals_plain_to_the_bit(engine, stage):
    net = Net(engine, stage)
    fused = net.train(batch=11, steps=2)
    net.load()
    plan = net.engine.Plan(net.network, 11, True, MSE)
    weights = [w.copy() for w in net.arrays()]
    momenta = [np.zeros_like(w) for w in weights]
    trained = [True] * len(weights)
    if not stage.trainable:
        trained[2:4] = [False, False]
    for _ in range(2):
        net.gradients(plan)
        for w, m, g, t in zip(weights, momenta, net.read(plan.get_gradient), trained, strict=True):
            if t:
                engine.apply_update(SGD.kind, SGD.hyper, factors(rate=RATE)[0], w.reshape(-1),
                                    g.reshape(-1), [m.reshape(-1)])
        given = iter(weights)
        for i, pair in enumerate(net.weights):
            net.network.set_weights(i, *(None if w is None else next(given) for w in pair))
    assert same(weights + net.moved(), fused[:-1])


def test_predict_in_any_batch(engine, stage):
    """Inference: nothing random, nothing of the other rows."""
    net = Net(engine, stage)
    outputs = []
    for batch in (1, 4, 11):
        out = np.full((11, 4), np.nan, engine.dtype)
        engine.Plan(net.network, batch).predict(engine.Source(net.x), out, 0, 11)
        outputs.append(out)
    out = np.full((11, 4), np.nan, engine.dtype)  # also in a plan that can train
    engine.Plan(net.network, 11, True, MSE).predict(engine.Source(net.x), out, 0, 11)
    assert same(outputs, [out] * 3)
    assert same(net.moved(), net.statistics or ())


def test_backward_repeats_the_draw(engine, stage):
    """A gradient made elsewhere goes back through the same noise and statistics."""
    net = Net(engine, stage)
    if stage.kind == "penalty":
        pytest.skip("a penalty joins the loss by itself")
    inside = engine.Plan(net.network, 11, True, MSE)
    net.gradients(inside)
    net.load()
    outside = engine.Plan(net.network, 11, True)
    out = np.empty((11, 4), engine.dtype)
    outside.forward(engine.Source(net.x), None, 0, 11, out)
    outside.backward((2 * (out - net.y) / 4 / 11).astype(engine.dtype))
    for a, b in zip(net.read(inside.get_gradient), net.read(outside.get_gradient), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=50 * engine.eps * max(1, np.abs(b).max()))


def test_prelu_takes_nothing_from_above_zero(engine):
    """Not even a gradient that is infinite or no number: it belongs to x alone."""
    n = 37  # a panel and some, at every level
    network = engine.Network([Stage("dense", n, n, use_bias=False),
                              Stage("prelu", n, n, use_bias=False)])
    network.set_weights(0, np.eye(n, dtype=engine.dtype), None)
    network.set_weights(1, np.full((1, n), 0.25, engine.dtype), None)
    plan = engine.Plan(network, 3, True)
    x = np.tile(np.array([[1], [-2], [0]], engine.dtype), n)
    d = np.tile(np.array([[np.inf], [3], [np.nan]], engine.dtype), n)
    out = np.empty((3, n), engine.dtype)
    plan.forward(engine.Source(x), None, 0, 3, out)
    assert (out == np.array([[1], [-0.5], [0]])).all()
    plan.backward(d)
    alpha = np.empty((1, n), engine.dtype)
    plan.get_gradient(1, alpha, None)
    assert (alpha == -6).all()


# -- what is random --------------------------------------------------------------------------------


def drawn(engine, kind, rate, samples=400, n=100, seed=7, draws=0, x=1.0, **fields):
    """Output of one noisy stage in training."""
    parameters = fields.pop("parameters", (rate, 0.0, 0))
    network = engine.Network([Stage(kind, n, n, parameters=parameters, **fields)])
    network.set_seed(0, seed, draws)
    plan = engine.Plan(network, samples, True)
    out = np.empty((samples, n), engine.dtype)
    plan.forward(engine.Source(np.full((samples, n), x, engine.dtype)), None, 0, samples, out)
    assert network.get_draws(0) == draws + 1
    return out


def philox(counter, key):
    """Philox4x32-10 in Python's integers, from the paper."""
    c, k, mask = list(counter), list(key), 0xFFFFFFFF
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & mask, (a >> 32) ^ c[3] ^ k[1], a & mask]
        k = [(k[0] + 0x9E3779B9) & mask, (k[1] + 0xBB67AE85) & mask]
    return c


def test_philox_of_the_paper():
    """Known answers of the authors' library, Random123."""
    assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]


@pytest.mark.parametrize("n", [1, 63, 64, 65, 200])
def test_masks_are_philox(engine, n):
    """Word w of block 16 g + lane decides on element 64 g' + 16 w + lane of its row."""
    seed, draws, rate = 99, 3, 0.25
    out = drawn(engine, "dropout", rate, samples=3, n=n, seed=seed, draws=draws)
    groups = -(-n // 64)
    for row in range(3):
        for j in range(n):
            block = (row * groups + j // 64) * 16 + j % 16
            word = philox([block, 0, draws, 0], [seed, 0])[j % 64 // 16]
            assert (out[row, j] == 0) == (word < rate * 2**32)


def test_draws_and_seeds_differ(engine):
    first = drawn(engine, "dropout", 0.5)
    assert (first == drawn(engine, "dropout", 0.5)).all()
    for other in (drawn(engine, "dropout", 0.5, draws=1), drawn(engine, "dropout", 0.5, seed=8)):
        assert abs((first == other).mean() - 0.5) < 0.02  # 5 sigma of 40000


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9, 1.0])
def test_dropout_keeps_the_mean(engine, rate):
    out = drawn(engine, "dropout", rate)
    kept = out != 0
    assert abs(kept.mean() - (1 - rate)) <= 5 * np.sqrt(rate * (1 - rate) / out.size)
    np.testing.assert_allclose(out[kept], 1 / (1 - rate) if rate < 1 else 0, rtol=2 * engine.eps)


@pytest.mark.parametrize("x", [np.inf, np.nan])
def test_dropout_hides_what_it_drops(engine, x):
    out = drawn(engine, "dropout", 0.5, x=x)
    assert abs((out == 0).mean() - 0.5) < 0.02


@pytest.mark.parametrize(("kind", "rate", "x", "mean", "deviation"), [
    ("gaussian_noise", 0.3, 2.0, 2.0, 0.3), ("gaussian_dropout", 0.2, 2.0, 2.0, 1.0),
    ("gaussian_dropout", 0.5, 3.0, 3.0, 3.0)])
def test_normal_numbers(engine, kind, rate, x, mean, deviation):
    z = (drawn(engine, kind, rate, x=x).astype("f8").ravel() - mean) / deviation
    n = z.size
    assert abs(z.mean()) < 5 / np.sqrt(n)
    assert abs((z**2).mean() - 1) < 5 * np.sqrt(2 / n)
    assert abs((z**3).mean()) < 5 * np.sqrt(15 / n)
    assert abs((z**4).mean() - 3) < 5 * np.sqrt(96 / n)
    for bound, inside in ((0.5, 0.38292492), (1.0, 0.68268949), (2.0, 0.95449974)):
        share = (np.abs(z) < bound).mean()
        assert abs(share - inside) < 5 * np.sqrt(inside * (1 - inside) / n)
    assert abs(np.corrcoef(z[: n // 2], z[n // 2 :])[0, 1]) < 5 / np.sqrt(n / 2)


def test_alpha_dropout_keeps_mean_and_variance(engine, rng):
    x = rng.standard_normal((4000, 100))
    network = engine.Network([Stage("alpha_dropout", 100, 100, parameters=(0.3, 0.0, 0))])
    out = np.empty(x.shape, engine.dtype)
    engine.Plan(network, 4000, True).forward(engine.Source(x), None, 0, 4000, out)
    assert abs(out.mean(dtype="f8")) < 0.02 and abs(out.var(dtype="f8") - 1) < 0.03


def test_tables_share_draws(engine):
    n = 6
    shared = drawn(engine, "dropout", 0.5, samples=50, n=n, parameters=(0.5, 1.0, 0))
    assert (shared == shared[0]).all()
    pairs = drawn(engine, "dropout", 0.5, samples=50, n=n, parameters=(0.5, 0.0, 3),
                  table=(0, 0, 1, 1, 2, 2))
    assert (pairs[:, ::2] == pairs[:, 1::2]).all()
    assert (pairs != pairs[0]).any()


# -- mistakes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stages", "match"), [
    ([Stage("reshape", 6, 4)], "keep all of 6 numbers"),
    ([Stage("permute", 3, 3, table=(0, 0, 1))], "keep all of 3 numbers"),
    ([Stage("dropout", 3, 3, parameters=(0.5, 0.0, 2), table=(0, 1, 2))], "3 numbers below 2"),
    ([Stage("dropout", 3, 3, parameters=(0.5, 0.0, 2), table=(0, 1))], "table of 3"),
])
def test_wrong_stages(engine, stages, match):
    with pytest.raises(ValueError, match=match):
        engine.Network([Stage("activation", stages[0].n_in, stages[0].n_in, 1, "gelu"), *stages])


def test_wrong_statistics(engine):
    network = engine.Network([Stage("batch_normalization", 3, 3, parameters=BN),
                              Stage("prelu", 3, 3, use_bias=False)])
    good, bad = np.ones(3, engine.dtype), np.ones(2, engine.dtype)
    for index, pair in ((0, (good, bad)), (0, (bad, good)), (1, (good, good))):
        with pytest.raises(ValueError, match="expected statistics of 3 columns"):
            network.set_statistics(index, *pair)
        with pytest.raises(ValueError, match="expected statistics of 3 columns"):
            network.get_statistics(index, *pair)
