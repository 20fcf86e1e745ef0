"""Every model.py of a folder computes what the reference computes, checks itself, and is tidy.

DEEPMACC_TORCH_DIR names the folder; tests/parity/torch.test.ts writes it. A case is a folder with model.py,
weights.safetensors, case.safetensors (inputs, and results of the reference in both phases) and case.json.
"""

import importlib.util
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys

import pytest
import torch

FOLDER = pathlib.Path(os.environ.get("DEEPMACC_TORCH_DIR", "none"))
CASES = sorted(path.parent for path in FOLDER.rglob("model.py"))
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="DEEPMACC_TORCH_DIR names no folder")
HEADS = [case for case in CASES if case.parent.name == "heads"]

torch.set_num_threads(1)


def open_module(case):
    spec = importlib.util.spec_from_file_location(f"model_{abs(hash(case))}", case / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_tensors(path):
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        raw = bytearray(data[8 + length + first : 8 + length + last])
        numbers = torch.frombuffer(raw, dtype=torch.float64) if raw else torch.zeros(0, dtype=torch.float64)
        tensors[name] = numbers.reshape(entry["shape"])
    return tensors


def named(module, result):
    if isinstance(result, tuple):
        return result._asdict()
    return {next(iter(module.SHAPES)): result}


class Case:
    def __init__(self, path):
        self.path = path
        self.facts = json.loads((path / "case.json").read_text())
        self.module = open_module(path)
        self.tensors = read_tensors(path / "case.safetensors")

    def model(self, double):
        model = self.module.Model()
        self.module.load_weights(model)
        for layer in model.modules():
            if isinstance(layer, torch.nn.Dropout):
                layer.p = 0.0
        return model.double() if double else model

    def inputs(self, double):
        given = [self.tensors[f"input/{name}"] for name in self.facts["inputs"]]
        kinds = {"f32": torch.float64 if double else torch.float32, "i32": torch.int32, "bool": torch.bool}
        example = self.module.example()
        names = {torch.float32: "f32", torch.int32: "i32", torch.bool: "bool"}
        return [x.to(kinds[names[e.dtype]]) for x, e in zip(given, example, strict=True)]

    def compare(self, phase, double, tolerance):
        if not any(name.startswith(f"{phase}/") for name in self.tensors):
            return
        model = self.model(double)
        model.train(phase == "train")
        with torch.no_grad():
            result = model(*self.inputs(double))
        results = result if isinstance(result, tuple) else (result,)
        # Python may call an output otherwise; the order is that of the text.
        for name, output in zip(self.facts["outputs"], results, strict=True):
            expected = self.tensors[f"{phase}/{name}"]
            assert tuple(output.shape) == tuple(expected.shape), f"{phase} {name}"
            if expected.numel() == 0:
                continue
            scale = max(expected.abs().max().item(), 1e-30)
            error = (output.double() - expected).abs().max().item() / scale
            assert error < tolerance, f"{phase} {name}: {error:.2e}"


def test_there_are_cases():
    assert len(CASES) > 300, f"too few models in {FOLDER}"


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_values(path):
    case = Case(path)
    case.compare("infer", False, 1e-5)
    if case.facts["exact"]:
        case.compare("infer", True, 1e-9)
        case.compare("train", True, 1e-9)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_its_own_check(path, monkeypatch, capsys):
    module = open_module(path)
    monkeypatch.setattr(sys, "argv", ["model.py", "--check"])
    assert module.main() == 0, capsys.readouterr().out


def run(path, *args):
    return subprocess.run([sys.executable, str(path), *args], capture_output=True, text=True, check=False)


def test_check_as_a_command(tmp_path):
    case = next(path for path in HEADS if path.name == "hg10")
    shutil.copytree(case, tmp_path / "hg10")
    model = tmp_path / "hg10" / "model.py"
    done = run(model, "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert run(model).returncode == 2
    text = model.read_text()
    model.write_text(text.replace("PARAMETERS = ", "PARAMETERS = 1"))
    assert run(model, "--check").returncode == 1
    (tmp_path / "hg10" / "weights.safetensors").write_bytes(b"")
    assert run(model, "--check").returncode != 0


def test_check_compares_numbers(tmp_path):
    """The same file with weights of another seed is not the model that was recorded."""
    for path in HEADS:
        text = (path / "model.py").read_text()
        if "VALUES: dict[str, tuple[float, list[float]]] = {}" in text:
            continue
        module = open_module(path)
        module.VALUES = {name: (scale, [x + scale for x in some]) for name, (scale, some) in module.VALUES.items()}
        assert module.check()


def test_ruff():
    # Names longer than a line have no tidy form, and some are methods of unittest that have gone.
    strange = ["--extend-exclude", str(FOLDER / "names")]
    for command in (["check", *strange], ["check", "--select", "F"], ["format", "--check", "--diff", *strange]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--quiet", "--isolated", "--no-cache", str(FOLDER)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[:6000]


@pytest.mark.parametrize("path", HEADS, ids=lambda path: path.name)
def test_export(path):
    case = Case(path)
    model = case.model(False).eval()
    inputs = case.inputs(False)
    exported = torch.export.export(model, tuple(inputs)).module()
    with torch.no_grad():
        a, b = named(case.module, model(*inputs)), named(case.module, exported(*inputs))
    for name in a:
        assert torch.allclose(a[name], b[name], atol=1e-5)


@pytest.mark.parametrize("name", ["hg20", "resnet4", "maskrcnn"])
def test_compile(name):
    case = Case(next(path for path in HEADS if path.name == name))
    model = case.model(False).eval()
    inputs = case.inputs(False)
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    with torch.no_grad():
        a, b = named(case.module, model(*inputs)), named(case.module, compiled(*inputs))
    for key in a:
        assert torch.allclose(a[key], b[key], atol=1e-5)


@pytest.mark.parametrize("path", HEADS, ids=lambda path: path.name)
def test_training(path):
    case = Case(path)
    torch.manual_seed(0)
    model = case.module.Model().train()
    inputs = [torch.cat([x, x.flip(-1)]) for x in case.inputs(False)]
    target = torch.rand_like(next(iter(named(case.module, model(*inputs)).values())))
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-4)
    losses = []
    for _ in range(6):
        output = next(iter(named(case.module, model(*inputs)).values()))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(output, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert min(losses) < losses[0], losses
    changed = [name for name, p in model.named_parameters() if not torch.equal(p, before[name])]
    assert len(changed) == len(before)


@pytest.mark.parametrize("name", ["hg10", "resnet4", "hg52"])
def test_moving_statistics(name):
    case = Case(next(path for path in HEADS if path.name == name))
    model = case.model(True).train()
    with torch.no_grad():
        model(*case.inputs(True))
    state = model.state_dict()
    after = {key.removeprefix("after/"): x for key, x in case.tensors.items() if key.startswith("after/")}
    assert after
    for key, expected in after.items():
        assert torch.allclose(state[key], expected, rtol=1e-9, atol=1e-9), key


@pytest.mark.parametrize("path", HEADS, ids=lambda path: path.name)
def test_fresh_weights(path):
    case = Case(path)
    torch.manual_seed(1)
    state = case.module.Model().state_dict()
    for name, drawn in case.facts["drawn"].items():
        x, amount = state[name].double().flatten(), drawn["amount"]
        if drawn["kind"] == "constant":
            assert (x == amount).all(), name
            continue
        deviation = amount / math.sqrt(3) if drawn["kind"] == "uniform" else amount
        error = 6 * deviation / math.sqrt(len(x))
        assert abs(x.mean().item()) < error, name
        assert abs(x.square().mean().sqrt().item() - deviation) < error, name
        if drawn["kind"] == "uniform":
            assert x.abs().max().item() <= amount * 1.0001, name


def test_wrong_sizes_are_refused():
    for name, rule in (("hg20", "S % 4 == 0"), ("hg10", "S % 2 == 0")):
        case = next(path for path in HEADS if path.name == name)
        module = open_module(case)
        if rule not in (case / "model.py").read_text():
            continue
        (shape,) = module.EXAMPLE.values()
        with pytest.raises(ValueError, match=rule.replace("%", ".")):
            module.Model()(torch.zeros(shape[0], 7, 7, shape[3]))


def test_names_that_pytorch_uses_itself():
    """compiler/targets/torch/names.ts lists them; a new one in PyTorch must get there."""
    text = (pathlib.Path(__file__).parents[2] / "compiler/targets/torch/names.ts").read_text()
    start = text.index('"', text.index("moduleAttributes"))
    listed = set(text[start + 1 : text.index('"', start + 1)].split())
    nn = torch.nn
    modules = (nn.Module(), nn.Sequential(), nn.ModuleDict(), nn.ModuleList())
    used = {name for module in modules for name in dir(module) if not name.startswith("_")}
    assert used <= listed, used - listed
