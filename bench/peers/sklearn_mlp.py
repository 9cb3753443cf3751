"""scikit-learn's MLPClassifier: the same net with Adam, for it has no RMSprop."""

from __future__ import annotations

import warnings

import numpy as np
from base import Base

__all__ = ["Peer"]


class Peer(Base):
    name = "scikit-learn"

    def __init__(self):
        import sklearn
        from sklearn.neural_network import MLPClassifier

        self.sklearn, self.classifier = sklearn, MLPClassifier

    def versions(self):
        return {"scikit-learn": self.sklearn.__version__}

    def new(self, epochs):
        """Return an untrained classifier that `fit` trains for exactly `epochs`."""
        return self.classifier(
            hidden_layer_sizes=self.net.sizes[1:-1], solver="adam", alpha=0.0,
            batch_size=min(self.net.batch, self.net.n), learning_rate_init=1e-3, max_iter=epochs,
            n_iter_no_change=epochs + 1, shuffle=True, random_state=4)

    def build(self):
        self.model = self.new(1)
        classes = np.arange(max(2, self.net.sizes[-1]))
        # Makes the arrays; there is no other way.
        self.model.partial_fit(self.x, self.y, classes=classes)
        weights = self.first_weights()
        self.model.coefs_, self.model.intercepts_ = weights[::2], weights[1::2]

    def train(self, epochs):
        for _ in range(epochs):
            self.model.partial_fit(self.x, self.y)

    def fit(self, epochs):
        self.model = self.new(epochs)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", self.sklearn.exceptions.ConvergenceWarning)
            self.model.fit(self.x, self.y)

    def predict(self, rows):
        x = self.x[:rows]
        if self.net.binary:
            return lambda: self.model.predict_proba(x)[:, 1:]
        return lambda: self.model.predict_proba(x)

    forward = predict
