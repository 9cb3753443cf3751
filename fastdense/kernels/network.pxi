# A network as the engine holds it: a list of stages and their packed weights.

from .rules import Stage

cdef struct Run:  # of a reordered sample
    Py_ssize_t source  # in elements, with the padding of rows
    Py_ssize_t target
    Py_ssize_t length

cdef struct CStage:
    int kind
    int activation
    bint trainable
    bint use_bias
    bint use_kernel
    bint w_decays  # whether weight decay is for them
    bint b_decays
    Py_ssize_t rows  # of one sample, on input
    Py_ssize_t rows_after  # on output
    Py_ssize_t n_in
    Py_ssize_t n_out
    real scale
    real offset
    real l1
    real l2
    real parameters[MAX_PARAMETERS]
    Py_ssize_t w_rows  # 1 but for dense
    real* w  # packed (w_rows, n_out); ones where there is no kernel
    real* b  # (packed_width(n_out),), zeros where there is no bias
    real* w_slots[MAX_SLOTS]  # optimizer state, laid out as w and b
    real* b_slots[MAX_SLOTS]
    real* mean  # moving statistics, laid out as b
    real* variance
    Noise noise
    Run* runs  # of reshape and permute
    Py_ssize_t n_runs

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

    An activation that a dense epilogue can do moves into the dense stage before it. The others stay
    on their own; so does a sigmoid at the very end, whose logits the loss wants to see.
    """
    lowered = []
    before = None
    for i, stage in enumerate(stages):
        activation, last = stage.activation, i == len(stages) - 1
        apart = activation not in FUSED_ACTIVATIONS or (activation == "sigmoid" and last)
        if stage.kind == "dense" and apart:
            lowered.append(stage._replace(activation="linear", parameters=()))
            lowered.append(Stage("activation", stage.n_out, stage.n_out, stage.rows, activation,
                                 parameters=stage.parameters))
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
    cdef list weighted  # index of each stage with weights
    cdef list noisy  # index of each stage with noise
    cdef readonly Py_ssize_t n_inputs  # numbers a sample
    cdef readonly Py_ssize_t n_steps  # of training, by all plans: counted with the last of a call

    def __cinit__(self, stages):
        self.arena = Arena()
        self.weighted = []
        self.noisy = []
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
            if has_weights(KINDS[stage.kind]):
                self.weighted.append(i)
            if has_noise(KINDS[stage.kind]):
                self.noisy.append(i)
            rows, width = stage.rows_after, stage.n_out
        self.net.out_rows = rows
        self.net.n_outputs = width

    cdef _add(self, CStage* s, stage):
        s.kind = KINDS[stage.kind]
        s.activation = ACTIVATIONS[stage.activation]
        s.trainable = stage.trainable
        s.use_bias, s.use_kernel = stage.use_bias, stage.use_kernel
        s.w_decays = s.b_decays = True
        s.rows, s.rows_after = stage.rows, stage.rows_after
        s.n_in, s.n_out = stage.n_in, stage.n_out
        s.scale, s.offset = stage.scale, stage.offset
        s.l1, s.l2 = stage.l1, stage.l2
        if has_noise(s.kind):
            self._add_noise(s, stage)
        elif reorders(s.kind):
            self._add_runs(s, stage)
        elif s.kind == DENSE or s.kind == ACTIVATION:
            read_parameters(stage.activation, stage.parameters, s.parameters)
        else:
            for i, value in enumerate(stage.parameters):
                s.parameters[i] = value
        if has_weights(s.kind):
            self._add_weights(s)

    cdef _add_weights(self, CStage* s):
        cdef Py_ssize_t i
        s.w_rows = s.n_in if s.kind == DENSE else 1
        s.w = self.arena.take(s.w_rows, packed_width(s.n_out))
        s.b = self.arena.take(packed_width(s.n_out))
        if not s.use_kernel:
            for i in range(s.n_out):
                s.w[i] = 1
        if s.kind == BATCH_NORMALIZATION:
            s.mean = self.arena.take(packed_width(s.n_out))
            s.variance = self.arena.take(packed_width(s.n_out))
        if s.kind == DENSE:
            self.net.n_weights += s.n_in * packed_width(s.n_out)
            self.net.flops += 2.0 * s.rows * s.n_in * s.n_out

    cdef _add_noise(self, CStage* s, stage):
        rate, shared, size = stage.parameters
        s.noise = make_noise(s.kind, rate)
        s.noise.whole_batch = shared
        s.noise.size = size
        if stage.table:
            s.noise.table = self._indices(stage)

    cdef Py_ssize_t* _indices(self, stage) except NULL:
        cdef Py_ssize_t* table
        cdef Py_ssize_t i
        size, limit = stage.rows * stage.n_in, stage.parameters[2]
        if len(stage.table) != size or not all(0 <= at < limit for at in stage.table):
            raise ValueError(f"Network: {stage.kind} expected a table of {size} numbers below "
                             f"{limit}.")
        table = <Py_ssize_t*> self.arena.take(size, sizeof(Py_ssize_t) // sizeof(real))
        for i in range(size):
            table[i] = stage.table[i]
        return table

    cdef _add_runs(self, CStage* s, stage):
        size = stage.rows * stage.n_in
        if stage.rows_after * stage.n_out != size or (
                stage.table and sorted(stage.table) != list(range(size))):
            raise ValueError(f"Network: {stage.kind} expected to keep all of {size} numbers. "
                             f"Received: {stage}.")
        s.runs = <Run*> self.arena.take(size, sizeof(Run) // sizeof(real))
        s.n_runs = make_runs(stage.table, size, s.n_in, s.n_out, s.runs)

    def __dealloc__(self):
        free(self.net.stages)

    # -- weights, statistics, random state ------------------------------------------------------

    cdef CStage* _stage(self, list places, Py_ssize_t index) except NULL:
        """Stage `index` of those at these places of the list of all."""
        if not 0 <= index < len(places):
            raise IndexError(f"Network: expected an index from 0 to {len(places) - 1}. Received: "
                             f"{index}.")
        return &self.net.stages[<Py_ssize_t> places[index]]

    cdef CStage* _weighted(self, Py_ssize_t index, kernel, bias, int slot=-1) except NULL:
        cdef CStage* s = self._stage(self.weighted, index)
        expected = (s.w_rows, s.n_out) if s.use_kernel else None
        if (None if kernel is None else kernel.shape) != expected:
            raise ValueError(f"Network: expected a kernel of shape {expected}. Received: "
                             f"{None if kernel is None else kernel.shape}.")
        if (bias is not None) != s.use_bias or (s.use_bias and bias.shape != (s.n_out,)):
            raise ValueError(f"Network: expected a bias of shape {(s.n_out,)}, or None without "
                             f"use_bias. Received: {None if bias is None else bias.shape}.")
        if slot != -1 and (not 0 <= slot < MAX_SLOTS or s.b_slots[slot] == NULL):
            raise IndexError(f"Network: expected a slot of the update's state. Received: {slot}.")
        return s

    cdef tuple _flat(self, Py_ssize_t index, kernel, bias):
        """Weights of columns may have any shape: as (1, n) and (n,)."""
        if self._stage(self.weighted, index).kind != DENSE:
            kernel = None if kernel is None else kernel.reshape(1, -1)
            bias = None if bias is None else bias.reshape(-1)
        return kernel, bias

    def set_weights(self, Py_ssize_t index, kernel, bias, int slot=-1):
        """Pack the weights of stage `index` of those that have any, with `slot` >= 0 its optimizer
        state: kernel (n_in, n_out) of a dense one, else n numbers in any shape, and bias (n_out,).
        """
        kernel, bias = self._flat(index, kernel, bias)
        cdef CStage* s = self._weighted(index, kernel, bias, slot)
        cdef const real[:, ::1] w = kernel
        cdef const real[::1] b = bias
        if w is not None:
            pack(&w[0, 0], s.n_out, 1, s.w_rows, s.n_out, s.w if slot < 0 else s.w_slots[slot])
        if b is not None:
            pack(&b[0], 0, 1, 1, s.n_out, s.b if slot < 0 else s.b_slots[slot])

    def get_weights(self, Py_ssize_t index, kernel, bias, int slot=-1):
        """Write the weights, or optimizer state, of stage `index` to C-contiguous arrays."""
        kernel, bias = self._flat(index, kernel, bias)
        cdef CStage* s = self._weighted(index, kernel, bias, slot)
        cdef real[:, ::1] w = kernel
        cdef real[::1] b = bias
        if w is not None:
            unpack(s.w if slot < 0 else s.w_slots[slot], s.w_rows, s.n_out, &w[0, 0])
        if b is not None:
            unpack(s.b if slot < 0 else s.b_slots[slot], 1, s.n_out, &b[0])

    def set_decay(self, Py_ssize_t index, bint kernel, bint bias):
        """Say which weights of stage `index`, of those with any, take part in weight decay.

        All do by default.
        """
        cdef CStage* s = self._stage(self.weighted, index)
        s.w_decays = kernel
        s.b_decays = bias

    cdef CStage* _normalizing(self, Py_ssize_t index, Py_ssize_t n, Py_ssize_t m) except NULL:
        cdef CStage* s = self._stage(self.weighted, index)
        if s.mean == NULL or n != s.n_out or m != s.n_out:
            raise ValueError(f"Network: expected statistics of {s.n_out} columns of a "
                             f"batch_normalization. Received: {n} and {m}.")
        return s

    def set_statistics(self, Py_ssize_t index, const real[::1] mean, const real[::1] variance):
        """Set the moving statistics of stage `index` of those with weights."""
        cdef CStage* s = self._normalizing(index, mean.shape[0], variance.shape[0])
        memcpy(s.mean, &mean[0], s.n_out * sizeof(real))
        memcpy(s.variance, &variance[0], s.n_out * sizeof(real))

    def get_statistics(self, Py_ssize_t index, real[::1] mean, real[::1] variance):
        """Write the moving statistics of stage `index` to arrays."""
        cdef CStage* s = self._normalizing(index, mean.shape[0], variance.shape[0])
        memcpy(&mean[0], s.mean, s.n_out * sizeof(real))
        memcpy(&variance[0], s.variance, s.n_out * sizeof(real))

    def set_seed(self, Py_ssize_t index, seed, draws):
        """Set the random state of stage `index` of those with noise: both from 0 to 2**32 - 1."""
        cdef CStage* s = self._stage(self.noisy, index)
        s.noise.seed = seed
        s.noise.counter = draws

    def get_draws(self, Py_ssize_t index):
        """Return how often stage `index` of those with noise has drawn."""
        return self._stage(self.noisy, index).noise.counter

    def set_update(self, rule):
        """Choose the optimizer step that `Plan.train` fuses, an UpdateRule; its state is zeroed."""
        cdef Update update = make_update(rule.kind, rule.hyper)
        cdef CStage* s
        cdef Py_ssize_t width
        cdef int slot
        if update.n_slots != len(rule.slots):
            raise ValueError(f"Network: {rule.kind} keeps {update.n_slots} slots with these "
                             f"settings. Received: {rule.slots}.")
        for i in self.weighted:
            s = &self.net.stages[<Py_ssize_t> i]
            width = packed_width(s.n_out)
            for slot in range(update.n_slots):
                if s.b_slots[slot] == NULL:  # the one that is taken last: memory may run out
                    s.w_slots[slot] = self.arena.take(s.w_rows, width)
                    s.b_slots[slot] = self.arena.take(width)
                else:
                    memset(s.w_slots[slot], 0, s.w_rows * width * sizeof(real))
                    memset(s.b_slots[slot], 0, width * sizeof(real))
        self.net.update = update  # when all that it needs is there
