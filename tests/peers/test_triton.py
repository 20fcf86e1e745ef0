"""What is written for Triton: every config.pbtxt is a ModelConfig as NVIDIA publishes it, and says of each model what its
ONNX file says. DEEPMACC_ONNX_DIR names the folder that holds the repositories.
"""

import importlib.metadata
import importlib.util
import os
import pathlib
import subprocess
import sys

import onnx
import pytest
from google.protobuf import text_format

FOLDER = pathlib.Path(os.environ.get("DEEPMACC_ONNX_DIR") or ".")
REPOSITORIES = sorted(FOLDER.glob("triton-*")) if "DEEPMACC_ONNX_DIR" in os.environ else []
CONFIGS = [config for folder in REPOSITORIES for config in sorted(folder.glob("*/config.pbtxt"))]
TYPES = {"TYPE_FP32": onnx.TensorProto.FLOAT, "TYPE_FP16": onnx.TensorProto.FLOAT16}


def published():
    """The messages alone: the client around them wants more packages."""
    file = importlib.metadata.distribution("tritonclient").locate_file("tritonclient/grpc/model_config_pb2.py")
    spec = importlib.util.spec_from_file_location("model_config_pb2", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MESSAGES = published()


def read(path):
    return text_format.Parse(path.read_text(), MESSAGES.ModelConfig())


def name_of(path):
    return f"{path.parent.parent.name}/{path.parent.name}"


def ports_of(config, ports):
    batch = [-1] if config.max_batch_size > 0 else []
    return {
        port.name: (
            TYPES[MESSAGES.DataType.Name(port.data_type)],
            batch + list(port.reshape.shape if port.HasField("reshape") else port.dims),
        )
        for port in ports
    }


def ports_in(values):
    return {
        value.name: (
            value.type.tensor_type.elem_type,
            [d.dim_value if d.HasField("dim_value") else -1 for d in value.type.tensor_type.shape.dim],
        )
        for value in values
    }


def test_there_are_configs():
    assert CONFIGS or not FOLDER.joinpath("triton-head").exists()


@pytest.mark.parametrize("path", CONFIGS, ids=name_of)
def test_a_config_says_what_the_file_says(path):
    config = read(path)
    assert config.name == path.parent.name
    model = path.parent / "1" / "model.onnx"
    if config.platform == "ensemble":
        assert (path.parent / "1").is_dir() and not model.exists()
        return
    graph = onnx.load(model).graph
    assert ports_of(config, config.input) == ports_in(graph.input)
    assert ports_of(config, config.output) == ports_in(graph.output)


@pytest.mark.parametrize("path", [p for p in CONFIGS if "ensemble" in p.read_text()], ids=name_of)
def test_an_ensemble_reads_only_what_is_made(path):
    config = read(path)
    known = {port.name for port in config.input}
    for step in config.ensemble_scheduling.step:
        inner = read(path.parent.parent / step.model_name / "config.pbtxt")
        assert set(step.input_map) == {port.name for port in inner.input}
        assert set(step.output_map) <= {port.name for port in inner.output}
        assert set(step.input_map.values()) <= known
        known |= set(step.output_map.values())
    assert {port.name for port in config.output} <= known


@pytest.mark.parametrize("folder", REPOSITORIES, ids=lambda folder: folder.name)
def test_the_client_is_python(folder):
    ruff = [sys.executable, "-m", "ruff", "check", "--select", "E,F,I", "--line-length", "100", folder / "client.py"]
    assert subprocess.run(ruff, capture_output=True, text=True).returncode == 0
