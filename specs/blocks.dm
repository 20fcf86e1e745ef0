dm 1

## Building blocks shared by the hourglass heads and backbones.

# The public code passes `momentum = 0.1` to Keras. There the number is the weight the running
# average keeps; in PyTorch the same number would mean 0.9. `decay` leaves no doubt. Its norms take in the biased variance.
defaults {
  conv(bias = false)
  bn(eps = 1e-5, decay = 0.1, unbiased = false)
}

## Convolution, batch norm, ReLU.
block Unit(c: int, k: int = 3, stride: int = 1, rate: int = 1)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), c]
  = x -> conv(c, k, stride, rate) -> bn -> relu

## Identity where the shape already fits, otherwise a 1×1 projection.
block Shortcut(c: int, stride: int = 1)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), c]
  = if stride == 1 and C == c then x else x -> conv(c, k = 1, stride = stride) -> bn

## Two 3×3 convolutions with a residual link (He et al. 2015, basic).
block Basic(c: int, stride: int = 1, rate: int = 1)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), c]
{
  let body = x -> Unit(c, stride = stride, rate = rate) -> conv(c, rate = rate) -> bn
  skip res = x -> Shortcut(c, stride)
  return (body + res) -> relu
}

## Three convolutions with a residual link. Widths and kernels are lists, so a row of a paper's
## table can be copied as it stands.
block Bottleneck(c: int[], k: int[] = [1, 3, 1], stride: int = 1)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), c[2]]
  where len(c) == 3, len(k) == 3
{
  let body = x -> Unit(c[0], k[0]) as reduce -> Unit(c[1], k[1], stride) as spatial -> conv(c[2], k[2]) -> bn
  skip res = x -> Shortcut(c[2], stride)
  return (body + res) -> relu
}
