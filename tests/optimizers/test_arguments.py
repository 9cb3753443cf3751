"""What is refused before an optimizer changes anything. Most of it is in test_base.py's tables."""

import numpy as np
import pytest

from fastdense import Variable, optimizers
from fastdense.optimizers.arguments import read_gradients


def test_gradients_become_arrays_of_the_dtype_of_their_variables():
    v, w = Variable([1.0, 2.0], dtype="float64"), Variable(3.0)
    gradients, variables = read_gradients([[1, 2], 3], [v, w])
    assert [g.dtype for g in gradients] == ["float64", "float32"]
    assert variables[0] is v and variables[1] is w


@pytest.mark.parametrize("gradients", [
    [np.ones(2), np.ones(3)], [np.ones(2), np.ones((1, 2))], [np.ones(2), [["x", 1.0]]],
])
def test_a_wrong_gradient_changes_nothing(gradients):
    weights = [Variable([1.0, 2.0]), Variable([3.0, 4.0])]
    optimizer = optimizers.SGD(0.5, weight_decay=0.5)
    with pytest.raises(ValueError):
        optimizer.apply(gradients, weights)
    assert [w.numpy().tolist() for w in weights] == [[1.0, 2.0], [3.0, 4.0]]
    assert int(optimizer.iterations) == 0


def test_the_message_names_the_variable():
    with pytest.raises(ValueError, match=r"shape \(2,\) for `w`\. Received: shape \(3,\)"):
        read_gradients([np.ones(3)], [Variable([1.0, 2.0], name="w")])
