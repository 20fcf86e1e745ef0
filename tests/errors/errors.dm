dm 1
use "../../specs/blocks.dm" { Unit, Basic, Bottleneck }
use "../../specs/heads/hourglass.dm" { HG, Hourglass }
use "../../specs/heads/fc.dm" { FC }
use "../../specs/detectors/deepmac.dm" { DeepMAC }

## Every model below is wrong in one way. The test at the end names the code each one raises.

model UnknownName   on x: f32[N, 32, 32, 8] = x -> Basik(16)
model NoSuchParam   on x: f32[N, 32, 32, 8] = x -> bn(momentum = 0.1)
model TwiceGiven    on x: f32[N, 32, 32, 8] = x -> conv(16, k = 3, k = 5)
model TooMany       on x: f32[N, 32, 32, 8] = x -> Unit(16, 3, 1, 1, 1)
model MissingParam  on x: f32[N, 32, 32, 8] = x -> conv(k = 3)
model TensorAsParam on x: f32[N, 32, 32, 8] = x -> conv(x)
model WrongKind     on x: f32[N, 32, 32, 8] = x -> Unit("wide")
model FractionalC   on x: f32[N, 32, 32, 8] = x -> conv(2.5)
model ZeroStride    on x: f32[N, 32, 32, 8] = x -> conv(8, stride = 0)
model NotABlock     on x: f32[N, 32, 32, 8] = x -> 3
model TensorRight   on x: f32[N, 32, 32, 8] { let y = x -> relu return x -> y }
model AddBlock      on x: f32[N, 32, 32, 8] = x + relu
model TensorIf      on x: f32[N, 32, 32, 8] = if x then x else x
model BadIndex      on x: f32[N, 32, 32, 8] { let c = [8, 16] return x -> conv(c[2]) }
model NoArm         on x: f32[N, 32, 32, 8] = match "wide" { narrow => x }
model NeedsTwo      on x: f32[N, 32, 32, 8] = x -> crop_and_resize(7)
model ChannelsDiffer on x: f32[N, 32, 32, 8] = x + (x -> conv(16))
model SizesDiffer   on x: f32[N, 32, 32, 8] = x + (x -> conv(8, stride = 2))
model ConcatSizes   on x: f32[N, 32, 32, 8] = (x, x -> conv(8, stride = 2)) -> concat
model TooBigKernel  on x: f32[N, 4, 4, 8] = x -> conv(8, k = 7, pad = valid)
model BadGroups     on x: f32[N, 32, 32, 8] = x -> conv(9, groups = 3)
model BadReshape    on x: f32[N, 32, 32, 8] = x -> flatten -> reshape(32, 32, 4)
model FreeChannels  on x: f32[N, 32, 32, C] = x -> conv(8)
model FreeDense     on x: f32[N, S, S, 8] = x -> flatten -> dense(10)
model WrongResult   on x: f32[N, 32, 32, 8] -> f32[N, 16, 16, 8] = x -> conv(8)
model WrongPort     on x: f32[N, 32, 32, 8] = x -> Hourglass([16, 16], [1, 1])
model BadSize       on x: f32[N, 48, 48, 128] = x -> Hourglass([128, 128, 192, 192, 192, 256], [2, 2, 2, 2, 2, 4])
model BadWhere      on x: f32[N, 32, 32, 128] = x -> Hourglass([128, 128], [1, 1, 1])
model NeverEqual    on x: f32[N, S, S, 8] = x + (x -> conv(8, k = 3, pad = valid))
model Undecided     on x: f32[N, S, S, 8] = if S > 16 then x else x -> relu
block Forever(n: int) on x: [.., H, W, C] = x -> Forever(n + 1)
model Endless       on x: f32[N, 32, 32, 8] = x -> Forever(1)
block NoReturn on x: [.., H, W, C] { let y = x -> relu }
model Returnless    on x: f32[N, 32, 32, 8] = x -> NoReturn
model SharedTwice   on x: f32[N, 32, 32, 8] { share f = conv(8) let y = x -> f return (y -> conv(16)) -> f }
model WrongPhase { input x: f32[N, 32, 32, 8] input t: f32[N, 32, 32, 8] in train output y = x + t }
model Untrained { input x: f32[N, 32, 32, 8] output y = match phase { train => x, infer => x -> conv(8) } }
model DefinedTwice on x: f32[N, 32, 32, 8] { let y = x -> relu let y = x -> sigmoid return y }
model NoSuchSkip = HG[20] without skip lsr
model BadWith    = HG[20] with { scales = 1 }
model BadMember  = HG[50]

test "each mistake has its own code" {
  expect UnknownName.params   fails DM2001
  expect NoSuchParam.params   fails DM3102
  expect TwiceGiven.params    fails DM3102
  expect TooMany.params       fails DM3102
  expect MissingParam.params  fails DM3111
  expect TensorAsParam.params fails DM3103
  expect WrongKind.params     fails DM3101
  expect FractionalC.params   fails DM3114
  expect ZeroStride.params    fails DM3114
  expect NotABlock.params     fails DM3110
  expect TensorRight.params   fails DM3110
  expect AddBlock.params      fails DM3101
  expect TensorIf.params      fails DM3105
  expect BadIndex.params      fails DM3104
  expect NoArm.params         fails DM3106
  expect NeedsTwo.params      fails DM3112
  expect ChannelsDiffer.params fails DM4201
  expect SizesDiffer.params   fails DM4201
  expect ConcatSizes.params   fails DM4202
  expect TooBigKernel.params  fails DM4205
  expect BadGroups.params     fails DM4204
  expect BadReshape.params    fails DM4206
  expect FreeChannels.params  fails DM4208
  expect FreeDense.params     fails DM4208
  expect WrongResult.params   fails DM4301
  expect WrongPort.params     fails DM4207
  expect BadSize.params       fails DM4101
  expect BadWhere.params      fails DM4101
  expect NeverEqual.params    fails DM4201
  expect Undecided.params     fails DM4105
  expect Endless.params       fails DM3207
  expect Returnless.params    fails DM2006
  expect SharedTwice.params   fails DM5201
  expect DefinedTwice.params  fails DM2002
  expect WrongPhase.params    fails DM5101
  expect Untrained.params     fails DM5202
  expect (NoSuchSkip at (S = 32, C = 50)).params fails DM5302
  expect BadWith.params       fails DM3102
  expect BadMember.params     fails DM2005
  expect (FC at (S = 16, C = 50)).params fails DM2007
  expect HG.params            fails DM2005
}
