"""What the report compares: which nets, how large, how often, and what comes out of each.

`table_rows` and `curves` measure through a `session.Session`; `FULL`, `BOOK_ALONE` and `QUICK` say
how much. Nothing is printed or written here.
"""

from __future__ import annotations

from typing import NamedTuple

import digits
import numpy as np
import work
from digits import BOOK
from session import Session

__all__ = ["BOOK_ALONE", "FULL", "QUICK", "Row", "curves", "table_rows"]

SQUARE = 4096  # rows and columns of the roofline's products: 64 MB, which no cache holds


class Row(NamedTuple):
    """One line of the table: seconds per peer, and the operations that our seconds bought."""

    key: str  # "book ..." for the net of the book, else "net"
    title: str
    seconds: dict
    flops: float


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
    budget: float  # seconds that one peer's calls are timed in one turn
    slow: tuple  # peers that are left out of all but the first comparisons
    absent: tuple  # peers that are left out altogether


FULL = Scale(
    digits=60_000, rounds=3, fits=2,
    nets=(work.Net((784, 1024, 1024, 1024, 10), 128, 5_120), work.Net((2048,) * 3, 128, 2_560),
          work.Net((256,) * 7, 128, 12_800), work.Net((10, 45, 45, 10), 32, 32_000),
          work.Net((30, 100, 1), 32, 32_000)),
    widths=(16, 45, 64, 128, 256, 512, 1024, 2048),
    calls=(1, 32, 10_000), rows=(1, 4, 16, 64, 256, 1024, 4096),
    products=(1, 4, 16, 64, 256, 1024), scaled=4,
    budget=0.15, slow=("torch_compiled", "sklearn_mlp"), absent=())
# The net of the book alone, measured as in FULL: the table of the README.
BOOK_ALONE = FULL._replace(nets=(), widths=(), rows=(), products=(), scaled=0)
QUICK = Scale(
    digits=6_000, rounds=1, fits=1, nets=(work.Net((256,) * 7, 128, 1_280),
                                          work.Net((10, 45, 45, 10), 32, 3_200)),
    widths=(16, 128, 512), calls=(1, 10_000), rows=(1, 8, 64, 512), products=(4, 64, 1024),
    scaled=1, budget=0.03, slow=("keras_tensorflow", "keras_jax", "sklearn_mlp"),
    absent=("torch_compiled",))


def table_rows(session, scale, folder):
    """Return the rows of the table."""
    net, named = digits.store(folder, scale.digits)
    book, flops = f"{net.name}, batch {net.batch}", work.training_flops(net)
    rows = [
        Row("book fit", f"{named}: 5-epoch fit of {book}, compilation included",
            session.fits(net, 5, scale.fits), 5 * net.n * flops),
        Row("book mnist", f"{named}: steady epoch, {book}", session.epochs(net, scale.rounds),
            net.n * flops),
        Row("book dense", f"dense Gaussian data: steady epoch, {book}",
            session.epochs(net._replace(data="gaussian"), scale.rounds, peak=True),
            net.n * flops),
    ]
    swift = [module for module in session.peers if module not in scale.slow]
    for other in scale.nets:
        epochs = session.epochs(other, scale.rounds, swift, peak=True)
        rows.append(Row("net", f"{other.name}, batch {other.batch}: step of a steady epoch",
                        {m: s / other.steps for m, s in epochs.items()},
                        other.batch * work.training_flops(other)))
    served = work.Net(BOOK, 128, 10_000)
    step = session.calls(served, "step", [None], scale.rounds, scale.budget, swift)[None]
    rows.append(Row("book step", f"{book}: train on one batch, a call", step,
                    served.batch * flops))
    for what, title in (("predict", "predict"), ("forward", "quickest forward call")):
        timed = session.calls(served, what, scale.calls, scale.rounds, scale.budget, swift)
        rows += [Row(f"book {what}", f"{served.name}: {title}, {r:,} row{'s' * (r > 1)}",
                     timed[r], r * work.forward_flops(served)) for r in timed]
    return rows


def curves(session, scale, cpus):
    """Return what the plots show: {name: {module: [(x, y), ...]}}."""
    width, rows, roofline = {}, {}, {}
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
        m = n = SQUARE
        moved = 4 * (m * k + k * n + m * n)  # each operand once from or to memory
        modules = list(session.names("product"))
        for module, s in session.alternate(modules, scale.rounds, "call", what="product",
                                           args=[m, k, n], budget=scale.budget).items():
            roofline.setdefault(module, []).append(
                (2 * m * k * n / moved, 2 * m * k * n / s / 1e9))
    return {"width": width, "threads": threads, "rows": rows, "roofline": roofline}


def threads_curve(modules, net, rounds, cpus):
    """Return {module: [(threads, GFLOP/s)]}, each count in fresh processes."""
    points = {}
    for n in sorted({1, 2, *range(4, cpus, 4), cpus} & set(range(1, cpus + 1))):
        with Session(modules, threads=n) as session:
            for module, seconds in session.epochs(net, rounds).items():
                rate = net.n * work.training_flops(net) / seconds / 1e9
                points.setdefault(module, []).append((n, rate))
    return points
