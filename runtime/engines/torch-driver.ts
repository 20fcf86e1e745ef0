// The Python that runs models of the PyTorch target. Handed over as text, so that it needs no place on disk; a
// peer test lints and formats it.

/** Says by its exit code whether there is a PyTorch, in milliseconds: nothing is imported. */
export const torchProbe = `import importlib.util, sys
sys.exit(importlib.util.find_spec("torch") is None)`;

export const torchDriver = String.raw`"""Runs PyTorch models for the program that started this one.

A request is a line of JSON, and the bytes of its tensors follow; so is an answer. What
models print goes to stderr. The end of the requests ends the program at once, also in
the middle of a run: nobody waits for it any more.
"""

import ctypes
import importlib.util
import json
import math
import os
import signal
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

import torch
from torch import Tensor, nn

Request = tuple[dict[str, Any], list[Tensor]]

DTYPES = {"float32": torch.float32, "int32": torch.int32, "bool": torch.bool}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
MODELS: dict[int, nn.Module] = {}


def open_model(folder: str, threads: int | None, training: bool) -> dict[str, Any]:
    """Imports model.py and loads the weights beside it."""
    if threads is not None:
        torch.set_num_threads(threads)
    number = max(MODELS, default=0) + 1
    spec = importlib.util.spec_from_file_location(
        f"model_{number}", Path(folder) / "model.py"
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder} has no model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.Model()
    module.load_weights(model)
    MODELS[number] = model.train(training)
    inputs = [
        {"name": name, "type": NAMES[tensor.dtype], "rank": tensor.dim()}
        for name, tensor in zip(module.EXAMPLE, module.example(), strict=True)
    ]
    return {"model": number, "inputs": inputs, "outputs": list(module.SHAPES)}


@torch.inference_mode()
def run_model(number: int, inputs: list[Tensor]) -> tuple[float, tuple[Tensor, ...]]:
    """Milliseconds and results of one run."""
    started = time.perf_counter()
    result = MODELS[number](*inputs)
    milliseconds = 1000 * (time.perf_counter() - started)
    return milliseconds, result if isinstance(result, tuple) else (result,)


def read_tensor(source: BinaryIO, entry: dict[str, Any]) -> Tensor:
    dtype = DTYPES[entry["type"]]
    data = bytearray(source.read(math.prod(entry["dims"]) * dtype.itemsize))
    if not data:
        return torch.empty(entry["dims"], dtype=dtype)
    return torch.frombuffer(data, dtype=dtype).reshape(entry["dims"])


def plain(tensor: Tensor) -> Tensor:
    """In one of the three types that an interface has."""
    if tensor.dtype is torch.bool:
        return tensor.contiguous()
    return (tensor.float() if tensor.is_floating_point() else tensor.int()).contiguous()


def respond(
    request: dict[str, Any], inputs: list[Tensor]
) -> tuple[dict[str, Any], list[Tensor]]:
    wanted = request["do"]
    if wanted == "open":
        asked = request["folder"], request["threads"], request["training"]
        return open_model(*asked), []
    if wanted == "close":
        MODELS.pop(request["model"], None)
        return {}, []
    milliseconds, results = run_model(request["model"], inputs)
    found = [plain(result) for result in results] if wanted == "run" else []
    entries = [{"type": NAMES[t.dtype], "dims": list(t.shape)} for t in found]
    return {"milliseconds": milliseconds, "tensors": entries}, found


def send(target: BinaryIO, answer: dict[str, Any], tensors: list[Tensor]) -> None:
    sizes = [tensor.numel() * tensor.element_size() for tensor in tensors]
    line = json.dumps({**answer, "bytes": sum(sizes)})
    target.write(line.encode() + b"\n")
    addresses = [tensor.data_ptr() for tensor in tensors]
    target.writelines(map(ctypes.string_at, addresses, sizes))
    target.flush()


def listen(source: BinaryIO, requests: SimpleQueue[Request]) -> None:
    """Hands over what comes in, until nothing comes any more."""
    try:
        while line := source.readline():
            request = json.loads(line)
            inputs = [read_tensor(source, entry) for entry in request["tensors"]]
            requests.put((request, inputs))
    finally:
        os._exit(0)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.dont_write_bytecode = True
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    send(answers, {"version": str(torch.__version__)}, [])
    requests: SimpleQueue[Request] = SimpleQueue()
    threading.Thread(
        target=listen, args=(sys.stdin.buffer, requests), daemon=True
    ).start()
    while True:
        request, inputs = requests.get()
        try:
            answer, tensors = respond(request, inputs)
        except Exception as problem:  # noqa: BLE001 - whatever a model raises is an answer
            failure = f"{type(problem).__name__}: {problem}"
            answer, tensors = {"failure": failure}, []
        send(answers, answer, tensors)


if __name__ == "__main__":
    main()
`;
