"""Bar 5: small nets, where the cost of a step is what a library does around the products."""

from __future__ import annotations

import work

from .check import Found, times, worst

TITLE = "10-45-45-10, 10-46-46-10, 30-100-1, 4-120-84-2; batch 1 to 1024: step of a steady epoch"
NETS = ((10, 45, 45, 10), (10, 46, 46, 10), (30, 100, 1), (4, 120, 84, 2))
STEPS = {1: 1000, 32: 1000, 1024: 100}  # batch: steps of an epoch
# PyTorch compiled is left out: it takes ten seconds a net to compile, and its step costs more
# than twenty times that of the JAX scan on all of these.
PEERS = ("jax_scan", "keras_jax", "torch_eager", "numpy_net")
FASTER = 5.0


def measure(run):
    ratios, details = {}, []
    with run.session(*PEERS) as session:
        for sizes in NETS:
            for batch, steps in STEPS.items():
                net = work.Net(sizes, batch, run.rows(steps * batch, batch))
                epochs = session.epochs(net, run.rounds(4))
                seconds = {m: s / net.steps for m, s in epochs.items()}
                name = f"{net.name}, batch {batch}"
                best = min((s for m, s in seconds.items() if m != "ours"), default=None)
                if best:
                    ratios[name] = best / seconds["ours"]
                details.append(f"{name}: {times(session, seconds)}")
    return Found([worst("best peer's step / fastdense's, least", ratios, ">=", FASTER)], details)
