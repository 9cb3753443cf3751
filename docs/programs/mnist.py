"""
A first look at a neural network
================================

This is the program with which chapter 2 of François Chollet's *Deep Learning with Python* begins:
it learns to read handwritten digits. It is a program for Keras; only the import lines are other
ones. Everything below, numbers and pictures, was made by running it when this page was built.
"""

# %%
# The digits
# ----------
#
# MNIST is 60,000 digits to train on and 10,000 to test on, written by employees of the Census
# Bureau and by students in the 1980s. ``mnist.load_data()`` looks in its own cache, then in that of
# Keras, then downloads 11 MB, once. Where there is no network, this program goes on with the sample
# of 7,000 digits that comes with fastdense, and the numbers below are worse for it.

from fastdense.datasets import mnist, mnist_sample

try:
    (train_images, train_labels), (test_images, test_labels) = mnist.load_data()
except FileNotFoundError:
    (train_images, train_labels), (test_images, test_labels) = mnist_sample.load_data()
    print("MNIST could not be fetched: this page was built with the SAMPLE, a tenth of it.")

print(train_images.shape, train_images.dtype, train_labels)
print(test_images.shape, test_images.dtype, test_labels)

# %%
# Images are arrays of bytes, from 0 for background to 255 for ink. The fifth of them, and the book
# shows it too:

import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(3, 3))
ax.imshow(train_images[4], cmap="gray_r")
ax.set(title=f"train_images[4], label {train_labels[4]}", xticks=[], yticks=[])
plt.show()

# %%
# The network
# -----------
#
# Two dense layers. The first has 512 units, each of which sees all 784 pixels; the second has one
# unit for each digit, and ``softmax`` makes its ten outputs probabilities that add up to 1.

from fastdense import layers, models
from fastdense.utils import set_random_seed

set_random_seed(0)  # so that this page is the same each time it is built
network = models.Sequential()
network.add(layers.Input((28 * 28,)))
network.add(layers.Dense(512, activation="relu"))
network.add(layers.Dense(10, activation="softmax"))
network.summary()

# %%
# Three more things are needed to train: a *loss*, which says how wrong the network is, an
# *optimizer*, which changes the weights to make the loss smaller, and *metrics* to watch.

network.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])

# %%
# Preparing the data
# ------------------
#
# The network wants rows of 784 numbers, preferably between 0 and 1, and for each row the
# probabilities that it should have given: 1 for the right digit, 0 for the others.

from fastdense.utils import to_categorical

x_train = train_images.reshape((-1, 28 * 28)).astype("float32") / 255
x_test = test_images.reshape((-1, 28 * 28)).astype("float32") / 255
y_train = to_categorical(train_labels)
y_test = to_categorical(test_labels)
print(train_labels[4], "->", y_train[4])

# %%
# Training
# --------
#
# ``fit`` goes through all training digits five times, in batches of 128. The last fifth of them is
# kept back: the network does not learn from it, and after each epoch is tested on it.

import time

start = time.perf_counter()
history = network.fit(x_train, y_train, epochs=5, batch_size=128, validation_split=0.2)
print(f"{time.perf_counter() - start:.1f} s on the machine that built this page")

# %%
# What ``fit`` returns has the numbers of each epoch, and fastdense draws them. The loss on the
# training digits falls and falls. Where that on the other digits stops following it, the network
# begins to learn its training digits by heart: it *overfits*.

from fastdense.utils import plot_history

fig, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
plot_history(history, axes)
plt.show()

# %%
# Testing
# -------
#
# The test digits have not been used until now, not even to decide when to stop.

test_loss, test_acc = network.evaluate(x_test, y_test, verbose=0)
print(f"test accuracy {test_acc:.4f}, test loss {test_loss:.4f}")

# %%
# ``predict`` gives ten probabilities for each digit.

probabilities = network.predict(x_test)
print(probabilities.shape, probabilities[0].round(3))

# %%
# The digits on which the network was most sure, and wrong:

predicted = probabilities.argmax(axis=-1)
wrong = (predicted != test_labels).nonzero()[0]
worst = wrong[probabilities[wrong].max(axis=-1).argsort()[::-1][:10]]
fig, axes = plt.subplots(2, 5, figsize=(9, 4), layout="constrained")
for ax, i in zip(axes.flat, worst, strict=True):
    ax.imshow(test_images[i], cmap="gray_r")
    ax.set(title=f"{test_labels[i]}, read as {predicted[i]}", xticks=[], yticks=[])
plt.show()

# %%
# What the first layer has learned
# --------------------------------
#
# Each of the 512 units has one weight for each pixel, so its weights can be drawn as a picture: red
# pixels speak for the unit, blue ones against it.

kernel, bias = network.layers[0].get_weights()
fig, axes = plt.subplots(2, 8, figsize=(9, 2.6), layout="constrained")
for ax, weights in zip(axes.flat, kernel.T, strict=False):
    ax.imshow(weights.reshape(28, 28), cmap="RdBu_r", vmin=-0.3, vmax=0.3)
    ax.set(xticks=[], yticks=[])
plt.show()

# %%
# Keeping the network
# -------------------
#
# One file has everything: layers, weights, and the optimizer's state, so that training can go on.
# :doc:`/model-files` tells which formats there are, and that none of them can run code.

import os
import tempfile

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "digits.keras")
    network.save(path)
    again = models.load_model(path)
    print(f"{os.path.getsize(path) / 1e6:.1f} MB,",
          "same bits:", (again.predict(x_test) == probabilities).all())

# %%
# From here: :doc:`/quick-start` has the other kinds of problems, :doc:`/performance` how to make it
# faster still, and ``python -m fastdense mnist`` is this program on the command line.
