"""A comparison: all participants ready, asked in turn, so that all see the same machine.

A measurement goes round all of them several times and keeps each one's least time. A pause before
each turn lets the threads of the one before stop spinning.
"""

from __future__ import annotations

import sys
import time

from driver import Failed, Peer

__all__ = ["PEERS", "Session"]

PEERS = ("keras_jax", "keras_tensorflow", "jax_scan", "torch_eager", "torch_compiled",
         "sklearn_mlp", "onnxruntime_predict", "numpy_net")
PAUSE = 0.2  # seconds; OpenMP and Eigen threads spin for less
START = time.perf_counter()


class Session:
    """All participants of a comparison, and what they gave.

    Parameters
    ----------
    modules : sequence of str
        Files of bench/peers; "ours" is fastdense.
    threads : int, optional
        CPUs that each may use. Default: all that this process may.
    level : str, optional
        The best instruction-set level that fastdense may use.
    """

    def __init__(self, modules, threads=None, level=None):
        self.threads = threads
        self.gflops = 0.0  # the best multiply-add rate that `alternate` has seen
        self.peers, self.skipped, self.versions, self.notes = {}, {}, {}, []
        self.log(f"starting {', '.join(modules)}")
        for peer in [Peer(module, threads, level) for module in modules]:
            try:
                peer.greet()
            except Failed as reason:
                if peer.module == "ours":
                    raise
                self.skipped[peer.module] = str(reason)
                continue
            self.peers[peer.module] = peer
            self.versions |= peer.versions

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        for peer in self.peers.values():
            peer.close()

    @staticmethod
    def log(text):
        """Say on stderr what is going on, and when."""
        print(f"bench {time.perf_counter() - START:4.0f} s: {text}", file=sys.stderr, flush=True)

    def names(self, capability="train"):
        """Return {module: name} of the peers with a capability, in order."""
        return {m: p.name for m, p in self.peers.items() if capability in p.can}

    def peak(self, threads):
        """Return what fastdense measures of the machine: {"gflops": ..., "gbytes": ...}."""
        return self.peers["ours"].ask("peak", threads=threads)

    def load(self, net, capability, only=None):
        """Give the net to all that can do it; return those that have built it."""
        self.log(f"{net.name}, batch {net.batch}, {net.n} rows: {capability}")
        ready = []
        for module in self.names(capability):
            if only is None or module in only:
                try:
                    self.peers[module].hold(net)
                    ready.append(module)
                except Failed as reason:
                    self.notes.append(f"{module}, {net.name}: {reason}")
        return ready

    def alternate(self, modules, rounds, do, *, peak=False, **arguments):
        """Ask all in turn, `rounds` times; return {module: least seconds}.

        Epochs get one turn more, which warms up and does not count; calls warm themselves up.
        With `peak`, each turn begins with the machine's multiply-add rate; its best is `gflops`.
        """
        best, warm_up = {}, do == "epoch"
        for turn in range(rounds + warm_up):
            if peak:
                self.gflops = max(self.gflops, self.peers["ours"].ask("gflops")["gflops"])
            for module in list(modules):
                time.sleep(PAUSE)
                try:
                    seconds = self.peers[module].ask(do, **arguments)["seconds"]
                except Failed as reason:
                    self.notes.append(f"{module}, {do} {arguments}: {reason}")
                    modules = [m for m in modules if m != module]
                    best.pop(module, None)
                    continue
                if turn >= warm_up:
                    best[module] = min(seconds, best.get(module, seconds))
        return best

    def epochs(self, net, rounds, only=None, peak=False):
        """Return {module: seconds of a steady epoch}."""
        return self.alternate(self.load(net, "train", only), rounds, "epoch", peak=peak)

    def calls(self, net, what, rows, rounds, budget, only=None):
        """Return {rows: {module: seconds of one call}} of "predict", "forward" or "step".

        Each is called for `budget` seconds in a turn.
        """
        modules = self.load(net, what, only)
        return {r: self.alternate(modules, rounds, "call", what=what, args=[r] if r else [],
                                  budget=budget) for r in rows}

    def fits(self, net, epochs, rounds):
        """Return {module: seconds} of whole fits in fresh processes; notes who learned less."""
        seconds, accuracy = {}, {}
        for turn in range(rounds):
            for module in self.names("train"):
                self.log(f"{net.name}, fit of {epochs} epochs, fresh process {turn + 1}: {module}")
                try:
                    with Peer(module, self.threads) as peer:
                        peer.ask("load", net=net._asdict())
                        time.sleep(PAUSE)
                        answer = peer.ask("fit", epochs=epochs)
                except Failed as reason:
                    self.notes.append(f"{module}, fit: {reason}")
                    continue
                seconds[module] = min(answer["seconds"], seconds.get(module, answer["seconds"]))
                accuracy[module] = answer["accuracy"]
        self.notes += [f"{module} learned less: accuracy {value:.3f} after the fit"
                       for module, value in accuracy.items()
                       if value < max(accuracy.values()) - 0.05]
        return seconds
