// Functions and classes that a file gets when something in it needs them. Text of Python, already as its
// formatter leaves it.
import type { TorchHelper } from "../../ops/kit/torch.ts";
import { type CropText, cropHelpers } from "./prelude-crops.ts";
import { type DetectionText, detectionHelpers } from "./prelude-detection.ts";

export type Helper = TorchHelper | CropText | DetectionText | "sequence" | "Named" | "pad_same" | "pair" | "initialise";

interface Text {
  readonly needs?: readonly Helper[];
  readonly text: string;
}

const helpers: Readonly<Record<Helper, Text>> = {
  sequence: {
    text: `def sequence(**steps: nn.Module) -> nn.Sequential:
    """Modules that run one after the other, by name."""
    return nn.Sequential(OrderedDict(steps))`,
  },
  Named: {
    text: `class Named(nn.Module):
    """Modules that belong together, but do not run in a row."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, **members: nn.Module) -> None:
        super().__init__()
        for name, member in members.items():
            self.add_module(name, member)`,
  },
  pair: {
    text: `def pair(value: int | tuple[int, int]) -> tuple[int, int]:
    """Height and width."""
    return (value, value) if isinstance(value, int) else value`,
  },
  pad_same: {
    text: `def pad_same(
    x: Tensor,
    extent: tuple[int, int],
    stride: tuple[int, int],
    value: float = 0.0,
) -> Tensor:
    """TensorFlow's padding for ceil(size / stride) windows: an odd pixel goes last."""
    pads: list[int] = []
    for axis in (0, 1):
        size = x.shape[axis + 2]
        count = -(-size // stride[axis])
        total = max((count - 1) * stride[axis] + extent[axis] - size, 0)
        pads = [total // 2, total - total // 2, *pads]
    return F.pad(x, pads, value=value)`,
  },
  FrozenBatchNorm: {
    text: `class FrozenBatchNorm(nn.Module):
    """A batch norm that training leaves as it is."""

    weight: Tensor
    bias: Tensor
    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.register_buffer("weight", torch.ones(channels))
        self.register_buffer("bias", torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        mean, variance = self.running_mean, self.running_var
        return F.batch_norm(x, mean, variance, self.weight, self.bias, eps=self.eps)`,
  },
  SameConv2d: {
    needs: ["pad_same"],
    text: `class SameConv2d(nn.Conv2d):
    """A convolution that pads as TensorFlow does."""

    def forward(self, x: Tensor) -> Tensor:
        (height, width), (down, right) = self.kernel_size, self.dilation
        extent = (down * (height - 1) + 1, right * (width - 1) + 1)
        return super().forward(pad_same(x, extent, (self.stride[0], self.stride[1])))`,
  },
  max_pool_same: {
    needs: ["pair", "pad_same"],
    text: `def max_pool_same(
    x: Tensor,
    kernel: int | tuple[int, int],
    stride: int | tuple[int, int],
) -> Tensor:
    """Max pooling that pads as TensorFlow does; padding never wins."""
    padded = pad_same(x, pair(kernel), pair(stride), float("-inf"))
    return F.max_pool2d(padded, kernel, stride)`,
  },
  avg_pool_same: {
    needs: ["pair", "pad_same"],
    text: `def avg_pool_same(
    x: Tensor,
    kernel: int | tuple[int, int],
    stride: int | tuple[int, int],
) -> Tensor:
    """Average pooling that pads as TensorFlow does; padding does not count."""
    real = pad_same(torch.ones_like(x[:1, :1]), pair(kernel), pair(stride))
    total = F.avg_pool2d(pad_same(x, pair(kernel), pair(stride)), kernel, stride)
    return total / F.avg_pool2d(real, kernel, stride)`,
  },
  Weight: {
    text: `class Weight(nn.Module):
    """Trained numbers that are the same for every sample."""

    def __init__(self, *size: int, init: float = 0, deviation: float = 0) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.full(size, float(init)))
        if deviation > 0:
            nn.init.normal_(self.value, std=deviation)

    def forward(self, lead: torch.Size) -> Tensor:
        return self.value.expand(*lead, *self.value.shape)`,
  },
  append_coords: {
    text: `def append_coords(x: Tensor) -> Tensor:
    """Two channels in front: y and x of every pixel, from -1 to 1."""
    n, _, h, w = x.shape
    y = torch.linspace(-1, 1, h, dtype=x.dtype, device=x.device)
    across = torch.linspace(-1, 1, w, dtype=x.dtype, device=x.device)
    rows = y.view(1, 1, h, 1).expand(n, 1, h, w)
    columns = across.view(1, 1, 1, w).expand(n, 1, h, w)
    return torch.cat((rows, columns, x), dim=1)`,
  },
  ...cropHelpers,
  ...detectionHelpers,
  without_bias: {
    text: `def without_bias(norm: nn.Module) -> nn.Module:
    """A norm that learns a scale only."""
    norm.register_parameter("bias", None)
    return norm`,
  },
  without_weight: {
    text: `def without_weight(norm: nn.Module) -> nn.Module:
    """A norm that learns an offset only."""
    norm.register_parameter("weight", None)
    return norm`,
  },
  initialise: {
    text: `def initialise(
    root: nn.Module,
    kind: type[nn.Conv2d | nn.ConvTranspose2d | nn.Linear],
    draw: Callable[[Tensor], Tensor],
    bias: float = 0.0,
) -> None:
    """Draws fresh weights for every layer of a kind."""
    for layer in root.modules():
        if isinstance(layer, kind):
            draw(layer.weight)
            if layer.bias is not None:
                nn.init.constant_(layer.bias, bias)`,
  },
};

/** What a file may define beside its classes: no other name may hide it. */
export const helperNames: readonly string[] = Object.keys(helpers);

/** The texts of helpers, each behind what it needs. */
export function helperTexts(wanted: Iterable<Helper>): readonly string[] {
  const needed = new Set<Helper>();
  const add = (name: Helper): void => {
    if (needed.has(name)) return;
    helpers[name].needs?.forEach(add);
    needed.add(name);
  };
  for (const name of wanted) add(name);
  return Object.keys(helpers)
    .filter((name): name is Helper => needed.has(name as Helper))
    .map((name) => helpers[name].text);
}

export const loaderText = `def load_weights(model: nn.Module, path: str | Path = WEIGHTS) -> None:
    """Reads a safetensors file: a length, a header in JSON, then the numbers."""
    path = Path(path)
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    start = 8 + length
    size = path.stat().st_size
    numbers = torch.from_file(str(path), size=size, dtype=torch.uint8)
    state = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        values = numbers[start + first : start + last].clone()
        state[name] = values.view(DTYPES[entry["dtype"]]).reshape(entry["shape"])
    model.load_state_dict(state)`;
