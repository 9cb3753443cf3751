"""Bad luck and ill will: strokes against the bytes of a file, or against a tree of JSON."""

import copy
import io
import json
import struct
import zipfile

WORDS = (b"\0" * 8, b"\xff" * 8, b"\x7f" + b"\xff" * 7, b"\0\0\0\x80", b"\0\0\0\0\0\0\0\x80",
         b"NaN", b'"', b"{", b"]", b"../")
NUMBERS = (0, 1, -1, 2, 3, 7, 255, 2**16, 2**20, 2**31 - 1, 2**31, 2**32, 2**33, 2**40, 2**62,
           2**63, 2**64, -2**31, -2**63, 10**39, 1e300, 1e-300, -0.0, 0.5, 2.0)
STRANGE = (None, True, False, "", "a" * 300, "\0", "../../x", "/etc/passwd", "os.system", "relu",
           "Dense", "Sequential", "Lambda", "__lambda__", "__numpy__", "function", "class_name",
           "keras.src.utils", "builtins", "eval", "mse", "adam", "float16", "int8", "object", "𝄞",
           [], {}, [[]], [None], [2**40, 2**40], {"class_name": "Lambda", "config": {}},
           {"class_name": "function", "config": "system", "module": "os"},
           {"class_name": "__numpy__", "config": {"value": [1], "dtype": "object"}})


def damaged(data, chance):
    """Return a copy of some bytes after one to eight strokes."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        if not data:
            break
        at = chance.randrange(len(data))
        stroke = chance.randrange(8)
        if stroke == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif stroke == 1:
            data[at] = chance.randrange(256)
        elif stroke == 2:
            word = chance.choice(WORDS)
            data[at:at + len(word)] = word
        elif stroke == 3:
            del data[at:at + chance.randint(1, 64)]
        elif stroke == 4:
            data[at:at] = data[chance.randrange(len(data)):][:chance.randint(1, 64)]
        elif stroke == 5:
            overwrite(data, at // 8 * 8, chance)
        elif stroke == 6:
            data[at] = (data[at] + chance.choice((-1, 1))) % 256
        elif chance.random() < 0.2:
            del data[at:]
    return bytes(data)


def overwrite(data, at, chance):
    """Write a number where formats keep sizes and addresses."""
    kind = chance.choice(["<H", "<I", "<Q", ">I"])
    value = struct.pack(kind, int(chance.choice(NUMBERS)) % 2**(8 * struct.calcsize(kind)))
    data[at:at + len(value)] = value


def changed(tree, chance):
    """Return a copy of a tree of JSON in which one to four nodes are not what they were."""
    tree = copy.deepcopy(tree)
    for _ in range(chance.randint(1, 4)):
        places = list(_places(tree))
        if not places:
            break
        parent, key = chance.choice(places)
        stroke = chance.randrange(8)
        if stroke == 0:
            del parent[key]
        elif stroke in (1, 2):
            parent[key] = chance.choice(NUMBERS)
        elif stroke in (3, 4):
            parent[key] = copy.deepcopy(chance.choice(STRANGE))
        elif stroke == 5:  # a part of the tree in a wrong place
            other, its_key = chance.choice(places)
            parent[key] = copy.deepcopy(other[its_key])
        elif stroke == 6:
            parent[key] = [parent[key]] * chance.randint(0, 3)
        elif isinstance(parent, dict):
            parent[chance.choice(("x", "name", "config", "module", "shape", "dtype"))] = parent[key]
        else:
            parent.insert(0, parent[key])
    return tree


def _places(tree):
    """(container, key) of all nodes below the root."""
    for key, inner in list(tree.items() if isinstance(tree, dict) else enumerate(tree)):
        yield tree, key
        if isinstance(inner, (dict, list)):
            yield from _places(inner)


def inside_zip(data, chance):
    """Damage one entry and write a sound zip, so that its checksums do not stop us."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        names = old.namelist()
        victim = chance.choice(names[1:])
        for name in names:
            entry = old.read(name)
            if name == victim:
                if name.endswith(".json") and chance.random() < 0.8:
                    entry = json.dumps(changed(json.loads(entry), chance)).encode()
                else:
                    entry = damaged(entry, chance)
            new.writestr(name, entry)
    return buffer.getvalue()


def zip_fields(data, chance):
    """Overwrite numbers in the directory of a zip and in the headers of its entries."""
    data = bytearray(data)
    starts = [i for mark in (b"PK\1\2", b"PK\3\4", b"PK\5\6") for i in _all(data, mark)]
    for _ in range(chance.randint(1, 4)):
        overwrite(data, chance.choice(starts) + 4 + chance.randrange(42), chance)
    return bytes(data)


def _all(data, mark):
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


def header(data, chance):
    """Change the JSON header of a safetensors file, and the description within it."""
    n = int.from_bytes(data[:8], "little")
    tree, rest = json.loads(data[8:8 + n]), data[8 + n:]
    described = tree.get("__metadata__", {}).get("fastdense")
    if described is not None and chance.random() < 0.6:
        tree["__metadata__"]["fastdense"] = json.dumps(changed(json.loads(described), chance))
    else:
        tree = changed(tree, chance)
    text = json.dumps(tree).encode()
    n = len(text) + (chance.randint(-2, 2) if chance.random() < 0.1 else 0)
    return struct.pack("<Q", max(n, 0)) + text + rest


def json_text(data, chance):
    """Change a text that is all JSON."""
    return json.dumps(changed(json.loads(data), chance)).encode()
