# A network as the engine holds it: a list of stages and their packed weights.

from libc.stdlib cimport calloc

from .rules import Stage

cdef enum:
    DENSE
    ACTIVATION
    AFFINE
    RESHAPE
    PENALTY

KINDS = {"dense": DENSE, "activation": ACTIVATION, "affine": AFFINE, "reshape": RESHAPE,
         "penalty": PENALTY}

cdef struct CStage:
    int kind
    int activation
    bint trainable
    bint use_bias
    Py_ssize_t rows  # of one sample, on input
    Py_ssize_t n_in
    Py_ssize_t n_out
    real scale
    real offset
    real l1
    real l2
    real* w  # dense: packed (n_in, n_out)
    real* b  # dense: (packed_width(n_out),), zeros where there is no bias
    real* w_slots[MAX_SLOTS]  # optimizer state, laid out as w and b
    real* b_slots[MAX_SLOTS]

cdef struct CNetwork:
    CStage* stages
    int n_stages
    real in_scale  # applied while the input is gathered
    real in_offset
    Py_ssize_t in_rows
    Py_ssize_t in_width
    Py_ssize_t out_rows  # rows of a sample in the output
    Py_ssize_t n_outputs
    Update update
    double flops  # of the forward pass, a sample
    Py_ssize_t n_weights  # of all dense stages, packed


def lower(stages):
    """Bring a list of Stage into the form that the engine runs.

    An elementwise activation moves into the dense stage before it. Softmax needs whole rows and
    stays on its own; so does a sigmoid at the very end, whose logits the loss wants to see.
    """
    lowered = []
    before = None
    for i, stage in enumerate(stages):
        activation, last = stage.activation, i == len(stages) - 1
        apart = activation == "softmax" or (activation == "sigmoid" and last)
        if stage.kind == "dense" and apart:
            lowered.append(stage._replace(activation="linear"))
            lowered.append(Stage("activation", stage.n_out, stage.n_out, stage.rows, activation))
        elif (stage.kind == "activation" and not apart and before is not None
              and before.kind == "dense" and before.activation == "linear"):
            lowered.append(lowered.pop()._replace(activation=activation))
        else:
            lowered.append(stage)
        before = stage
    return lowered


def fold_input(stages):
    """Split lowered stages into (scale, offset, rest): what the gather does while it casts."""
    scale, offset, folded = 1.0, 0.0, False
    stages = list(stages)
    while len(stages) > 1 and (stages[0].kind == "reshape"
                               or stages[0].kind == "affine" and not folded):
        first = stages.pop(0)
        if first.kind == "affine":
            scale, offset, folded = first.scale, first.offset, True
    return scale, offset, stages


cdef class Network:
    """Stages and packed weights, shared by all plans of a model.

    Parameters
    ----------
    stages : list of Stage
        At least one; each takes what the one before gives.
    """

    cdef CNetwork net
    cdef Arena arena
    cdef list dense  # index of each dense stage
    cdef readonly Py_ssize_t n_inputs  # numbers a sample

    def __cinit__(self, stages):
        self.arena = Arena()
        self.dense = []
        if not stages:
            raise ValueError("Network: expected at least one stage. Received: none.")
        first = stages[0]
        self.n_inputs = first.rows * first.n_in
        scale, offset, stages = fold_input(lower(stages))
        self.net.in_scale = scale
        self.net.in_offset = offset
        self.net.in_rows = stages[0].rows
        self.net.in_width = stages[0].n_in
        self.net.stages = <CStage*> calloc(len(stages), sizeof(CStage))
        if self.net.stages is NULL:
            raise MemoryError("fastdense: could not allocate the list of stages.")
        self.net.n_stages = len(stages)
        rows, width = self.net.in_rows, self.net.in_width
        for i, stage in enumerate(stages):
            if (stage.rows, stage.n_in) != (rows, width):
                raise ValueError(f"Network: stage {i} expected {rows} rows of {width} numbers. "
                                 f"Received: {stage}.")
            self._add(&self.net.stages[i], stage)
            if stage.kind == "dense":
                self.dense.append(i)
            rows = 1 if stage.kind == "reshape" else stage.rows
            width = stage.n_out
        self.net.out_rows = rows
        self.net.n_outputs = width

    cdef _add(self, CStage* s, stage):
        s.kind = KINDS[stage.kind]
        s.activation = ACTIVATIONS[stage.activation]
        s.trainable = stage.trainable
        s.use_bias = stage.use_bias
        s.rows, s.n_in, s.n_out = stage.rows, stage.n_in, stage.n_out
        s.scale, s.offset = stage.scale, stage.offset
        s.l1, s.l2 = stage.l1, stage.l2
        if s.kind == DENSE:
            s.w = self.arena.take(stage.n_in, packed_width(s.n_out))
            s.b = self.arena.take(packed_width(s.n_out))
            self.net.n_weights += s.n_in * packed_width(s.n_out)
            self.net.flops += 2.0 * stage.rows * stage.n_in * stage.n_out

    def __dealloc__(self):
        free(self.net.stages)

    cdef CStage* _dense(self, Py_ssize_t index, const real[:, ::1] kernel, bias) except NULL:
        cdef CStage* s = &self.net.stages[<Py_ssize_t> self.dense[index]]
        if kernel.shape[0] != s.n_in or kernel.shape[1] != s.n_out:
            raise ValueError(f"Network: expected a kernel of shape {(s.n_in, s.n_out)}. Received: "
                             f"{(kernel.shape[0], kernel.shape[1])}.")
        if (bias is not None) != s.use_bias or (s.use_bias and bias.shape != (s.n_out,)):
            raise ValueError(f"Network: expected a bias of shape {(s.n_out,)}, or None without "
                             f"use_bias. Received: {None if bias is None else bias.shape}.")
        return s

    def set_weights(self, Py_ssize_t index, const real[:, ::1] kernel, bias, int slot=-1):
        """Pack the weights of the dense stage `index`, or with `slot` >= 0 its optimizer state."""
        cdef CStage* s = self._dense(index, kernel, bias)
        cdef const real[::1] b = bias
        pack(&kernel[0, 0], s.n_out, 1, s.n_in, s.n_out, s.w if slot < 0 else s.w_slots[slot])
        if b is not None:
            pack(&b[0], 0, 1, 1, s.n_out, s.b if slot < 0 else s.b_slots[slot])

    def get_weights(self, Py_ssize_t index, real[:, ::1] kernel, bias, int slot=-1):
        """Write the weights, or optimizer state, of the dense stage `index` to arrays."""
        cdef CStage* s = self._dense(index, kernel, bias)
        cdef real[::1] b = bias
        unpack(s.w if slot < 0 else s.w_slots[slot], s.n_in, s.n_out, &kernel[0, 0])
        if b is not None:
            unpack(s.b if slot < 0 else s.b_slots[slot], 1, s.n_out, &b[0])

    def set_update(self, rule):
        """Choose the optimizer step that `Plan.train` fuses, an UpdateRule; its state is zeroed."""
        cdef Update update = make_update(rule.kind, rule.hyper)
        cdef CStage* s
        cdef Py_ssize_t width
        cdef int slot
        if update.n_slots != len(rule.slots):
            raise ValueError(f"Network: {rule.kind} keeps {update.n_slots} slots with these "
                             f"settings. Received: {rule.slots}.")
        self.net.update = update
        for i in self.dense:
            s = &self.net.stages[<Py_ssize_t> i]
            width = packed_width(s.n_out)
            for slot in range(update.n_slots):
                if s.w_slots[slot] == NULL:
                    s.w_slots[slot] = self.arena.take(s.n_in, width)
                    s.b_slots[slot] = self.arena.take(width)
                memset(s.w_slots[slot], 0, s.n_in * width * sizeof(real))
                memset(s.b_slots[slot], 0, width * sizeof(real))
