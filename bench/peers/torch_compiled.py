"""PyTorch with ``torch.compile`` around the loss and around the optimizer's step."""

from __future__ import annotations

import os

from torch_eager import Peer as Eager

__all__ = ["Peer"]


class Peer(Eager):
    name = "PyTorch compiled"

    def __init__(self):
        # What an earlier process compiled must not shorten this one's first call.
        os.environ["TORCHINDUCTOR_FORCE_DISABLE_CACHES"] = "1"
        super().__init__()

    def build(self):
        self.torch.compiler.reset()
        super().build()
        compiled = self.torch.compile
        # Not dynamic: the full batch and the short last one get a graph each.
        self.evaluate = compiled(self.loss_and_hits, dynamic=False)
        self.update = compiled(self.optimizer.step)
        self.model = compiled(self.model, dynamic=False)
