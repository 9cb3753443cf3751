"""Bar 3: the same net on dense data, where no product can be skipped: how near is the peak?"""

from __future__ import annotations

import work

from .check import Found, faster, share_of_peak, times

TITLE = "784-512-10, batch 128, dense Gaussian data: steady epoch"
LIMITS = {"jax_scan": 1.3}
PEAK = 80  # per cent


def measure(run):
    net = run.book()
    with run.session(*LIMITS) as session:
        seconds = session.epochs(net, run.rounds(8), peak=True)
        share = share_of_peak(net.n * work.training_flops(net), seconds["ours"], session.gflops,
                              PEAK, f"{session.gflops:.0f} GFLOP/s")
        return Found([share, *faster(session, seconds, LIMITS)], [times(session, seconds)])
