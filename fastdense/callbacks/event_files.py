"""Writing the event files that TensorBoard reads, through whichever package is installed."""

from __future__ import annotations

import time

__all__ = ["event_file"]


def event_file():
    """Return the class that writes event files; ImportError if no package for it is installed.

    An event file has `scalar` and `histogram`, each of (tag, value, step), `flush` and `close`.
    """
    for load in (_with_tensorboard, _with_tensorboardx):
        try:
            return load()
        except ImportError:
            continue
    raise ImportError(
        "TensorBoard needs the package tensorboard or tensorboardX, and neither is installed. "
        'Install it with: pip install "fastdense[tensorboard]"'
    )


def _with_tensorboard():
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.plugins.histogram.summary_v2 import histogram_pb
    from tensorboard.plugins.scalar.summary_v2 import scalar_pb
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    class EventFile(EventFileWriter):
        """An event file in a folder, by the package tensorboard."""

        def scalar(self, tag, value, step):
            """Write a number."""
            self._add_summary(scalar_pb(tag, value), step)

        def histogram(self, tag, values, step):
            """Write how numbers are distributed."""
            self._add_summary(histogram_pb(tag, values), step)

        def _add_summary(self, summary, step):
            self.add_event(Event(step=step, wall_time=time.time(), summary=summary))

    return EventFile


def _with_tensorboardx():
    from tensorboardX import SummaryWriter

    class EventFile(SummaryWriter):
        """An event file in a folder, by the package tensorboardX."""

        scalar = SummaryWriter.add_scalar
        histogram = SummaryWriter.add_histogram

    return EventFile
