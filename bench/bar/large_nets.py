"""Bar 4: deeper and wider nets, each with small, usual and large batches."""

from __future__ import annotations

import work

from .check import Found, times, worst

TITLE = "784-1024-1024-1024-10, 2048-2048-2048, 256-256 x 6; batch 32, 128, 1000"
NETS = {(784, 1024, 1024, 1024, 10): 4_000, (2048, 2048, 2048): 2_000, (256,) * 7: 12_000}  # rows
BATCHES = (32, 128, 1000)
PEERS = ("keras_jax", "jax_scan", "torch_eager", "torch_compiled")
PEAK, FASTER = 75, 1.2  # per cent; best peer's time over ours


def measure(run):
    rates, ratios, details = {}, {}, []
    with run.session(*PEERS) as session:
        for sizes, n in NETS.items():
            for batch in BATCHES:
                net = work.Net(sizes, batch, run.rows(n, batch))
                seconds = session.epochs(net, run.rounds(3), peak=True)
                name = f"{net.name}, batch {batch}"
                rate = net.n * work.training_flops(net) / seconds["ours"] / 1e9
                rates[name] = rate
                best = min((s for m, s in seconds.items() if m != "ours"), default=None)
                if best:
                    ratios[name] = best / seconds["ours"]
                details.append(f"{name}: {rate:.0f} GFLOP/s; epoch of {net.n:,} rows: "
                               f"{times(session, seconds)}")
        details.append(f"the peak: {session.gflops:.0f} GFLOP/s")
        shares = {name: 100 * rate / session.gflops for name, rate in rates.items()}
    return Found([worst("least share of the peak", shares, ">=", PEAK, "%"),
                  worst("best peer / fastdense, least", ratios, ">=", FASTER)], details)
