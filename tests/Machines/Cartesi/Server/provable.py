"""A state that can be proven: a memory with four blocks (iflags, tohost, the outputs root, the history), hashed as the real one is."""

MASK = (1 << 64) - 1
TURNS = (1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44)
LANES = (10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1)
HEIGHT, OUTPUTS_HEIGHT = 59, 63
IFLAGS, TOHOST, OUTPUTS, HISTORY = 0x300 >> 5, 0x320 >> 5, 0x60800000 >> 5, 0x80000000 >> 5


def constants():
    register = 1
    for _ in range(24):
        constant = 0
        for bit in range(7):
            if register & 1:
                constant |= 1 << ((1 << bit) - 1)
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        yield constant


CONSTANTS = tuple(constants())


def permute(a):
    for constant in CONSTANTS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        for x in range(5):
            d = c[x - 1] ^ ((c[(x + 1) % 5] << 1 | c[(x + 1) % 5] >> 63) & MASK)
            for y in range(0, 25, 5):
                a[x + y] ^= d
        moved = a[1]
        for turn, lane in zip(TURNS, LANES):
            a[lane], moved = (moved << turn | moved >> 64 - turn) & MASK, a[lane]
        for y in range(0, 25, 5):
            row = a[y : y + 5]
            for x in range(5):
                a[y + x] = row[x] ^ ~row[(x + 1) % 5] & row[(x + 2) % 5] & MASK
        a[0] ^= constant


def keccak(data):
    padded = bytearray(data) + bytes(136 - len(data) % 136)
    padded[len(data)] ^= 0x01
    padded[-1] ^= 0x80
    state = [0] * 25
    for at in range(0, len(padded), 136):
        for i in range(17):
            state[i] ^= int.from_bytes(padded[at + 8 * i : at + 8 * i + 8], "little")
        permute(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def pristine(leaf, height):
    levels = [leaf]
    while len(levels) <= height:
        levels.append(keccak(levels[-1] * 2))
    return levels


PRISTINE = pristine(keccak(bytes(32)), HEIGHT)
PRISTINE_OUTPUTS = pristine(bytes(32), OUTPUTS_HEIGHT)


def push(frontier, count, output):
    """The frontier has the root of a full left subtree for each set bit of the count."""
    node, level = keccak(output), 0
    while count >> level & 1:
        node, level = keccak(frontier.pop(level) + node), level + 1
    frontier[level] = node


def outputs_root(frontier):
    node = PRISTINE_OUTPUTS[0]
    for level in range(OUTPUTS_HEIGHT):
        node = keccak(frontier[level] + node if level in frontier else node + PRISTINE_OUTPUTS[level])
    return node


def blocks(word, root, history):
    return {
        IFLAGS: bytes(8) + (1).to_bytes(8, "little") + bytes(16),
        TOHOST: bytes(16) + word.to_bytes(8, "little") + bytes(8),
        OUTPUTS: root,
        HISTORY: history,
    }


def fold(blocks, index=0):
    """The root, and the siblings of one block."""
    level, siblings = {at: keccak(block) for at, block in blocks.items()}, []
    for height in range(HEIGHT):
        siblings.append(level.get(index >> height ^ 1, PRISTINE[height]))
        level = {
            at >> 1: keccak(level.get(at & ~1, PRISTINE[height]) + level.get(at | 1, PRISTINE[height])) for at in {at & ~1 for at in level}
        }
    return level[0], siblings
