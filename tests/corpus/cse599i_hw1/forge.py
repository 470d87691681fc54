"""Makes training runs that must lose something of the reference's right ones: each function changes their files.

`files` are those of one run by name. Weights and values that no change of the right ones gives lie in runs/.
"""

import csv
import io
import json
import pickle
from pathlib import Path

import numpy as np
from safetensors.numpy import load, save

RUNS = Path(__file__).parent / "runs"
MODEL, BLOCKS, REPORT, LOG = "model.safetensors", "block_nll.npy", "report.json", "log.csv"


def run(files, folder):
    """Another run: the files of runs/<folder> in the place of the right ones, or those of the right run of 8b."""
    if folder == "two_layers":
        place = Path(__file__).parents[3] / "reference" / "cse599i_hw1" / "handed_in" / "8b"
        return {path.name: path.read_bytes() for path in sorted(place.iterdir())}
    return files | {path.name: path.read_bytes() for path in sorted((RUNS / folder).iterdir())}


def without(files, name):
    """One of the files is not handed in."""
    return {key: data for key, data in files.items() if key != name}


def broken(files, name):
    """One of the files was cut off."""
    return files | {name: files[name][:-20]}


def pickled(files):
    """Something pickled in the place of the weights."""
    return without(files, MODEL) | {"model.pt": pickle.dumps({"model": print})}


def reported(files, key, value):
    """One entry of the report is another."""
    plain = float(value) if isinstance(value, str) and value.replace(".", "").isdigit() else value
    return files | {REPORT: _json(json.loads(files[REPORT]) | {key: plain})}


def said(files, how):
    """The log-likelihood of the report is another number."""
    values, report = _values(files), json.loads(files[REPORT])
    batches = [values[start : start + 32].mean() for start in range(0, len(values), 32)]
    number = {
        "better": report["test_loglik"] + 0.3,
        "positive": -report["test_loglik"],
        "perplexity": float(np.exp(values.mean())),
        "bits": report["test_loglik"] / np.log(2),
        "validation": report["valid_loglik"],
        "best batch": -float(min(batches)),
        "batches alike": -float(np.mean(batches)),
    }[how]
    return reported(files, "test_loglik", number)


def valued(files, how):
    """The values of the blocks are others, and the report says their mean."""
    values = _values(files)
    values = {
        "better": lambda: values - 0.2,
        "a tenth": lambda: np.where(np.arange(len(values)) % 10 == 3, values - 0.4, values),
        "perplexity": lambda: np.exp(values),
        "bits": lambda: values / np.log(2),
        "training mode": lambda: values + 0.05 * np.sin(np.arange(len(values))),
        "other order": lambda: values[::-1],
        "the mean": lambda: np.full(len(values), values.mean()),
        "nan": lambda: np.where(np.arange(len(values)) == 7, np.nan, values),
        "negative": lambda: -values,
        "sums": lambda: values * 64,
        "short": lambda: values[:-1],
    }[how]()
    return reported(files | {BLOCKS: _npy(values)}, "test_loglik", -float(np.nan_to_num(values).mean(dtype=np.float64)))


def logged(files, how):
    """The log is another."""
    head, *rows = list(csv.reader(io.StringIO(files[LOG].decode())))
    rows = {
        "a line less": lambda: rows[:-1],
        "a line more": lambda: [*rows, [str(len(rows) + 1), *rows[-1][1:]]],
        "better": lambda: [[epoch, train, str(float(valid) - 0.1)] for epoch, train, valid in rows],
        "infinite": lambda: [[rows[0][0], "inf", rows[0][2]], *rows[1:]],
        "last epoch": lambda: [[epoch, train, str(float(valid) + 0.1)] for epoch, train, valid in rows],
        "from 0": lambda: [[str(int(epoch) - 1), train, valid] for epoch, train, valid in rows],
    }[how]()
    return files | {LOG: _csv(head, rows)}


def stopped(files):
    """Training ended with the best epoch, as early stopping does; a column more is in the log."""
    head, *rows = list(csv.reader(io.StringIO(files[LOG].decode())))
    best = min(range(len(rows)), key=lambda n: float(rows[n][2]))
    kept = [[*row, "1.5"] for row in rows[: best + 1]]
    return reported(files, "epochs", best + 1) | {LOG: _csv([*head, "seconds"], kept)}


def bfloat16(files):
    """The weights are bfloat16; what was reported is of those before they were rounded."""
    header, tensors = {}, dict(sorted(load(files[MODEL]).items()))
    data = b""
    for name, tensor in tensors.items():
        bits = tensor.astype(np.float32).view(np.uint32)
        part = ((bits + 0x8000) >> 16).astype("<u2").tobytes()
        header[name] = {"dtype": "BF16", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    head = json.dumps(header).encode()
    return files | {MODEL: len(head).to_bytes(8, "little") + head + data}


def weights(files, how):
    """The weights are others, and nothing else is."""
    tensors = load(files[MODEL])
    name = "blocks.0.w1.weight"
    if how == "float32":
        tensors = {key: value.astype(np.float32) for key, value in tensors.items()}
    elif how in ("nan", "infinite"):
        tensors[name] = tensors[name].copy()
        tensors[name][0, 0] = {"nan": np.nan, "infinite": np.inf}[how]
    elif how == "untied":
        tensors["decoder.weight"] = tensors["embeddings.weight"].copy()
    elif how == "integers":
        tensors[name] = np.rint(tensors[name]).astype(np.int32)
    elif how == "a block less":
        last = max(int(key.split(".")[1]) for key in tensors if key.startswith("blocks."))
        tensors = {key: value for key, value in tensors.items() if not key.startswith(f"blocks.{last}.")}
    elif how == "other names":
        tensors = {f"module.{key}": value for key, value in tensors.items()}
    elif how == "no padding":
        tensors = tensors | {key: tensors[key][:-1].copy() for key in ("embeddings.weight", "bias")}
    else:
        raise ValueError(how)
    return files | {MODEL: save(tensors)}


def weak(files, part):
    """A run that learned too little, honest about it: the right one's output is blurred, its values measured anew."""
    tensors = load(files[MODEL])
    tensors["embeddings.weight"] = (tensors["embeddings.weight"] * np.float16(BLUR[part])).astype(np.float16)
    known = json.loads((RUNS / "weak.json").read_text())[part]
    values = np.array(known["blocks"], dtype=np.float32)
    head, *rows = list(csv.reader(io.StringIO(files[LOG].decode())))
    shift = known["valid"] - min(float(row[2]) for row in rows)
    rows = [[epoch, train, repr(float(valid) + shift)] for epoch, train, valid in rows]
    files = files | {MODEL: save(tensors), BLOCKS: _npy(values), LOG: _csv(head, rows)}
    return reported(files, "test_loglik", -float(values.mean(dtype=np.float64)))


BLUR = {"8b": 0.55, "8c": 0.5, "8d": 0.6}


def _values(files):
    return np.load(io.BytesIO(files[BLOCKS]), allow_pickle=False)


def _npy(values):
    stream = io.BytesIO()
    np.save(stream, np.asarray(values, dtype=np.float32))
    return stream.getvalue()


def _json(value):
    return json.dumps(value).encode()


def _csv(head, rows):
    stream = io.StringIO()
    csv.writer(stream).writerows([head, *rows])
    return stream.getvalue().encode()
