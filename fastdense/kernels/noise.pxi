# Noise in training: dropout and its kin. Every element becomes factor * x + shift, both random; the
# backward pass makes the factors again (noise.h).

from libc.math cimport sqrt

cdef enum:
    WORDS = 64  # GROUP_WORDS of noise.h

cdef struct Noise:
    int kind
    uint32_t seed
    uint64_t counter  # of draws, one a training step
    uint64_t dropped  # words below it are dropped: rate * 2^32
    real factor  # of a kept element, or the standard deviation
    real shift  # of a kept element
    real other  # what a dropped element becomes
    bint whole_batch  # every sample draws the same
    Py_ssize_t size  # numbers drawn a sample, with a table
    Py_ssize_t* table  # which of them each element of a sample takes; NULL: one each


cdef Noise make_noise(int kind, double rate) except *:
    """Constants of a kind of noise; `rate` is a fraction, or GaussianNoise's standard deviation."""
    cdef Noise noise
    cdef double dropped, a
    memset(&noise, 0, sizeof(Noise))
    noise.kind = kind
    noise.dropped = <uint64_t> (rate * 4294967296.0)
    if kind == DROPOUT:
        noise.factor = 1 / (1 - rate) if rate < 1 else 0
    elif kind == GAUSSIAN_NOISE:
        noise.factor = rate
    elif kind == GAUSSIAN_DROPOUT:
        noise.factor = sqrt(rate / (1 - rate))
    else:  # Klambauer et al., Self-Normalizing Neural Networks, 2017, section 3
        dropped = -1.6732632423543772848170429916717 * 1.0507009873554804934193349852946
        a = 1 / sqrt((1 - rate) * (1 + rate * dropped * dropped)) if rate < 1 else 0
        noise.factor = a
        noise.shift = -a * dropped * rate
        noise.other = a * dropped + noise.shift
    return noise


cdef void noise_words(
    const Noise* z, uint64_t draw, Py_ssize_t rows_a_sample, Py_ssize_t row, Py_ssize_t first,
    Py_ssize_t n, uint32_t* words
) noexcept nogil:
    """The words of elements first .. first + 63 of a row of n; `first` is a multiple of 64."""
    cdef Py_ssize_t count, i
    cdef Py_ssize_t sample = row // rows_a_sample
    cdef uint64_t at, group, held = 0
    cdef uint32_t buffer[WORDS]
    cdef bint any_held = False
    if z.table == NULL:
        if z.whole_batch:
            row -= sample * rows_a_sample
        philox_group(<uint64_t> row * ((n + WORDS - 1) // WORDS) + first // WORDS, draw, z.seed,
                     words)
        return
    count = min(<Py_ssize_t> WORDS, n - first)
    for i in range(count):
        at = z.table[row % rows_a_sample * n + first + i]
        if not z.whole_batch:
            at += <uint64_t> sample * z.size
        group = at // WORDS
        if not any_held or group != held:
            philox_group(group, draw, z.seed, buffer)
            held, any_held = group, True
        words[i] = buffer[at % WORDS]
    for i in range(count, WORDS):
        words[i] = 0


cdef void noise_row(
    const Noise* z, uint64_t draw, Py_ssize_t rows_a_sample, Py_ssize_t row, Py_ssize_t n,
    const real* x, real* h
) noexcept nogil:
    """h = factor * x + shift for one row of the batch."""
    cdef Py_ssize_t group, first, i, count
    cdef uint32_t words[WORDS]
    cdef real normals[WORDS]
    cdef real kept
    for group in range((n + WORDS - 1) // WORDS):
        first = group * WORDS
        count = min(<Py_ssize_t> WORDS, n - first)
        noise_words(z, draw, rows_a_sample, row, first, n, words)
        if z.kind == GAUSSIAN_NOISE:
            normal_group(words, normals)
            for i in range(count):
                h[first + i] = x[first + i] + z.factor * normals[i]
        elif z.kind == GAUSSIAN_DROPOUT:
            normal_group(words, normals)
            for i in range(count):
                h[first + i] = x[first + i] + x[first + i] * (z.factor * normals[i])
        else:
            for i in range(count):
                kept = x[first + i] * z.factor + z.shift  # of every i, see below
                h[first + i] = z.other if words[i] < z.dropped else kept


cdef void noise_row_backward(
    const Noise* z, uint64_t draw, Py_ssize_t rows_a_sample, Py_ssize_t row, Py_ssize_t n, real* d
) noexcept nogil:
    """d *= factor, the one that noise_row drew.

    What is kept is computed for dropped elements, too: loaded only for the others, it needs a
    branch for each, half of them a surprise. Without, steps of 64-512-Dropout(0.5)-10 take 0.46 of
    the time (avx512; avx2 0.65; batch 128, one thread, Zen 5, 2026-11).
    """
    cdef Py_ssize_t group, first, i, count
    cdef uint32_t words[WORDS]
    cdef real normals[WORDS]
    cdef real kept
    if z.kind == GAUSSIAN_NOISE:
        return
    for group in range((n + WORDS - 1) // WORDS):
        first = group * WORDS
        count = min(<Py_ssize_t> WORDS, n - first)
        noise_words(z, draw, rows_a_sample, row, first, n, words)
        if z.kind == GAUSSIAN_DROPOUT:
            normal_group(words, normals)
            for i in range(count):
                d[first + i] += d[first + i] * (z.factor * normals[i])
        else:
            for i in range(count):
                kept = d[first + i] * z.factor
                d[first + i] = <real> 0 if words[i] < z.dropped else kept
