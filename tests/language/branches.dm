dm 1

## Networks with branches, phases, wiring tables and shared parts, written from the language reference alone. The
## counts are those that PyTorch gives for the same networks (torchvision's own, where it has them).

defaults { conv(bias = false) }

block Unit(c: int, k: int = 3, stride: int = 1) on x: [.., H, W, C] = x -> conv(c, k, stride) -> bn -> relu

# ---- GoogLeNet: two heads that only training has

block Inception(a: int, b: int[], c: int[], d: int) on x: [.., H, W, C] -> [.., H, W, a + b[1] + c[1] + d]
{
  let third = x -> Unit(b[0], 1) -> Unit(b[1]) as wide
  let fifth = x -> Unit(c[0], 1) -> Unit(c[1]) as wide2
  return (x -> Unit(a, 1), third, fifth, x -> max_pool(3, stride = 1) -> Unit(d, 1) as pooled) -> concat
}
block Aside(classes: int) on x: [N, H, W, C] -> [N, classes]
  = x -> avg_pool(5, stride = 3, pad = valid) -> Unit(128, 1) -> flatten -> dense(1024) as wide -> relu -> dropout(0.7)
      -> dense(classes)

model GoogLeNet(classes: int = 1000)
{
  input image: f32[N, 224, 224, 3]
  let stem = image -> Unit(64, 7, 2) -> max_pool(3, stride = 2) -> Unit(64, 1) as thin -> Unit(192) as wide
                   -> max_pool(3, stride = 2)
  let a3 = stem -> Inception(64, [96, 128], [16, 32], 32)
  let b3 = a3 -> Inception(128, [128, 192], [32, 96], 64) -> max_pool(3, stride = 2)
  let a4 = b3 -> Inception(192, [96, 208], [16, 48], 64)
  let b4 = a4 -> Inception(160, [112, 224], [24, 64], 64)
  let c4 = b4 -> Inception(128, [128, 256], [24, 64], 64)
  let d4 = c4 -> Inception(112, [144, 288], [32, 64], 64)
  let e4 = d4 -> Inception(256, [160, 320], [32, 128], 128) -> max_pool(2, stride = 2)
  let a5 = e4 -> Inception(256, [160, 320], [32, 128], 128)
  let b5 = a5 -> Inception(384, [192, 384], [48, 128], 128)
  output logits: f32[N, classes] = b5 -> global_avg_pool -> dropout(0.2) -> dense(classes)
  output aux1 = a4 -> Aside(classes) in train
  output aux2 = d4 -> Aside(classes) in train
}

test "GoogLeNet" {
  expect GoogLeNet.params == 13004888
  expect GoogLeNet.logits.params == 6624904
  expect GoogLeNet.aux1.shape == "[N, 1000]"
}

# ---- ResNeXt and squeeze-and-excite, by an enum

enum Style = plain | squeezed

block Squeeze(r: int = 16) on x: [.., H, W, C] -> [.., H, W, C]
{
  let gate = x -> global_avg_pool(keep = true) -> conv(C // r, 1, bias = true) as down -> relu
               -> conv(C, 1, bias = true) as up -> sigmoid
  return x * gate
}
block Group(c: int, stride: int, groups: int, width: int, style: Style = plain)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), 4 * c]
{
  let w = c * width // 64 * groups
  let body = x -> Unit(w, 1) -> conv(w, 3, stride, groups = groups) -> bn -> relu -> conv(4 * c, 1) as out -> bn as last
  let gated = match style { plain => body, squeezed => body -> Squeeze }
  skip res = if C == 4 * c and stride == 1 then x else x -> conv(4 * c, 1, stride) -> bn
  return (gated + res) -> relu
}
model ResNeXt(groups: int = 32, width: int = 4, style: Style = plain, n: int[] = [3, 4, 6, 3])
  on x: f32[N, H, W, 3]
  = x -> Unit(64, 7, 2) -> max_pool(3, 2)
      -> chain s in 0..4 {
           chain i in 0..n[s] { Group(64 * 2 ^ s, if i == 0 and s > 0 then 2 else 1, groups, width, style) }
         }
      -> global_avg_pool -> dense(1000)
model Wide101 = ResNeXt with { n = [3, 4, 23, 3], width = 8 }

test "ResNeXt" {
  expect ResNeXt.params == 25028904
  expect Wide101.params == 88791336
  expect (Wide101 at (H = 224, W = 224)).macs ~= 16G
  expect (ResNeXt with { style = squeezed }).params == 27559896
  expect (ResNeXt with { groups = 1, width = 64 }).params == 25557032
  expect (ResNeXt with { style = squeezd }).params fails DM2001
}

# ---- ConvNeXt with batch norms: dense layers between convolutions

block Wide(c: int) on x: [.., H, W, c] -> [.., H, W, c]
{
  let body = x -> conv(c, k = 7, groups = c, bias = true) -> bn -> dense(4 * c) as out -> gelu -> dense(c)
  skip res = x
  return body + res
}
block Half(c: int) on x: [.., H, W, C] -> [.., H // 2, W // 2, c]
  = x -> bn -> conv(c, k = 2, stride = 2, pad = valid, bias = true)

model ConvNeXt(d: int[] = [3, 3, 9, 3], w: int[] = [96, 192, 384, 768]) on x: f32[N, H, W, 3]
{
  let stem = x -> conv(w[0], k = 4, stride = 4, pad = valid, bias = true) -> bn
  let trunk = stem -> chain s in 0..len(w) { if s == 0 then Wide(w[0]) * d[0] else Half(w[s]) -> Wide(w[s]) * d[s] }
  return trunk -> global_avg_pool -> bn -> dense(1000)
}

test "ConvNeXt" {
  expect ConvNeXt.params == 28582504
  expect (ConvNeXt at (H = 224, W = 224)).shape == "[N, 1000]"
}

# ---- A wiring table whose columns have the names of keywords

enum Kind = plain | deep | pooled

table Wiring {
  | to | from      | kind   | at | c  |
  | 2  | [0]       | plain  | 0  | 16 |
  | 3  | [0, 1]    | deep   | 1  | 16 |
  | 4  | [2]       | pooled | 1  | 16 |
  | 5  | [2, 3, 4] | plain  | 2  | 32 |
}
block Resize(by: int, c: int) on x: [.., H, W, C]
  = x -> (if by > 0 then (conv(C, stride = 2, bias = true) -> relu) * by else if by < 0 then upsample(2 ^ -by) else id)
      -> (if C == c then id else conv(c, k = 1, bias = true)) as wider
block Do(kind: Kind, c: int) on x: [.., H, W, C]
  = match kind {
      plain => x -> conv(c, bias = true) -> bn,
      deep => x -> conv(C, groups = C, bias = true) as deep -> conv(c, 1, bias = true) as wide,
      pooled => x -> max_pool(3, stride = 1),
    }
model Wired on image: f32[N, H, W, 3]
{
  let base = image -> conv(16, stride = 2, bias = true)
  let nodes = grow g = [{ x: base, level: 0 }, { x: base -> relu, level: 0 }] over q in Wiring {
    { x: (each j in q.from { g[j].x -> Resize(q.at - g[j].level, q.c) }) -> add -> relu -> Do(q.kind, q.c),
      level: q.at }
  }
  return nodes[-1].x -> global_avg_pool -> dense(10)
}

test "wiring" {
  expect Wired.params == 30746
  expect Wired.requires == ""
}

# ---- One tower for two inputs; a generator; a network with three kinds of input

block Tower(c: int[]) on x: [.., H, W, C] -> [.., 64]
  = x -> chain w in c { conv(w, stride = 2, bias = true) -> bn -> relu } -> global_avg_pool -> dense(64)
model Siamese on (a: f32[N, H, W, 3], b: f32[N, H, W, 3])
{
  share tower = Tower([16, 32, 64])
  let first = a -> tower
  let second = b -> tower
  let apart = first - second
  return { score: apart * apart -> dense(1) -> sigmoid, first, second }
}

model Generator(z: int = 100, c: int = 64) on seed: f32[N, 1, 1, z] -> f32[N, 64, 64, 3]
  = seed -> deconv(8 * c, k = 4, stride = 1, bias = false) -> bn -> relu
         -> chain m in [4, 2, 1] { deconv(c * m, k = 4, stride = 2, pad = 1, bias = false) -> bn -> relu }
         -> deconv(3, k = 4, stride = 2, pad = 1, bias = false) as colours -> tanh

model ThreeInputs on (words: f32[N, 20], numbers: f32[N, 8], image: f32[N, 16, 16, 3]) -> f32[N, 1]
{
  let a = words -> dense(16) -> relu
  let b = numbers -> bn -> dense(16) -> relu
  let c = image -> conv(8, bias = true) -> global_avg_pool
  return (a, b, c) -> concat -> dense(1)
}

test "several inputs and outputs" {
  expect Siamese.params == 28033
  expect Siamese.score.shape == "[N, 1]"
  expect Siamese.first.shape == "[N, 64]"
  expect Generator.params == 3576704
  expect ThreeInputs.params == 20 * 16 + 16 + 16 + 8 * 16 + 16 + (27 * 8 + 8) + 41
}

# ---- Split and join: Res2Net, VoVNet, GhostNet

block Split(c: int) on x: [.., H, W, C] -> [.., H, W, c]
{
  let parts = each i in 0..4 { x -> slice(from = i * (C // 4), to = (i + 1) * (C // 4)) }
  let grown = grow y = [parts[0]] over i in 1..4 { (y[-1] + parts[i]) -> conv(C // 4) -> bn -> relu }
  return grown -> concat -> conv(c, 1)
}
block OneShot(n: int, mid: int, c: int) on x: [.., H, W, C]
{
  let maps = grow f = [x] over i in 0..n { f[-1] -> Unit(mid) }
  return maps -> concat -> Unit(c, 1)
}
block Ghost(c: int) on x: [.., H, W, C]
{
  let main = x -> Unit(c // 2, 1)
  let cheap = main -> conv(c // 2, groups = c // 2) -> bn -> relu
  return (main, cheap) -> concat
}
model Res2 on x: f32[N, 32, 32, 3] = x -> conv(64) -> Split(128)
model VoV on x: f32[N, 32, 32, 3]
  = x -> conv(64) -> OneShot(5, 32, 128) -> max_pool(3, stride = 2) -> OneShot(5, 40, 256) as wider
      -> global_avg_pool -> dense(10)
model GhostNet on x: f32[N, 32, 32, 16] = x -> Ghost(32) -> Ghost(64) * 2

test "split and join" {
  expect Res2.params == 16928
  expect VoV.params == 277402
  expect VoV.buffers == 1488
  expect GhostNet.params == 4368
}
