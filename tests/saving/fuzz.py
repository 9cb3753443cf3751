"""Damages honest files at random and loads them: run as a program, in a process of its own.

``python fuzz.py KIND N SEED``: whatever the bytes, loading is a ValueError or a model; anything
else is printed with the number of the case, and a crash of the process is seen from outside. The
address space is limited, so that an allocation that the file does not justify is a failure, too.
"""

import io
import random
import resource
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path

from saving.helpers import network, trained

import fastdense as keras

WORDS = (b"\0" * 8, b"\xff" * 8, b"\x7f" + b"\xff" * 7, b"\0\0\0\x80", b"NaN", b'"', b"{", b"]")
MEMORY = 2**31


def damaged(data, chance):
    """Return a copy of some bytes after one to eight strokes of bad luck."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        if not data:
            break
        at = chance.randrange(len(data))
        stroke = chance.randrange(6)
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
        elif chance.random() < 0.2:
            del data[at:]
    return bytes(data)


def inside_zip(data, chance):
    """Damage one entry and write a sound zip, so that its checksums do not stop us."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        names = old.namelist()
        victim = chance.choice(names[1:])
        for name in names:
            entry = old.read(name)
            new.writestr(name, damaged(entry, chance) if name == victim else entry)
    return buffer.getvalue()


KINDS = {
    "keras": (".keras", damaged), "inside_keras": (".keras", inside_zip),
    "weights": (".weights.h5", damaged), "legacy": (".h5", damaged),
    "safetensors": (".safetensors", damaged),
}


def main(kind, n, seed):
    ending, damage = KINDS[kind]
    warnings.simplefilter("ignore")
    folder = Path(tempfile.mkdtemp())
    path = folder / f"m{ending}"
    model = trained()
    if ending == ".h5":
        model.save_weights(folder / "m.weights.h5")
        (folder / "m.weights.h5").rename(path)
    elif ending == ".weights.h5":
        model.save_weights(path)
    else:
        model.save(path)
    honest, target = path.read_bytes(), network()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for case in range(seed, seed + n):
        path.write_bytes(damage(honest, random.Random(case)))
        try:
            if ending.endswith(".h5"):
                target.load_weights(path)
            else:
                keras.models.load_model(path)
        except ValueError:
            continue
        except BaseException:
            print(f"case {case} of {kind}", flush=True)
            raise


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
