"""What we write, the official reader of safetensors reads; what the official writer writes, we read.

Both refuse the same hostile files; we also refuse names that come twice, where the official reader takes the last.
"""

import json
import pathlib
import struct
import subprocess

import numpy as np
import pytest
import safetensors.numpy
from safetensors import SafetensorError

ROOT = pathlib.Path(__file__).parents[2]


def deepmacc(*args):
    return subprocess.run(["node", ROOT / "dist/cli.js", *args], capture_output=True, text=True)


def test_they_read_what_we_write(tmp_path):
    path = tmp_path / "w.safetensors"
    assert deepmacc("weights", "init", "HG[10]", "--at", "C=50", "--with", "nc=4", "-o", path).returncode == 0
    theirs = safetensors.numpy.load_file(path)
    ours = json.loads(deepmacc("weights", "inspect", path, "--json").stdout)["tensors"]
    assert {t["name"]: t["shape"] for t in ours} == {name: list(x.shape) for name, x in theirs.items()}
    assert theirs["trunk/unit/conv/kernel"].std() > 0
    assert (theirs["trunk/unit/bn/gamma"] == 1).all()


def test_we_read_what_they_write(tmp_path):
    path, copy = tmp_path / "w.safetensors", tmp_path / "copy.safetensors"
    kinds = ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?"]
    tensors = {f"a/{kind}": (np.arange(12).reshape(3, 4) % 5).astype(kind) for kind in kinds}
    tensors["scalar"], tensors["empty"] = np.array(7.5, "f4"), np.zeros((0, 3), "f4")
    safetensors.numpy.save_file(tensors, path, metadata={"note": "ü"})
    assert deepmacc("weights", "convert", path, "-o", copy).returncode == 0
    read = safetensors.numpy.load_file(copy)
    assert read.keys() == tensors.keys()
    for name, wanted in tensors.items():
        assert read[name].dtype == wanted.dtype and np.array_equal(read[name], wanted), name


def entry(begin=0, end=4, shape=(1,), dtype="F32"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


ONE = json.dumps(entry())
HOSTILE = {
    "hole": (json.dumps({"a": entry(4, 8)}), 8),
    "overlap": (json.dumps({"a": entry(0, 8, (2,)), "b": entry(4, 12, (2,))}), 12),
    "beyond": (json.dumps({"a": entry(0, 8, (2,))}), 4),
    "behind": (json.dumps({"a": entry()}), 8),
    "size": (json.dumps({"a": entry(0, 4, (2,))}), 4),
    "overflow": (json.dumps({"a": entry(0, 0, (2**40, 2**40))}), 0),
    "twice": (f'{{"a":{ONE},"a":{ONE}}}', 4),
    "list": ("[]", 0),
    "deep": ("{" + '"a":[' * 1000, 0),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name, tmp_path):
    header, size = HOSTILE[name]
    path = tmp_path / "x.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header.encode() + bytes(size))
    if name != "twice":
        with pytest.raises(SafetensorError):
            safetensors.numpy.load_file(path)
    run = deepmacc("weights", "inspect", path)
    assert run.returncode == 1 and "cannot be used" in run.stderr
