# One matrix product for the whole engine: cut into tiles, shared out over threads, and handed to
# an epilogue while each tile is hot in L1.
#
# forward            h = act(x @ w + b)   a: rows of x       b: panels of w    epilogue: bias, act
# backward_data      dx.T = w @ dz.T      a: rows of w       b: panels of dz.T epilogue: transpose
# backward_weights   dw = x.T @ dz        a: columns of x    b: panels of dz   epilogue: update
#
# Rejected: one hand-made loop nest per product (three copies of the edge cases), and an epilogue
# inside the tile (the tile would need a variant per activation and per optimizer).

# Operations of a share from which on threads help each other: about 20 us. Asking what the others
# have left costs 0.1 us, waiting for a slower core cost 5 to 7 % of a step (two threads of a
# virtual machine, 784-512-10, batch 128, 2026-11).
cdef double LEAST_HELP = 2e6


# Called with finished sums: c (n_rows, width), their first row and their panel in the result.
ctypedef void (*epilogue_t)(
    void* context, real* c, Py_ssize_t width, Py_ssize_t row, Py_ssize_t n_rows, Py_ssize_t panel
) noexcept nogil

# Called before the sums of a tile: asks for what the epilogue will want of memory.
ctypedef void (*ahead_t)(
    void* context, Py_ssize_t width, Py_ssize_t row, Py_ssize_t n_rows, Py_ssize_t panel
) noexcept nogil

cdef struct Product:
    tile_operands operands  # a, b and their strides; k counts the summed axis
    Py_ssize_t a_gap  # elements of a between blocks of PASS_ROWS rows; 0: rows lie evenly
    const Lists* lists  # of the k to add, for each block of GROUP rows; NULL: all
    Py_ssize_t rows  # of a and of the result
    Py_ssize_t columns  # of b and of the result, without padding
    bint panel_by_panel  # for an epilogue that walks through memory of its own, panel by panel
    ahead_t ahead  # NULL: nothing
    epilogue_t epilogue
    void* context


cdef inline tile_operands rows_of(
    const real* a, Py_ssize_t a_row, Py_ssize_t a_k, Py_ssize_t k
) noexcept nogil:
    """Operands with the a side filled in, for an a of plain strides."""
    cdef tile_operands t
    t.a = a
    t.row = 0
    t.a_row = a_row
    t.a_k = a_k
    t.segment = max(k, <Py_ssize_t> 1)
    t.a_segment = 0
    t.a_row_short = a_row
    t.b = NULL
    t.b_panel = 0
    t.c_panel = 0
    t.k = k
    t.list = NULL
    t.accumulate = False
    t.beside = NULL
    return t


cdef struct Team:  # who works on something together, as one of them sees it
    int thread
    int threads
    meeting_point* meeting  # where they wait for each other; NULL: nowhere
    long long products  # in which they have helped each other: the same number for all of them
    Py_ssize_t work  # of several products that they share out as if they were one; 0: of each
    Py_ssize_t before  # of that, in products before the next one


cdef inline Team team_of(int thread, int threads, meeting_point* meeting) noexcept nogil:
    cdef Team team
    team.thread = thread
    team.threads = threads
    team.meeting = meeting
    team.products = 0
    team.work = team.before = 0
    return team


cdef inline void wait_for_all(const Team* team) noexcept nogil:
    meet(team.meeting, team.threads)


cdef inline Py_ssize_t share(Py_ssize_t jobs, int thread, int threads) noexcept nogil:
    """First job of `thread`: contiguous shares, so that a thread meets the same panels again."""
    return jobs * thread // threads


cdef struct Scratch:  # of one thread
    tile_scratch tiles[2]  # used in turns: quotients of the one are computed beside the other
    int turn


cdef struct Walk:  # the jobs of a product, in the order in which they are done
    Py_ssize_t height  # rows of a block
    Py_ssize_t blocks
    Py_ssize_t panels
    Py_ssize_t wide  # panels of a group
    Py_ssize_t groups
    Py_ssize_t span  # groups that stay in L2 while all rows pass
    Py_ssize_t chunk  # blocks that are finished together


cdef void multiply(const Product* p, Team* team) noexcept nogil:
    """Compute this thread's share of the product, then help with what is left of the others'.

    A job is a tile: a block of rows and a group of panels side by side. The order of jobs: spans of
    groups that stay in L2 while all rows pass, in them chunks of blocks, in them groups. What
    follows each other in a chunk is finished together. Who computes a job depends on the threads
    and on chance, the order of every sum does not.
    """
    cdef Walk w
    w.height = tile_height(p.lists != NULL)
    w.blocks = (p.rows + w.height - 1) // w.height
    w.panels = n_panels(p.columns)
    w.wide = tile_panels(min(p.rows, w.height))
    w.groups = (w.panels + w.wide - 1) // w.wide
    w.span = _groups_in_l2(p, w.groups, w.wide, team.threads)
    w.chunk = PASS_ROWS // (w.height * w.wide)
    cdef int threads = team.threads
    cdef bint helping = threads > 1 and team.meeting != NULL and threads <= SHARES and (
        2.0 * p.rows * p.columns * p.operands.k >= LEAST_HELP * <double> threads)
    cdef Py_ssize_t first, job, end, count, panel, block
    cdef long long begun
    cdef Scratch scratch
    scratch.turn = 0
    cdef int i, owner
    team.products += helping
    for i in range(threads if helping else 1):
        owner = (team.thread + i) % threads
        first = _first_job(p, &w, team, owner)
        end = _first_job(p, &w, team, owner + 1)
        begun = 0
        while first + begun < end:
            job = first + begun
            count = min(_neighbours(&w, job, &panel, &block), end - job)
            if helping:
                count = min(count, (end - job + 1) // 2)  # leave something to share
                if not claim(team.meeting, owner, team.products, &begun, count):
                    continue
            _multiply_group(p, &w, panel, block, count, &scratch)
            begun += count
    quotients_finish(p.operands.beside)  # they may read the scratch


cdef inline Py_ssize_t work_of(Py_ssize_t rows, Py_ssize_t columns, Py_ssize_t k) noexcept nogil:
    """What a product costs, in multiply-adds of a vector."""
    return rows * (packed_width(columns) // VECTOR) * max(k, <Py_ssize_t> 1)


cdef inline Py_ssize_t _first_job(
    const Product* p, const Walk* w, const Team* team, int thread
) noexcept nogil:
    """Where a thread's share begins: shares of as much work, since the last group may be narrow.

    As if all rows passed by one group after the other; in a span of several it is out by a little.
    """
    cdef Py_ssize_t k = max(p.operands.k, <Py_ssize_t> 1)
    cdef Py_ssize_t vectors = w.wide * PANEL // VECTOR  # of a full group
    cdef Py_ssize_t own, at, group
    if thread == 0:
        return 0
    if thread == team.threads:
        return w.groups * w.blocks
    own = work_of(p.rows, p.columns, k)
    at = share(team.work if team.work > 0 else own, thread, team.threads) - team.before
    if at <= 0:
        return 0
    if at >= own:
        return w.groups * w.blocks
    group = at // (vectors * p.rows * k)
    at -= group * vectors * p.rows * k
    if group == w.groups - 1:
        vectors = packed_width(p.columns) // VECTOR - group * vectors
    return group * w.blocks + (at // (vectors * k) + w.height // 2) // w.height


cdef inline Py_ssize_t _neighbours(
    const Walk* w, Py_ssize_t job, Py_ssize_t* panel, Py_ssize_t* block
) noexcept nogil:
    """Where a job is, and how many blocks can be finished together from there on."""
    cdef Py_ssize_t first = job // (w.blocks * w.span) * w.span
    cdef Py_ssize_t here = min(w.span, w.groups - first)  # the last span may be shorter
    cdef Py_ssize_t i = job - first * w.blocks
    cdef Py_ssize_t start = i // (w.chunk * here) * w.chunk
    cdef Py_ssize_t size = min(w.chunk, w.blocks - start)  # and the last chunk
    i -= start * here
    panel[0] = (first + i // size) * w.wide
    block[0] = start + i % size
    return size - i % size


cdef void _multiply_group(
    const Product* p, const Walk* w, Py_ssize_t first, Py_ssize_t block, Py_ssize_t n_blocks,
    Scratch* scratch,
) noexcept nogil:
    """`n_blocks` blocks of rows, over the panels of one group."""
    cdef Py_ssize_t panel
    if panel_width(p.columns, first + w.wide - 1) == PANEL:
        _multiply_blocks(p, first, w.wide, block, n_blocks, w.height, scratch)
    else:
        for panel in range(first, min(first + w.wide, w.panels)):
            _multiply_blocks(p, panel, 1, block, n_blocks, w.height, scratch)


cdef inline Py_ssize_t _groups_in_l2(
    const Product* p, Py_ssize_t groups, Py_ssize_t wide, int threads
) noexcept nogil:
    """Groups of panels of b to walk through with every chunk of rows of a.

    Compared with one panel at a time, batch 128, Zen 4 (2026-11): 784-1024-1024-1024-10 went from
    74 to 79 % of peak, float64 784-512-10 from 74 to 77 %. Zen 3: predictions of 2048-2048-2048
    take 0.94 to 0.98 of the time.
    """
    cdef Py_ssize_t size = p.operands.k * PANEL * wide * sizeof(real)
    if p.panel_by_panel:
        return 1
    return max(<Py_ssize_t> 1, min(resident() // max(size, <Py_ssize_t> 1), groups // threads))


cdef void _multiply_blocks(
    const Product* p, Py_ssize_t panel, Py_ssize_t wide, Py_ssize_t block, Py_ssize_t n_blocks,
    Py_ssize_t height, Scratch* scratch,
) noexcept nogil:
    """`n_blocks` blocks of `height` rows, over `wide` neighbouring panels of one width."""
    cdef Py_ssize_t width = panel_width(p.columns, panel)
    cdef Py_ssize_t row = block * height
    cdef Py_ssize_t n_rows = min(n_blocks * height, p.rows - row)
    cdef Py_ssize_t k = p.operands.k
    cdef Py_ssize_t start = 0
    cdef Py_ssize_t i, j, at, n
    cdef real* c
    cdef tile_operands t = p.operands
    cdef const real* b = p.operands.b + panel * PANEL * k
    cdef const real* a = p.operands.a + row // PASS_ROWS * p.a_gap
    t.b_panel = PANEL * k
    t.c_panel = n_rows * width
    scratch.turn = 1 - scratch.turn
    c = scratch.tiles[scratch.turn].sums
    while start == 0 or start < k:  # an empty sum is zero, too
        t.accumulate = start > 0
        if p.lists == NULL:
            t.k = min(k - start, <Py_ssize_t> PASS_K)
            t.b = b + start * width
            t.a = a + start // t.segment * t.a_segment + start % t.segment * t.a_k
        else:
            t.b = b
            t.a = a
        for i in range(n_blocks):
            at = i * height
            n = min(height, n_rows - at)
            t.row = row + at
            if p.ahead != NULL and start == 0:
                for j in range(wide):
                    p.ahead(p.context, width, row + at, n, panel + j)
            if p.lists != NULL:
                t.list = list_of(p.lists, block + i, start, &t.k)
            tile(<int> n, <int> wide, width, &t, c + at * width)
        start += PASS_K
    for i in range(wide):
        p.epilogue(p.context, c + i * t.c_panel, width, row, n_rows, panel + i)
