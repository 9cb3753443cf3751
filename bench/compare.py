"""What the report compares: which nets, how large, how often, and what comes out of each.

`table_rows`, `forward_ratios` and `curves` measure through a `session.Session`; `FULL` and `QUICK`
say how much. Nothing is printed or written here.
"""

from __future__ import annotations

from typing import NamedTuple

import digits
import numpy as np
import work
from digits import BOOK
from session import Session

__all__ = ["BOOK_ALONE", "FULL", "QUICK", "Row", "curves", "forward_ratios", "table_rows"]



class Row(NamedTuple):
    """One line of the table: seconds per peer, and the operations that our seconds bought."""

    title: str
    seconds: dict
    flops: float = 0.0


class Scale(NamedTuple):
    """How much of everything a run does."""

    digits: int  # MNIST rows of an epoch
    rounds: int  # turns of which the least time counts
    fits: int  # fresh processes per whole fit
    nets: tuple  # further nets whose epochs are timed
    widths: tuple  # of square nets
    calls: tuple  # rows of the calls in the table
    rows: tuple  # rows of the calls in the plot
    products: tuple  # inner sizes of the products in the roofline
    scaled: int  # peers whose speed over threads is drawn, ours first
    grid: tuple  # nets of the forward comparison
    budget: float  # seconds that one peer's calls are timed in one turn
    slow: tuple  # peers that are left out of all but the first comparisons
    absent: tuple  # peers that are left out altogether


SMALL = [(10, 45, 45, 10), (10, 46, 46, 10), (30, 100, 1), (4, 120, 84, 2)]
FULL = Scale(
    digits=60_000, rounds=5, fits=3,
    nets=tuple(
        [work.Net(sizes, batch, n) for sizes, n in (
            ((784, 1024, 1024, 1024, 10), 6_000), ((2048, 2048, 2048), 3_000),
            ((256,) * 7, 12_000)) for batch in (32, 128, 1000)]
        + [work.Net(sizes, batch, 200 * batch) for sizes in SMALL for batch in (1, 32, 1024)]),
    widths=(8, 16, 32, 45, 46, 64, 128, 256, 512, 1024, 2048),
    calls=(1, 32, 10_000), rows=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096),
    products=(1, 4, 16, 64, 256, 1024), scaled=4,
    grid=(BOOK, (30, 100, 1), (10, 45, 45, 10), (4, 120, 84, 2), (256,) * 7, (2048,) * 3),
    budget=0.2, slow=("torch_compiled",), absent=())
# The net of the book alone, measured as in FULL: the table of the README.
BOOK_ALONE = FULL._replace(nets=(), widths=(), rows=(), products=(), scaled=0)
QUICK = Scale(
    digits=6_000, rounds=1, fits=1, nets=(work.Net((256,) * 7, 128, 1_280),
                                          work.Net((10, 45, 45, 10), 32, 3_200)),
    widths=(16, 128, 512), calls=(1, 10_000), rows=(1, 8, 64, 512), products=(4, 64, 1024),
    scaled=1, grid=(BOOK, (10, 45, 45, 10)), budget=0.03,
    slow=("keras_tensorflow", "keras_jax", "sklearn_mlp"), absent=("torch_compiled",))


def table_rows(session, scale, folder):
    """Return the rows of the table."""
    net, named = digits.store(folder, scale.digits)
    dense = net._replace(data="gaussian")
    book = f"{net.name}, batch {net.batch}"
    rows = [
        Row(f"{named}: 5-epoch fit of {book}, compilation included",
            session.fits(net, 5, scale.fits), 5 * net.n * work.training_flops(net)),
        Row(f"{named}: steady epoch, {book}", session.epochs(net, scale.rounds),
            net.n * work.training_flops(net)),
        Row(f"dense Gaussian data: steady epoch, {book}", session.epochs(dense, scale.rounds),
            net.n * work.training_flops(net)),
    ]
    swift = [module for module in session.peers if module not in scale.slow]
    for other in scale.nets:
        epochs = session.epochs(other, scale.rounds, swift)
        rows.append(Row(f"{other.name}, batch {other.batch}: step of a steady epoch",
                        {m: s / other.steps for m, s in epochs.items()},
                        other.batch * work.training_flops(other)))
    served = work.Net(BOOK, 128, 10_000)
    step = session.calls(served, "step", [None], scale.rounds, scale.budget, swift)[None]
    rows.append(Row(f"{book}: train on one batch, a call", step,
                    served.batch * work.training_flops(served)))
    for what, title in (("predict", "predict"), ("forward", "quickest forward call")):
        timed = session.calls(served, what, scale.calls, scale.rounds, scale.budget, swift)
        rows += [Row(f"{served.name}: {title}, {r:,} row{'s' if r > 1 else ''}", timed[r],
                     r * work.forward_flops(served)) for r in timed]
    return rows


def forward_ratios(session, scale):
    """Return onnxruntime's time / ours of the quickest forward call, over nets and rows."""
    ratios = []
    pair = [m for m in ("ours", "onnxruntime_predict") if m in session.peers]
    if len(pair) == 2:
        for sizes in scale.grid:
            timed = session.calls(work.Net(sizes, 32, 1024), "forward", (1, 8, 128, 1024),
                                  scale.rounds, scale.budget, pair)
            ratios += [t[pair[1]] / t[pair[0]] for t in timed.values() if len(t) == 2]
    return ratios


def curves(session, scale, cpus):
    """Return what the plots show: {name: {module: [(x, y), ...]}}."""
    width, rows, intensity = {}, {}, {}
    swift = [m for m in session.peers if m not in scale.slow]
    few = [m for m in ("ours", "jax_scan", "torch_eager", "numpy_net") if m in session.peers]
    for w in scale.widths:
        flops = work.training_flops(work.Net((w, w, w), 128, 1))
        net = work.Net((w, w, w), 128, int(np.clip(2e10 / flops, 1280, 12_800)))
        for module, seconds in session.epochs(net, scale.rounds, few).items():
            width.setdefault(module, []).append((w, net.n * flops / seconds / 1e9))
    net = work.Net(BOOK, 128, 12_800)
    threads = threads_curve(few[:scale.scaled], net, scale.rounds, cpus)
    timed = session.calls(net, "forward", scale.rows, scale.rounds, scale.budget, swift)
    for r, seconds in timed.items():
        for module, s in seconds.items():
            rows.setdefault(module, []).append((r, s))
    for k in scale.products:
        m, n = 1024, 1024
        moved = 4 * (m * k + k * n + m * n)  # each operand once from or to memory
        modules = list(session.names("product"))
        for module, s in session.alternate(modules, scale.rounds, "call", what="product",
                                           args=[m, k, n], budget=scale.budget).items():
            intensity.setdefault(module, []).append(
                (2 * m * k * n / moved, 2 * m * k * n / s / 1e9))
    return {"width": width, "threads": threads, "rows": rows, "intensity": intensity}


def threads_curve(modules, net, rounds, cpus):
    """Return {module: [(threads, GFLOP/s)]}, each count in fresh processes."""
    points = {}
    for n in sorted({1, 2, *range(4, cpus, 4), cpus} & set(range(1, cpus + 1))):
        with Session(modules, threads=n) as session:
            for module, seconds in session.epochs(net, rounds).items():
                rate = net.n * work.training_flops(net) / seconds / 1e9
                points.setdefault(module, []).append((n, rate))
    return points
