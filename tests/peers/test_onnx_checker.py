"""Every .onnx file of a folder passes the official checker, and loads in the official runtime.

DEEPMACC_ONNX_DIR names the folder. Each file is checked in a child process of its own, because the
checker is C++ and a bad model can end it (onnx#6180, #6185, #7298).
"""

import os
import pathlib
import subprocess
import sys

import pytest

FOLDER = os.environ.get("DEEPMACC_ONNX_DIR", "")
FILES = sorted(pathlib.Path(FOLDER).rglob("*.onnx")) if FOLDER else []

CHECK = r"""
import sys, onnx
path = sys.argv[1]
onnx.checker.check_model(path, full_check=True)
model = onnx.load(path, load_external_data=False)
inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)

def dims(value):
    return [d.dim_value if d.HasField("dim_value") else d.dim_param for d in value.type.tensor_type.shape.dim]

# Every tensor has a type of ours, and what the checker finds on its own must not contradict it.
told = {v.name: v for v in [*model.graph.value_info, *model.graph.input, *model.graph.output]}
for node in model.graph.node:
    for name in node.output:
        assert name in told, f"{name} has no value_info"
        assert told[name].type.tensor_type.HasField("shape"), f"{name} has no shape"
bare = onnx.ModelProto()
bare.CopyFrom(model)
del bare.graph.value_info[:]
found = onnx.shape_inference.infer_shapes(bare, check_type=True, strict_mode=True, data_prop=True)
for value in found.graph.value_info:
    ours, theirs = told[value.name], value
    assert ours.type.tensor_type.elem_type == theirs.type.tensor_type.elem_type, value.name
    a, b = dims(ours), dims(theirs)
    assert len(a) == len(b), f"{value.name}: {a} is not {b}"
    for x, y in zip(a, b):
        assert not (isinstance(x, int) and isinstance(y, int) and x != y), f"{value.name}: {a} is not {b}"
names = [n.name for n in model.graph.node]
assert len(set(names)) == len(names), "node names repeat"
made = [v.name for v in model.graph.input] + [i.name for i in model.graph.initializer] + [o for n in model.graph.node for o in n.output]
assert len(set(made)) == len(made), "tensor names repeat"
read = {i for n in model.graph.node for i in n.input} | {o.name for o in model.graph.output}
unused = [i.name for i in model.graph.initializer if i.name not in read]
assert not unused, f"initialisers that nobody reads: {unused}"

import onnxruntime

options = onnxruntime.SessionOptions()
options.log_severity_level = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
assert session.get_outputs()
"""


def child(code: str, path: pathlib.Path) -> None:
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{path.name}: exit {done.returncode}\n{done.stderr[-4000:]}"


@pytest.mark.skipif(not FOLDER, reason="DEEPMACC_ONNX_DIR names no folder")
def test_there_are_models() -> None:
    assert FILES, f"no .onnx file in {FOLDER}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_checker(path: pathlib.Path) -> None:
    child(CHECK, path)
