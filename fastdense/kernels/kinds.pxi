# Kinds of stages.

cdef enum:
    DENSE
    BATCH_NORMALIZATION
    LAYER_NORMALIZATION
    PRELU
    ACTIVATION
    AFFINE
    PENALTY
    RESHAPE
    PERMUTE
    DROPOUT
    GAUSSIAN_NOISE
    GAUSSIAN_DROPOUT
    ALPHA_DROPOUT

KINDS = {
    "dense": DENSE, "batch_normalization": BATCH_NORMALIZATION,
    "layer_normalization": LAYER_NORMALIZATION, "prelu": PRELU, "activation": ACTIVATION,
    "affine": AFFINE, "penalty": PENALTY, "reshape": RESHAPE, "permute": PERMUTE,
    "dropout": DROPOUT, "gaussian_noise": GAUSSIAN_NOISE, "gaussian_dropout": GAUSSIAN_DROPOUT,
    "alpha_dropout": ALPHA_DROPOUT,
}


cdef inline bint has_weights(int kind) noexcept nogil:
    return kind <= PRELU


cdef inline bint has_noise(int kind) noexcept nogil:
    return kind >= DROPOUT


cdef inline bint reorders(int kind) noexcept nogil:
    return kind == RESHAPE or kind == PERMUTE


cdef inline bint writes_elsewhere(int kind) noexcept nogil:
    """Whether the backward pass of a stage cannot work in place."""
    return reorders(kind) or kind == LAYER_NORMALIZATION


cdef inline bint sums_over_batch(int kind) noexcept nogil:
    """Whether a stage has sums over all samples in it, besides those of dense."""
    return has_weights(kind) and kind != DENSE
