"""The network that is brought over, as someone wrote and trained it in PyTorch: python original.py

It wrote the two files beside it, and need not be run again: weights.safetensors, as DataParallel names them, and
sample.safetensors, an input with what the network made of it.
"""

import torch
from safetensors.torch import save_file
from torch import nn


class ConvBN(nn.Module):
    def __init__(self, c_in: int, c: int, stride: int = 1):
        super().__init__()
        self.conv = nn.Conv2d(c_in, c, 3, stride, 1, bias=False)
        self.bn = nn.BatchNorm2d(c)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.bn(self.conv(x)))


class ResBlock(nn.Module):
    def __init__(self, c: int):
        super().__init__()
        self.cv1 = ConvBN(c, c)
        self.cv2 = ConvBN(c, c)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.cv2(self.cv1(x))


class Segmenter(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = ConvBN(3, 16, stride=2)
        self.blocks = nn.Sequential(ResBlock(16), ResBlock(16))
        self.up = nn.ConvTranspose2d(16, 8, 2, 2)
        self.head = nn.Conv2d(8, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(torch.relu(self.up(self.blocks(self.stem(x)))))


if __name__ == "__main__":
    torch.manual_seed(7)
    net = Segmenter()
    for _ in range(20):  # stands for training: moves the statistics of the norms
        net(torch.randn(8, 3, 16, 16) * 2 + 1)
    net.eval()
    x = torch.randn(2, 3, 16, 16)
    with torch.no_grad():
        y = net(x)
    state = nn.DataParallel(net).state_dict()
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, "weights.safetensors", {"format": "pt"})
    save_file({"x": x, "y": y}, "sample.safetensors", {"format": "pt"})
