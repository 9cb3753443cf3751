"""The oracle: a whole dense network in float64 NumPy, written to be read, not to be fast.

Each function is one formula of Keras 3 and nothing else. Nothing here imports fastdense, so the
compiled kernels, the Python layer and the golden files from Keras can all be judged by it.
Shapes: ``x (batch, n_in)``, ``w (n_in, n_out)``, ``b (n_out,)``, ``z`` and ``h (batch, n_out)``.
"""

from __future__ import annotations

import numpy as np

EPSILON = 1e-7  # keras.config.epsilon(): probabilities are clipped to [EPSILON, 1 - EPSILON]


def tolerance(a, b, k, eps, c=2.0):
    """Return the error to allow in each element of ``a @ b``: ``c * k * eps * (|a| @ |b|)``.

    A sum of `k` products, in whatever order, is off by at most ``k u / (1 - k u)`` times the sum
    of their absolute values, with ``u = eps / 2`` (Higham, Accuracy and Stability of Numerical
    Algorithms, 2nd ed., section 3.1). `eps` is ``np.finfo(dtype).eps``; `c` leaves room for the
    rounding of the inputs and of what follows the sum, such as the bias.
    """
    return c * k * eps * (np.abs(np.asarray(a, "f8")) @ np.abs(np.asarray(b, "f8")))


# -- dense -------------------------------------------------------------------------------------


def dense_forward(x, w, b=None):
    """Return ``z = x @ w + b``."""
    z = x @ w
    return z if b is None else z + b


def dense_backward(x, w, dz):
    """Return the gradients ``(dx, dw, db)`` of a loss whose gradient by ``z`` is `dz`."""
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)


# -- activations -------------------------------------------------------------------------------


def linear(z):
    return z


def relu(z):
    return np.maximum(z, 0.0)  # np.maximum passes NaN on


def sigmoid(z):
    return np.exp(-np.logaddexp(0.0, -z))  # 1 / (1 + exp(-z)) without overflow


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(z):
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


ACTIVATIONS = {
    "linear": linear, "relu": relu, "sigmoid": sigmoid, "softmax": softmax, "tanh": np.tanh,
}


def activation_backward(name, z, h, dh):
    """Return the gradient by `z` from `dh`, the gradient by ``h = activation(z)``."""
    return {
        "linear": lambda: dh,
        "relu": lambda: dh * (z > 0),
        "sigmoid": lambda: dh * h * (1 - h),
        "softmax": lambda: h * (dh - (dh * h).sum(axis=-1, keepdims=True)),
        "tanh": lambda: dh * (1 - h * h),
    }[name]()


# -- losses: (loss of each sample (batch,), its gradient by `output` (batch, n)) -----------------


def clip(p):
    """Return `p` clipped to [EPSILON, 1 - EPSILON], and where that let the gradient through."""
    return np.clip(p, EPSILON, 1 - EPSILON), (p >= EPSILON) & (p <= 1 - EPSILON)


def categorical_crossentropy(y, output, from_logits=False, label_smoothing=0.0):
    y = y * (1 - label_smoothing) + label_smoothing / y.shape[-1]
    if from_logits:
        mass = y.sum(axis=-1, keepdims=True)  # 1 for one-hot rows
        return -(y * log_softmax(output)).sum(axis=-1), softmax(output) * mass - y
    total = output.sum(axis=-1, keepdims=True)
    share = output / total  # Keras divides each row by its sum before it clips
    p, inside = clip(share)
    d_share = -y / p * inside
    gradient = (d_share - (d_share * share).sum(axis=-1, keepdims=True)) / total
    return -(y * np.log(p)).sum(axis=-1), gradient


def sparse_categorical_crossentropy(y, output, from_logits=False):
    one_hot = np.eye(output.shape[-1])[np.asarray(y).reshape(-1).astype(int)]
    if from_logits:
        return categorical_crossentropy(one_hot, output, from_logits=True)
    p, inside = clip(output)  # Keras clips first here, and the log-softmax of log(p) normalises
    loss, gradient = categorical_crossentropy(one_hot, np.log(p), from_logits=True)
    return loss, gradient / p * inside


def binary_crossentropy(y, output, from_logits=False, label_smoothing=0.0):
    y = y * (1 - label_smoothing) + label_smoothing / 2
    if from_logits:
        loss, gradient = np.logaddexp(0.0, output) - y * output, sigmoid(output) - y
    else:
        p, inside = clip(output)
        loss = -(y * np.log(p) + (1 - y) * np.log(1 - p))
        gradient = (p - y) / (p * (1 - p)) * inside
    return loss.mean(axis=-1), gradient / output.shape[-1]


def mean_squared_error(y, output):
    return ((output - y) ** 2).mean(axis=-1), 2 * (output - y) / output.shape[-1]


def mean_absolute_error(y, output):
    return np.abs(output - y).mean(axis=-1), np.sign(output - y) / output.shape[-1]


def huber(y, output, delta=1.0):
    error = np.abs(output - y)
    loss = np.where(error <= delta, error**2 / 2, delta * error - delta**2 / 2)
    return loss.mean(axis=-1), np.clip(output - y, -delta, delta) / output.shape[-1]


def log_cosh(y, output):
    error = output - y
    loss = np.logaddexp(error, -error) - np.log(2)
    return loss.mean(axis=-1), np.tanh(error) / output.shape[-1]


LOSSES = {f.__name__: f for f in (
    categorical_crossentropy, sparse_categorical_crossentropy, binary_crossentropy,
    mean_squared_error, mean_absolute_error, huber, log_cosh,
)}

# Keras on TensorFlow takes these outputs' logits instead, so that saturated ones keep a gradient.
LOGITS_OF = {
    "categorical_crossentropy": "softmax",
    "sparse_categorical_crossentropy": "softmax",
    "binary_crossentropy": "sigmoid",
}


# -- optimizers: (new w, new slots) from the weight, its gradient and a dict of slots ------------


def sgd(w, g, slots, learning_rate=0.01, momentum=0.0, nesterov=False):
    if momentum == 0:
        return w - learning_rate * g, {}
    m = momentum * slots.get("momentum", 0.0) - learning_rate * g
    step = momentum * m - learning_rate * g if nesterov else m
    return w + step, {"momentum": m}


def rmsprop(w, g, slots, learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False):
    v = rho * slots.get("velocity", 0.0) + (1 - rho) * g * g
    a = rho * slots.get("average_gradient", 0.0) + (1 - rho) * g if centered else 0.0
    step = learning_rate * g / np.sqrt(v - a * a + epsilon)
    m = momentum * slots.get("momentum", 0.0) + step
    return w - m, {"velocity": v, "average_gradient": a, "momentum": m}


def adagrad(w, g, slots, learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7):
    accumulator = slots.get("accumulator", initial_accumulator_value) + g * g
    return w - learning_rate * g / np.sqrt(accumulator + epsilon), {"accumulator": accumulator}


def adadelta(w, g, slots, learning_rate=0.001, rho=0.95, epsilon=1e-7):
    gradient = rho * slots.get("accumulated_grad", 0.0) + (1 - rho) * g * g
    moved = slots.get("accumulated_delta_var", 0.0)
    d = g * np.sqrt(moved + epsilon) / np.sqrt(gradient + epsilon)
    return w - learning_rate * d, {"accumulated_grad": gradient,
                                   "accumulated_delta_var": rho * moved + (1 - rho) * d * d}


def adam(w, g, slots, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
    t = slots.get("step", 0) + 1
    m = beta_1 * slots.get("momentum", 0.0) + (1 - beta_1) * g
    v = beta_2 * slots.get("velocity", 0.0) + (1 - beta_2) * g * g
    most = np.maximum(slots.get("velocity_hat", 0.0), v) if amsgrad else v
    alpha = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return w - alpha * m / (np.sqrt(most) + epsilon), {
        "step": t, "momentum": m, "velocity": v, "velocity_hat": most}


def adamax(w, g, slots, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    t = slots.get("step", 0) + 1
    m = beta_1 * slots.get("momentum", 0.0) + (1 - beta_1) * g
    norm = np.maximum(beta_2 * slots.get("norm", 0.0), np.abs(g))
    return w - learning_rate * m / (1 - beta_1**t) / (norm + epsilon), {
        "step": t, "momentum": m, "norm": norm}


def nadam(w, g, slots, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    t = slots.get("step", 0) + 1
    u, ahead = (beta_1 * (1 - 0.5 * 0.96**step) for step in (t, t + 1))
    product = slots.get("product", 1.0) * u
    m = beta_1 * slots.get("momentum", 0.0) + (1 - beta_1) * g
    v = beta_2 * slots.get("velocity", 0.0) + (1 - beta_2) * g * g
    mixed = ahead * m / (1 - product * ahead) + (1 - u) * g / (1 - product)
    return w - learning_rate * mixed / (np.sqrt(v / (1 - beta_2**t)) + epsilon), {
        "step": t, "product": product, "momentum": m, "velocity": v}


def lion(w, g, slots, learning_rate=0.001, beta_1=0.9, beta_2=0.99):
    m = slots.get("momentum", 0.0)
    return w - learning_rate * np.sign(beta_1 * m + (1 - beta_1) * g), {
        "momentum": beta_2 * m + (1 - beta_2) * g}


OPTIMIZERS = {"sgd": sgd, "rmsprop": rmsprop, "adagrad": adagrad, "adadelta": adadelta,
              "adam": adam, "adamw": adam, "adamax": adamax, "nadam": nadam, "lion": lion}


# -- the network -------------------------------------------------------------------------------


class Network:
    """A stack of dense layers with a loss and an optimizer.

    Parameters
    ----------
    weights : list of array
        ``[kernel, bias, kernel, bias, ...]`` as from ``Sequential.get_weights()``, with None in
        the place of the bias of a layer that has none. Copied as float64.
    activations : list of str
        One name of ACTIVATIONS a layer.
    loss : str
        A name of LOSSES.
    optimizer : str
        A name of OPTIMIZERS.
    loss_options, optimizer_options : dict, optional
        Keyword arguments of the two functions.
    """

    def __init__(self, weights, activations, loss, optimizer="sgd", loss_options=None,
                 optimizer_options=None):
        self.weights = [None if w is None else np.array(w, dtype="f8") for w in weights]
        self.activations = list(activations)
        self.loss_function = LOSSES[loss]
        self.loss_options = dict(loss_options or {})
        self.update = OPTIMIZERS[optimizer]
        self.optimizer_options = dict(optimizer_options or {})
        self.decay = (self.optimizer_options.pop("weight_decay", 0.0)
                      * self.optimizer_options.get("learning_rate", 0.0))
        self.slots = [{} for _ in weights]
        self.on_logits = LOGITS_OF.get(loss) == self.activations[-1]
        if self.on_logits:
            self.loss_options["from_logits"] = True

    def layers(self):
        """Return one (kernel, bias, activation name) per layer."""
        return list(zip(self.weights[::2], self.weights[1::2], self.activations, strict=True))

    def trace(self, x):
        """Return every layer's input, ``z`` and output: three lists."""
        inputs, sums, outputs = [], [], []
        h = np.asarray(x, dtype="f8")
        for kernel, bias, activation in self.layers():
            inputs.append(h)
            sums.append(dense_forward(h, kernel, bias))
            h = ACTIVATIONS[activation](sums[-1])
            outputs.append(h)
        return inputs, sums, outputs

    def forward(self, x):
        """Return the network's output ``(batch, n_out)``."""
        return self.trace(x)[2][-1]

    def losses(self, sums, outputs, y):
        """Return the loss of each sample and its gradient by the loss's input, z or h."""
        output = sums[-1] if self.on_logits else outputs[-1]
        y = np.asarray(y, dtype="f8")
        if self.loss_function is not sparse_categorical_crossentropy:
            y = y.reshape(output.shape)  # (batch,) labels for a (batch, 1) output
        return self.loss_function(y, output, **self.loss_options)

    def loss(self, x, y):
        """Return the mean loss over the batch."""
        _, sums, outputs = self.trace(x)
        return self.losses(sums, outputs, y)[0].mean()

    def gradients(self, x, y):
        """Return the gradients of the mean loss, one per entry of `weights`."""
        inputs, sums, outputs = self.trace(x)
        d = self.losses(sums, outputs, y)[1] / len(outputs[-1])
        gradients = []
        for i, (kernel, bias, activation) in reversed(list(enumerate(self.layers()))):
            at_logits = self.on_logits and i == len(self.activations) - 1
            dz = d if at_logits else activation_backward(activation, sums[i], outputs[i], d)
            d, dw, db = dense_backward(inputs[i], kernel, dz)
            gradients[:0] = [dw, None if bias is None else db]
        return gradients

    def train_step(self, x, y):
        """Update the weights once and return the mean loss before the update."""
        loss = self.loss(x, y)
        for i, gradient in enumerate(self.gradients(x, y)):
            if gradient is not None:
                w = (1 - self.decay) * self.weights[i]
                self.weights[i], self.slots[i] = self.update(
                    w, gradient, self.slots[i], **self.optimizer_options)
        return loss
