"""Bar 5: small nets, where the cost of a step is what a library does around the products."""

from __future__ import annotations

import work

from .check import Found, times, worst

TITLE = "10-45-45-10, 10-46-46-10, 30-100-1, 4-120-84-2; batch 1 to 1024: step of a steady epoch"
NETS = ((10, 45, 45, 10), (10, 46, 46, 10), (30, 100, 1), (4, 120, 84, 2))
STEPS = {1: 1000, 32: 1000, 1024: 100}  # batch: steps of an epoch
# PyTorch compiled is left out: it compiles for ten seconds a net, and its step takes more than ten
# times that of the JAX scan.
PEERS = ("jax_scan", "keras_jax", "torch_eager", "numpy_net")
FASTER = 5.0


def against_best(session, seconds, name, ratios, details):
    """Note one comparison: the best peer's time over ours."""
    best = min((s for module, s in seconds.items() if module != "ours"), default=None)
    if best:
        ratios[name] = best / seconds["ours"]
    details.append(f"{name}: {times(session, seconds)}")


def measure(run):
    steps_of_fit, calls, details = {}, {}, []
    with run.session(*PEERS) as session:
        for sizes in NETS:
            for batch, steps in STEPS.items():
                net = work.Net(sizes, batch, run.rows(steps * batch, batch))
                name = f"{net.name}, batch {batch}"
                epochs = session.epochs(net, run.rounds(4))
                seconds = {m: s / net.steps for m, s in epochs.items()}
                against_best(session, seconds, name, steps_of_fit, details)
                seconds = session.calls(net, "step", [None], run.rounds(3), run.budget(0.05))[None]
                against_best(session, seconds, f"{name}, one call", calls, details)
    return Found([worst("best peer / fastdense, least", steps_of_fit, ">=", FASTER),
                  worst("the same of `train_on_batch`, a call", calls, ">=", FASTER)], details)
