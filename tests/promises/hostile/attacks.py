"""Files made to hurt a loader, each as (ending, bytes); what the parts refuse is in `saving`."""

import io
import json
import struct
import zipfile

from saving import test_hdf5, test_tensors

from .targets import older_file, small

CONFIG, WEIGHTS, METADATA = "config.json", "model.weights.h5", "metadata.json"
DEEP = 100_000


def corpus(folder):
    """Return name -> (ending, bytes) of every attack, and the honest files under "honest ..."."""
    model, found = small(), {}
    for ending, save in ((".keras", model.save), (".safetensors", model.save),
                         (".weights.h5", model.save_weights)):
        save(folder / f"m{ending}")
        found[f"honest {ending}"] = ending, (folder / f"m{ending}").read_bytes()
    found["honest .h5"] = ".h5", older_file(model)
    with zipfile.ZipFile(folder / "m.keras") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    tensors = found["honest .safetensors"][1]
    for name, (fill, _) in test_hdf5.ATTACKS.items():
        bad = test_hdf5.made(fill)
        found[f"weights: {name}"] = ".weights.h5", bad
        found[f"older: {name}"] = ".h5", bad
        found[f"keras: {name}"] = ".keras", zipped(entries | {WEIGHTS: bad})
    for name, bad in test_tensors.ATTACKS.items():
        found[f"safetensors: {name}"] = ".safetensors", bad
    for name, bad in zips(entries).items():
        found[f"zip: {name}"] = ".keras", bad
    for name, text in descriptions(json.loads(entries[CONFIG])).items():
        found[f"config: {name}"] = ".keras", zipped(entries | {CONFIG: text})
        found[f"description: {name}"] = ".safetensors", described(tensors, text)
    for ending in (".keras", ".safetensors", ".weights.h5", ".h5"):  # one in the place of another
        for other in (".keras", ".safetensors", ".weights.h5"):
            if other != ending and (ending, other) != (".h5", ".weights.h5"):
                found[f"{other} named {ending}"] = ending, found[f"honest {other}"][1]
    return found


def zipped(entries, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def described(tensors, text):
    """A safetensors file with another description."""
    n = int.from_bytes(tensors[:8], "little")
    header = json.loads(tensors[8:8 + n])
    header["__metadata__"]["fastdense"] = text.decode("utf-8", "replace")
    new = json.dumps(header).encode()
    return struct.pack("<Q", len(new)) + new + tensors[8 + n:]


def zips(entries):
    honest = zipped(entries)
    link = zipfile.ZipInfo(WEIGHTS)
    link.external_attr = 0o120777 << 16  # a symbolic link, to what its bytes say
    linked = io.BytesIO()
    with zipfile.ZipFile(linked, "w") as archive:
        archive.writestr(CONFIG, entries[CONFIG])
        archive.writestr(link, "/etc/passwd")
    directory = honest.rindex(b"PK\1\2")  # the last entry's record: its sizes are at 20 and 24
    lying = bytearray(honest)
    lying[directory + 20:directory + 28] = struct.pack("<II", 2**31 - 1, 2**31 - 1)
    overlapping = bytearray(honest)
    first = honest.index(b"PK\1\2")
    overlapping[directory + 42:directory + 46] = honest[first + 42:first + 46]
    traversal = {f"{place}{CONFIG}": entries[CONFIG] for place in ("../", "/", "C:\\", "assets/")}
    nested = {WEIGHTS: honest, CONFIG: entries[CONFIG]}
    return {
        "bomb": zipped(entries | {WEIGHTS: bytes(10**7)}, zipfile.ZIP_DEFLATED),
        "bomb of text": zipped(entries | {CONFIG: b" " * 10**7}, zipfile.ZIP_BZIP2),
        "zip in a zip": zipped(nested), "symbolic link": linked.getvalue(),
        "lying sizes": bytes(lying), "overlapping entries": bytes(overlapping),
        "directory alone": honest[honest.index(b"PK\1\2"):], "nothing": b"",
        "many entries": zipped(entries | {f"x{i}": b"" for i in range(20_000)}),
        **{f"traversal {name}": zipped(entries | {name: data})
           for name, data in traversal.items()},
    }


def descriptions(tree):
    """Name -> text of descriptions of models that must not load."""
    def with_dense(**changes):
        return changed(lambda layer: layer["config"].update(changes))

    def changed(change):
        copy = json.loads(json.dumps(tree))
        change(copy["config"]["layers"][1])
        return json.dumps(copy).encode()

    def with_metric(name, **config):
        copy = json.loads(json.dumps(tree))
        copy["compile_config"]["metrics"] = [
            {"module": "keras.metrics", "class_name": name, "config": config}]
        return json.dumps(copy).encode()

    lambda_layer = {"module": "keras.layers", "class_name": "Lambda", "config": {
        "function": {"class_name": "__lambda__", "config": {"code": "4wEAAAA="}}}}
    nested = {"class_name": "Dense", "config": {"units": 2}}
    for _ in range(30):
        nested = {"class_name": "Sequential", "config": {"name": "n", "layers": [nested]}}
    names = {"unknown class": "Conv2D", "builtin": "eval", "dotted": "os.system", "empty": "",
             "private": "__class__", "base class": "object", "loss as layer": "MeanSquaredError"}
    return {
        **{f"{what} as class": changed(lambda layer, name=name: layer.update(class_name=name))
           for what, name in names.items()},
        "module of the system": changed(lambda layer: layer.update(
            module="os", class_name="system", registered_name="os>system")),
        "lambda": changed(lambda layer: layer.update(lambda_layer)),
        "initializer is a function of the system": with_dense(
            kernel_initializer={"module": "os", "class_name": "function", "config": "system"}),
        "activation is a path": with_dense(activation="keras.src.utils.get_file"),
        "units of 2**62": with_dense(units=2**62), "units of 10**39": with_dense(units=10**39),
        "units below zero": with_dense(units=-1), "units of 0.5": with_dense(units=0.5),
        "units of true": with_dense(units=True), "units of a list": with_dense(units=[2]),
        "units of 2**31": with_dense(units=2**31), "units of 10**6": with_dense(units=10**6),
        "NaN": json.dumps(tree).replace('"units": 2', '"units": NaN').encode(),
        "infinity": json.dumps(tree).replace('"units": 2', '"units": 1e999').encode(),
        "key twice": json.dumps(tree).replace('"units": 2', '"units": 2, "units": 3').encode(),
        "5000 digits": json.dumps(tree).replace('"units": 2', '"units": ' + "9" * 5000).encode(),
        "deep lists": b"[" * DEEP + b"]" * DEEP,
        "deep dicts": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
        "half a tree": json.dumps(tree)[:500].encode(),
        "models in models": json.dumps(tree | nested).encode(),
        "ten million zeros": b"[" + b"0," * 10**7 + b"0]",
        "a million empty dicts": b"[" + b"{}," * 10**6 + b"{}]",
        "not UTF-8": b'{"class_name": "\xff\xfe"}', "surrogate": b'{"class_name": "\\ud800"}',
        "nothing": b"", "null": b"null", "a number": b"1",
        "wide confusion matrix": with_metric("MeanIoU", num_classes=2**20),
        "many thresholds": with_metric("AUC", num_thresholds=2**40),
    }
