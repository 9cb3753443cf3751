"""Epochs cut out of passes, as Keras cuts them."""

import numpy as np
import pytest

from fastdense.training.samples import Inputs
from fastdense.training.sources.arrays import Arrays
from fastdense.training.sources.source import Feed, Source
from fastdense.training.sources.stream import Stream

OUT_OF_DATA = pytest.warns(UserWarning, match="Your input ran out of data; interrupting training")


def arrays(n=4):
    return Arrays(Inputs(np.arange(n)), 1)


def stream(n=4):
    """Starts anew with every pass, but does not know its length."""
    class Batches:
        def __iter__(self):
            return ((np.array([i]),) for i in range(n))

    return Stream(Batches(), lambda x, y, w: Inputs(x))


def generator(n=4):
    return Stream(((np.array([i]),) for i in range(n)), lambda x, y, w: Inputs(x))


def epoch(feed, count=1, anew=False):
    """The batches of an epoch."""
    feed.begin(anew)
    found = []
    while (span := feed.take(count)) is not None:
        found += span.samples.x[span.first:span.last].tolist()
    feed.end()
    return found


@pytest.mark.parametrize("count", [1, 3, 9])
@pytest.mark.parametrize("source", [arrays, stream])
def test_without_steps_an_epoch_is_a_pass(source, count):
    feed = Feed(source())
    assert feed.n_batches == feed.source.n_batches
    for _ in range(3):
        assert epoch(feed, count) == [0, 1, 2, 3]


@pytest.mark.parametrize("count", [1, 2, 9])
@pytest.mark.parametrize("source", [arrays, stream])
def test_a_pass_goes_on_over_epochs(source, count):
    feed = Feed(source(), 2)
    assert feed.n_batches == 2
    assert [epoch(feed, count) for _ in range(4)] == [[0, 1], [2, 3], [0, 1], [2, 3]]


@pytest.mark.parametrize("count", [1, 2, 9])
@pytest.mark.parametrize("source", [arrays, stream])
def test_a_pass_that_ends_within_an_epoch(source, count):
    feed = Feed(source(), 3)
    assert epoch(feed, count) == [0, 1, 2]
    with OUT_OF_DATA:
        assert epoch(feed, count) == [3]
    assert epoch(feed, count) == [0, 1, 2]


@pytest.mark.parametrize("source", [arrays, stream])
def test_more_steps_than_batches(source):
    feed = Feed(source(), 6)
    for _ in range(2):
        with OUT_OF_DATA:
            assert epoch(feed, 2) == [0, 1, 2, 3]


def test_a_generator_is_read_once():
    feed = Feed(generator())
    assert epoch(feed) == [0, 1, 2, 3]  # nothing was missing
    with OUT_OF_DATA:
        assert epoch(feed) == []
    feed = Feed(generator(), 3)
    assert epoch(feed) == [0, 1, 2]
    for expected in ([3], []):
        with OUT_OF_DATA:
            assert epoch(feed) == expected


@pytest.mark.parametrize(("source", "expected"), [
    (arrays, [0, 1, 2]), (stream, [0, 1, 2]), (generator, [3])])
def test_anew(source, expected):
    feed = Feed(source(), 3)
    assert epoch(feed, anew=True) == [0, 1, 2]
    if source is generator:
        with OUT_OF_DATA:
            assert epoch(feed, anew=True) == expected
    else:
        assert epoch(feed, anew=True) == expected


def test_the_first_batch_is_read_once():
    read = []
    feed = Feed(Stream(((np.array([i]),) for i in range(3)),
                       lambda x, y, w: read.append(int(x[0])) or Inputs(x)))
    assert feed.first.x[0] == 0 and read == [0]
    assert epoch(feed) == read == [0, 1, 2]


def test_no_batches_at_all():
    assert epoch(Feed(arrays(0))) == []  # without a warning: there never were any


@pytest.mark.parametrize(("steps", "taken", "expected"), [
    (None, 1, [1, 2, 3]), (None, 4, []), (3, 1, [1, 2]), (3, 3, [])])
@pytest.mark.parametrize("source", [arrays, stream])
def test_resume(source, steps, taken, expected):
    feed, other = (Feed(source(), steps) for _ in "ab")
    feed.begin()
    for _ in range(taken):
        feed.take(1)
    other.resume(feed.position())
    for one in (feed, other):
        found = []
        while (span := one.take(1)) is not None:
            found += span.samples.x[span.first:span.last].tolist()
        assert found == expected
    assert other.position() == feed.position()
    if steps:  # both go on with the pass
        with OUT_OF_DATA:
            assert epoch(feed) == [3]
        with OUT_OF_DATA:
            assert epoch(other) == [3]


def test_hooks_and_close_reach_the_source():
    class Noted(Arrays):
        begin_epoch = lambda self: calls.append("begin")  # noqa: E731
        end_epoch = lambda self: calls.append("end")  # noqa: E731
        close = lambda self: calls.append("close")  # noqa: E731

    calls = []
    feed = Feed(Noted(Inputs(np.arange(2)), 1))
    epoch(feed)
    feed.close()
    assert calls == ["begin", "end", "close"]


@pytest.mark.parametrize("call", [
    lambda s: s.first(), lambda s: s.restart(), lambda s: s.take(1), lambda s: s.position(),
    lambda s: s.resume({})])
def test_a_source_must_say(call):
    with pytest.raises(NotImplementedError):
        call(Source())


def test_spans_are_as_long_as_those_of_the_last_epoch(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    feed, lengths = Feed(arrays(20)), []
    for _ in range(2):
        feed.begin()
        for span in feed.spans(one_batch=False):
            lengths.append(span.n_batches)
            now[0] += 0.0039 * span.n_batches  # five of them take the 20 ms of a span
    assert lengths == [1, 5, 5, 5, 4, 5, 5, 5, 5]
    feed.begin()
    assert {span.n_batches for span in feed.spans(one_batch=True)} == {1}


@pytest.mark.parametrize("count", [-1, 5, True, 1.0, "1", None, 2**64])
def test_a_place_that_is_none(count):
    position = arrays().position() | {"next": count}
    with pytest.raises(ValueError, match="expected 'next' to be a count of at most 4"):
        arrays().resume(position)


def test_as_many_steps_left_as_there_are():
    feed = Feed(arrays(), 2)
    feed.begin()
    with pytest.raises(ValueError, match="expected 'left' to be a count of at most 2"):
        feed.resume(feed.position() | {"left": 3})
