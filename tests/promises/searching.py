"""A model in scikit-learn, as a user would bring it there, and a search over its settings."""

import json

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GridSearchCV

import fastdense as keras


class Classifier(ClassifierMixin, BaseEstimator):
    """A network of one hidden layer as an estimator."""

    def __init__(self, units=16, epochs=3):
        self.units = units
        self.epochs = epochs

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        keras.utils.set_random_seed(1)
        self.model_ = keras.Sequential([
            keras.layers.Dense(self.units, activation="relu"),
            keras.layers.Dense(len(self.classes_), activation="softmax")])
        self.model_.compile("adam", "sparse_categorical_crossentropy")
        self.model_.fit(X, y, epochs=self.epochs, verbose=0)
        return self

    def predict(self, X):
        return self.classes_[self.model_.predict(X, verbose=0).argmax(axis=1)]


def search(n_jobs):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(600, 200)).astype("f4")
    y = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)
    grid = {"units": [8, 256], "epochs": [1, 4]}
    found = GridSearchCV(Classifier(), grid, cv=3, n_jobs=n_jobs).fit(x, y)
    return found.cv_results_["mean_test_score"].tolist(), found.predict(x).tolist()


if __name__ == "__main__":
    one = search(1)
    print(json.dumps({"same": search(2) == one, "scores": one[0]}))
