"""Trains the networks of the study and keeps what came out, one JSON file a run. What is there is not run again.

    python study.py --scenes DIR --models DIR --out runs --arms SmallHG20:partial,SmallRN4:partial

An arm is HEAD:REGIME, for all seeds, or HEAD:REGIME:DATA or HEAD:REGIME:DATA:MODEL for some. HEAD is a directory below
--models that `deepmacc build specs/experiments/synthetic.dm:HEAD
--target torch --layout nchw` wrote (Backbone is one as well). REGIME is `partial` (masks of the eight seen classes),
`full` (all masks), `jitter` (partial, crops moved), or `single0` to `single7` (masks of one seen class).
"""

import argparse
import json
import os
import platform
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from draws import Draws, draw
from scenes import SEEN, Scenes
from slots import Slot


@dataclass(frozen=True)
class Run:
    head: str
    regime: str
    data: int
    model: int

    @property
    def name(self) -> str:
        return f"{self.head}-{self.regime}-d{self.data}-m{self.model}"

    def allowed(self, category: Tensor) -> Tensor:
        """Which instances have a mask in training."""
        if self.regime == "full":
            return torch.ones_like(category, dtype=torch.bool)
        if self.regime.startswith("single"):
            return category == int(self.regime.removeprefix("single"))
        return category < SEEN

    @property
    def seed(self) -> int:
        """Of the batches: equal for all arms, so that pairs differ in nothing else."""
        return 1000 * self.data + self.model


class Study:
    """Runs, their data, and what the batches of each hold, drawn ahead on the host."""

    def __init__(self, options: argparse.Namespace, device: torch.device, runs: list[Run]) -> None:
        self.options, self.device = options, device
        host = torch.device("cpu")
        data = sorted({run.data for run in runs})
        self.host = {seed: Scenes.load(options.scenes, seed, "train", host) for seed in data}
        self.train = {seed: Scenes.load(options.scenes, seed, "train", device) for seed in data}
        self.val = {seed: Scenes.load(options.scenes, seed, "val", device) for seed in data}
        pool = ThreadPoolExecutor(8 if device.type == "cuda" else 1)
        self.drawn = {run: pool.submit(self.draw, run) for run in runs}

    def draw(self, run: Run) -> Draws:
        scenes = self.host[run.data]
        return draw(scenes, run.allowed(scenes.category), run.regime == "jitter", self.options.steps, run.seed)

    def begin(self, slot: Slot, run: Run) -> None:
        slot.start(self.train[run.data], self.drawn[run].result().to(self.device), run.model)

    def slots(self, runs: list[Run]) -> list[Slot]:
        """Places for the heads of these runs."""
        slots = []
        for head in dict.fromkeys(run.head for run in runs):
            own = [run for run in runs if run.head == head]
            for run in own[: self.options.slots]:
                slot = Slot(self.options.models, head, self.options.steps, self.device)
                if self.device.type == "cuda":
                    self.begin(slot, run)
                    slot.capture()
                slots.append(slot)
        return slots

    def record(self, run: Run, measured: dict[int, Tensor], settled: Tensor, losses: Tensor, seconds: float) -> None:
        scenes = self.val[run.data]
        result = {
            "head": run.head,
            "regime": run.regime,
            "data_seed": run.data,
            "model_seed": run.model,
            "steps": self.options.steps,
            "miou": summary(settled, scenes),
            "unsettled": {str(step): summary(overlaps, scenes) for step, overlaps in measured.items()},
            "loss": [round(x, 5) for x in losses.view(-1, max(1, len(losses) // 30)).mean(1).tolist()],
            "seconds": round(seconds, 1),
            "device": torch.cuda.get_device_name() if self.device.type == "cuda" else platform.machine(),
            "torch": torch.__version__,
            "tf32": self.options.tf32,
        }
        write(self.options.out / f"{run.name}.json", result)
        last, before = result["miou"], result["unsettled"][str(self.options.steps)]
        shown = f"seen {last['seen']:.2f} unseen {last['unseen']:.2f}"
        print(f"{run.name}: {shown} ({before['seen']:.2f} {before['unseen']:.2f}; {seconds:.0f} s)", flush=True)

    def work(self, slots: list[Slot], runs: list[Run], deadline: float) -> None:
        """Keeps every slot busy with runs of its head until none is left or the time is over."""
        queues = {head: deque(run for run in runs if run.head == head) for head in {slot.head_name for slot in slots}}
        active = [job for slot in slots if (job := self.next_job(slot, queues))]
        while active and time.monotonic() < deadline:
            for job in list(active):
                if not job.ready():
                    continue
                job.proceed(self)
                if job.finished:
                    active.remove(job)
                    active.extend([following] if (following := self.next_job(job.slot, queues)) else [])
        left = len(active) + sum(map(len, queues.values()))
        print(f"{left} runs left, of them begun: {[(job.run.name, job.slot.done) for job in active]}", flush=True)

    def next_job(self, slot: Slot, queues: dict[str, deque[Run]]) -> "Job | None":
        if not queues[slot.head_name]:
            return None
        run = queues[slot.head_name].popleft()
        self.begin(slot, run)
        return Job(slot, run)


class Job:
    """A run in a slot: steps are sent in pieces, two ahead, so that others get their turn."""

    def __init__(self, slot: Slot, run: Run) -> None:
        self.slot, self.run, self.started = slot, run, time.monotonic()
        self.measured: dict[int, Tensor] = {}
        self.sent: deque[torch.cuda.Event] = deque()
        self.finished = False

    @property
    def due(self) -> bool:
        """Whether the next thing is a measurement: after half of the steps, and after all."""
        done, steps = self.slot.done, self.slot.steps
        return done in ((steps + 1) // 2, steps) and done not in self.measured

    def ready(self) -> bool:
        while self.sent and self.sent[0].query():
            self.sent.popleft()
        return len(self.sent) < (1 if self.due else 2)

    def proceed(self, study: Study) -> None:
        if not self.due:
            half = (self.slot.steps + 1) // 2
            self.send(min(study.options.piece, (half if self.slot.done < half else self.slot.steps) - self.slot.done))
            return
        # Sizes that come once are not worth a search for the fastest algorithm.
        torch.backends.cudnn.benchmark = False
        self.measured[self.slot.done] = self.slot.overlaps(study.val[self.run.data])
        if self.slot.done == self.slot.steps:
            self.slot.settle()
            settled = self.slot.overlaps(study.val[self.run.data])
            study.record(self.run, self.measured, settled, self.slot.losses, time.monotonic() - self.started)
            self.finished = True
        torch.backends.cudnn.benchmark = True

    def send(self, count: int) -> None:
        if not self.slot.stream:
            self.slot.advance(count)
            return
        self.slot.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self.slot.stream):
            self.slot.advance(count)
            self.sent.append(torch.cuda.Event())
            self.sent[-1].record()


def summary(overlaps: Tensor, scenes: Scenes) -> dict[str, object]:
    """In per cent: means over instances, and of every class."""
    percent = 100 * overlaps.cpu().double()
    category = scenes.category.cpu()
    of = {name: percent[category == index].mean().item() for index, name in enumerate(scenes.classes)}
    return {
        "seen": round(percent[category < SEEN].mean().item(), 4),
        "unseen": round(percent[category >= SEEN].mean().item(), 4),
        "classes": {name: round(value, 4) for name, value in of.items()},
    }


def write(path: Path, result: object) -> None:
    """By rename, so that no half of a file is ever taken for a run."""
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(result, indent=1) + "\n")
    os.replace(temporary, path)


def runs_of(arms_text: str, options: argparse.Namespace) -> list[Run]:
    pairs = [(data, model) for data in options.data for model in options.seeds]
    runs = []
    for head, regime, *only in (arm.split(":") for arm in arms_text.split(",")):
        wanted = [pair for pair in pairs if list(map(str, pair))[: len(only)] == only]
        runs += [Run(head, regime, data, model) for data, model in wanted]
    return [run for run in runs if not (options.out / f"{run.name}.json").exists()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=Path, required=True, help="what generate.ts wrote")
    parser.add_argument("--models", type=Path, required=True, help="what `deepmacc build --target torch` wrote")
    parser.add_argument("--out", type=Path, default=Path("runs"))
    arms = ["SmallHG20:partial,SmallRN4:partial"]
    parser.add_argument("--arms", nargs="+", default=arms, help="HEAD:REGIME, with commas; one group after the other")
    parser.add_argument("--data", type=int, nargs="+", default=[11, 12, 13], help="data seeds")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4], help="model seeds")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--slots", type=int, default=1, help="runs of one head at the same time")
    parser.add_argument("--piece", type=int, default=50, help="steps that are sent at once")
    parser.add_argument("--seconds", type=float, nargs="+", default=[1e9], help="when each group of arms must stop")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--tf32", action="store_true", help="let a GPU round the factors of convolutions to 10 bits")
    options = parser.parse_args()
    started = time.monotonic()
    options.out.mkdir(parents=True, exist_ok=True)
    device = torch.device(options.device)
    torch.backends.cudnn.allow_tf32 = options.tf32
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.deterministic = True
    if device.type == "cpu":
        torch.set_num_threads(1)
    groups = [runs_of(arms, options) for arms in options.arms]
    study = Study(options, device, list(dict.fromkeys(run for group in groups for run in group)))
    for group, seconds in zip(groups, options.seconds * len(groups), strict=False):
        if group and time.monotonic() < started + seconds:
            study.work(study.slots(group), group, started + seconds)


if __name__ == "__main__":
    main()
