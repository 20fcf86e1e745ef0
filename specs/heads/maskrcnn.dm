dm 1
use "../blocks.dm" { Unit, Basic }
use "./hourglass.dm" { Hourglass, Table16 }
use "./resnet.dm" { ResNetTrunk, Table14 }

## Mask heads of Mask R-CNN and Deep-MARC (Section 5 of the paper). What flows in is a 256-channel
## crop; what comes out is twice its size, because the tail ends with a transposed convolution.
## The hourglass inside keeps its own norm and initialiser; only what is written here uses these.
defaults {
  conv(init = he_normal_fan_out)
  deconv(init = he_normal_fan_out)
  bn(eps = 1e-4, decay = 0.997)
}

## Doubles the size, then predicts the logits. One class: the same mask for every class.
block Tail(c: int, classes: int, norm: Block)
  on x: [.., H, W, C] -> [.., 2 * H, 2 * W, classes]
{
  let up = x -> deconv(c, k = 2, stride = 2) -> norm -> relu
  return up -> conv(classes, k = 1)
}

## Convolution with bias, batch norm, ReLU: this code norms and still keeps the bias.
block BiasedUnit(c: int, norm: Block)
  on x: [.., H, W, C] -> [.., H, W, c]
  = x -> conv(c) -> norm -> relu

## The default head of Mask R-CNN: four 3×3 convolutions. torchvision has no norm there (`norm = id`).
model MaskRCNN(c: int = 256, layers: int = 4, classes: int = 1, norm: Block = bn)
  on x: f32[N, S, S, C] -> f32[N, 2 * S, 2 * S, classes]
{
  let trunk = x -> chain i in 0..layers { BiasedUnit(c, norm) }
  return trunk -> Tail(c, classes, norm)
}

## One mask per class, as Mask R-CNN was published (91 counts the background).
model MaskRCNNPerClass = MaskRCNN with { classes = 91 }

## Deep-MARC: an hourglass of Table 16 in front of the same tail. It needs no logits of its own.
@paper("arXiv:2104.00613", section = 5)
model MarcHG[r in Table16](nc: int = 64, classes: int = 1, norm: Block = bn)
  on x: f32[N, S, S, C] -> f32[N, 2 * S, 2 * S, classes]
{
  let c     = nc * r.width
  let trunk = x -> Unit(nc) -> Basic(c[0]) -> Hourglass(c, r.n) -> Unit(c[0]) as last
  return trunk -> Tail(nc, classes, norm)
}

## The ResNet heads of Table 14 in front of the tail. Table 2 has ResNet-4; no code was released.
@paper("arXiv:2104.00613", table = 2)
model MarcResNet[r in Table14](nc: int = 64, classes: int = 1, norm: Block = bn)
  on x: f32[N, S, S, C] -> f32[N, 2 * S, 2 * S, classes]
{
  let trunk = x -> ResNetTrunk(r.n, nc * r.width, nc)
  return trunk -> Tail(nc, classes, norm)
}

test "Mask R-CNN" {
  expect (MaskRCNN at (C = 256)).params == 2625537
  expect (MaskRCNNPerClass at (C = 256)).params == 2648667
  expect (MaskRCNN at (C = 256)).shape == "[N, 2·S, 2·S, 1]"
  expect (MaskRCNN at (S = 14, C = 256)).shape == "[N, 28, 28, 1]"
  expect (MaskRCNN at (C = 256)).requires == ""
  expect (MaskRCNN at (C = 256)).depth == 6
}

test "Deep-MARC" {
  expect (MarcHG[20] at (C = 256)).params == 5682177
  expect (MarcHG[52] at (C = 256)).params == 23606145
  expect (MarcHG[100] at (C = 256)).params == 47372673
  expect (MarcResNet[4] at (C = 256)).params == 575297
  expect (MarcHG[20] at (S = 16, C = 256)).shape == "[N, 32, 32, 1]"
  expect (MarcHG[52] at (S = 32, C = 256)).shape == "[N, 64, 64, 1]"
  expect (MarcHG[20] at (C = 256)).requires == "S % 4 == 0"
  expect (MarcHG[52] at (C = 256)).requires == "S % 32 == 0"
  expect (MarcHG[52] at (S = 14, C = 256)) fails DM4101
  for r in Table16 { expect (MarcHG[r.depth].trunk at (S = 32, C = 256)).depth == r.depth }
}
