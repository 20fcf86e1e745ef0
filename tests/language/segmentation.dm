dm 1

## Networks for segmentation and detection, written from the language reference alone. The counts are those
## that PyTorch gives for the same networks, written as modules of its own; the size rules were tried by hand.

defaults { conv(bias = false) }

block Unit(c: int, k: int = 3, stride: int = 1, rate: int = 1) on x: [.., H, W, C]
  = x -> conv(c, k, stride, rate) -> bn -> relu

# ---- U-Net by recursion, and with attention gates on its links

block Pair(c: int) on x: [.., H, W, C] -> [.., H, W, c]
  = x -> conv(c, bias = true) -> relu -> conv(c, bias = true) as second -> relu

block Level(c: int[]) on x: [.., H, W, C] -> [.., H, W, c[0]]
{
  let wide = x -> Pair(c[0])
  skip across = wide
  let deep = wide -> max_pool(2) -> (if len(c) == 2 then Pair(c[1]) else Level(c[1..]))
  let up = deep -> deconv(c[0], k = 2, stride = 2)
  return (across, up) -> concat -> Pair(c[0]) as joined
}

model UNet(base: int = 64, classes: int = 2) on x: f32[N, H, W, 1] -> f32[N, H, W, classes]
  = x -> Level(base * [1, 2, 4, 8, 16]) -> conv(classes, k = 1, bias = true)

## The same network by `grow`, from the inside out.
model UNetGrown(classes: int = 2) on x: f32[N, H, W, 1]
{
  let widths = [64, 128, 256, 512]
  let enc = grow e = [x -> Pair(widths[0])] over w in widths[1..] { e[-1] -> max_pool(2) -> Pair(w) }
  let middle = enc[-1] -> max_pool(2) -> Pair(1024)
  let dec = grow d = [middle] over w in reverse(widths) {
    (enc[-len(d)], d[-1] -> deconv(w)) -> concat -> Pair(w)
  }
  return dec[-1] -> conv(classes, 1, bias = true)
}

block Gate(mid: int) on (x: [.., H, W, C], g: [.., H, W, D]) -> [.., H, W, C]
{
  let seen = x -> conv(mid, 1, bias = true) -> bn
  let asked = g -> conv(mid, 1, bias = true) -> bn
  return x * ((seen + asked) -> relu -> conv(C, 1, bias = true) -> bn -> sigmoid)
}

block Attended(c: int[]) on x: [.., H, W, C] -> [.., H, W, c[0]] where H % 2 ^ (len(c) - 1) == 0
{
  let wide = x -> Unit(c[0]) -> Unit(c[0]) as second
  let deep = wide -> max_pool(2) -> (if len(c) > 2 then Attended(c[1..]) else Unit(c[1]))
  let up = deep -> upsample(2) -> Unit(c[0])
  skip gated = (wide, up) -> Gate(c[0] // 2)
  return (gated, up) -> concat -> Unit(c[0]) as third -> Unit(c[0]) as fourth
}
model AttentionUNet(base: int = 16) on x: f32[N, H, W, 3]
  = x -> Attended(base * [1, 2, 4, 8]) -> conv(1, 1, bias = true)

test "U-Nets" {
  expect UNet.params == 31030658
  expect UNetGrown.params == 31030658
  expect UNet.skips == ["across"]
  expect UNet.requires == "H % 16 == 0, W % 16 == 0"
  expect (UNet at (H = 512, W = 512)).shape == "[N, 512, 512, 2]"
  expect (UNet at (H = 572, W = 572)).params fails DM4202
  expect (UNet without skip across).params == 31030658 - 9 * (64 ^ 2 + 128 ^ 2 + 256 ^ 2 + 512 ^ 2)
  expect AttentionUNet.params == 397633
  expect AttentionUNet.buffers == 1824
  expect AttentionUNet.requires == "H % 8 == 0, W % 8 == 0"
}

# ---- Pyramids: FPN, PANet, BiFPN

block Ladder(c: int[]) on x: [.., H, W, C]
  = grow l = [x -> conv(c[0], stride = 2, bias = true) -> relu] over w in c[1..] {
      l[-1] -> conv(w, stride = 2, bias = true) -> relu
    }

model FPN(c: int = 256, widths: int[] = [256, 512, 1024, 2048]) on image: f32[N, H, W, 3]
{
  let sides = each map in (image -> Ladder(widths)) { map -> conv(c, k = 1, bias = true) }
  let sums = grow p = [sides[-1]] over i in 1..len(widths) { sides[-1 - i] + (p[-1] -> upsample(2)) }
  let smooth = each map in sums { map -> conv(c, bias = true) }
  return { p5: smooth[0], p4: smooth[1], p3: smooth[2], p2: smooth[3] }
}

model PAN(c: int = 64) on image: f32[N, H, W, 3]
{
  let (c2, c3, c4) = image -> Ladder([16, 32, 64])
  let l4 = c4 -> conv(c, 1, bias = true)
  let l3 = (c3 -> conv(c, 1, bias = true)) + (l4 -> upsample(2))
  let l2 = (c2 -> conv(c, 1, bias = true)) + (l3 -> upsample(2))
  let n2 = l2 -> conv(c, bias = true)
  let n3 = (n2 -> conv(c, stride = 2, bias = true)) + l3
  let n4 = (n3 -> conv(c, stride = 2, bias = true)) + l4
  return (n2, n3, n4)
}

block Separable(c: int) on x: [.., H, W, C] = x -> conv(C, groups = C) as deep -> conv(c, 1, bias = true) as wide -> bn
block Fuse(c: int) on (a: [.., H, W, c], b: [.., H, W, c]) -> [.., H, W, c]
  = (0.5 * a + 0.5 * b) -> silu -> Separable(c)
block Fuse3(c: int) on (a: [.., H, W, c], b: [.., H, W, c], d: [.., H, W, c]) -> [.., H, W, c]
  = (a, b, d) -> add -> silu -> Separable(c)
block Round(c: int) on (p3: [.., H, W, c], p4: [.., H4, W4, c], p5: [.., H5, W5, c])
{
  let m4 = (p4, p5 -> upsample(2)) -> Fuse(c)
  let o3 = (p3, m4 -> upsample(2)) -> Fuse(c)
  let o4 = (p4, m4, o3 -> max_pool(3, stride = 2)) -> Fuse3(c)
  let o5 = (p5, o4 -> max_pool(3, stride = 2)) -> Fuse(c)
  return (o3, o4, o5)
}
model BiFPN(c: int = 64, n: int = 3) on image: f32[N, H, W, 3]
{
  let (a, b, d) = each map in (image -> Ladder([16, 32, 64])) { map -> conv(c, 1, bias = true) -> bn }
  return (a, b, d) -> chain i in 0..n { Round(c) }
}

test "pyramids" {
  expect FPN.params == 28127744
  expect FPN.requires == "H % 16 in {0, 15}, W % 16 in {0, 15}"
  expect (FPN at (H = 512, W = 512)).p2.shape == "[N, 256, 256, 256]"
  expect FPN.p5.depth == 6
  expect FPN.p6.depth == 6 fails DM2004
  expect PAN.params == 141728
  expect PAN.n4.shape == "[N, ⌈H/8⌉, ⌈W/8⌉, 64]"
  expect BiFPN.params == 89696
  expect BiFPN.buffers == 1920
  expect (BiFPN with { n = 1 }).params == 50784
}

# ---- Stacked hourglasses (Newell et al.)

block Before(c: int, k: int = 1) on x: [.., H, W, C] = x -> bn -> relu -> conv(c, k, bias = true)
block Residual(c: int) on x: [.., H, W, C] -> [.., H, W, c]
{
  skip res = if C == c then x else x -> conv(c, 1, bias = true)
  return (x -> Before(c // 2) -> Before(c // 2, 3) as middle -> Before(c) as last) + res
}
block Glass(n: int, c: int) on x: [.., H, W, C] -> [.., H, W, c] where n >= 1, H % 2 ^ n == 0, W % 2 ^ n == 0
{
  skip beside = x -> Residual(c)
  let low = x -> max_pool(2) -> Residual(c)
  let inner = low -> (if n > 1 then Glass(n - 1, c) else Residual(c))
  return beside + (inner -> Residual(c) -> upsample)
}
block Stack(joints: int, c: int, last: bool) on x: [.., H, W, C]
{
  let seen = x -> Glass(4, c) -> Residual(c) -> conv(c, 1, bias = true) -> bn -> relu
  let heat = seen -> conv(joints, 1, bias = true)
  let back = each map in [seen, heat] { if last then map else map -> conv(c, 1, bias = true) }
  return { x: if last then x else (x, back[0], back[1]) -> add, heat }
}
model Stacked(stacks: int = 2, joints: int = 16, c: int = 256) on image: f32[N, H, W, 3]
{
  let stem = image -> conv(64, 7, 2, bias = true) -> bn -> relu -> Residual(128) -> max_pool -> Residual(128) as wide
                   -> Residual(c) as wider
  let runs = grow s = [{ x: stem, heat: stem }] over i in 0..stacks { s[-1].x -> Stack(joints, c, i == stacks - 1) }
  return { heats: each r in runs[1..] { r.heat } }
}

test "stacked hourglasses" {
  expect Stacked.params == 6570400
  expect Stacked.buffers == 31488
  expect (Stacked with { stacks = 8 }).params == 25434112
  expect Stacked.requires == "H % 64 in {0, 1, 2, 63}, H >= 63, W % 64 in {0, 1, 2, 63}, W >= 63"
}

# ---- DeepLab v3 on ResNet-50, HRNet with three resolutions

block Bottle(c: int, stride: int = 1, rate: int = 1) on x: [.., H, W, C]
{
  skip res = if C == 4 * c and stride == 1 then x else x -> conv(4 * c, 1, stride) -> bn
  let body = x -> Unit(c, 1) -> Unit(c, stride = stride, rate = rate) as middle -> conv(4 * c, 1) -> bn
  return (body + res) -> relu
}
block ASPP(c: int, rates: int[]) on x: [.., H, W, C] -> [.., H, W, c]
{
  let whole = x -> global_avg_pool -> dense(c, bias = false) -> bn -> relu -> tile_to(H, W)
  let parts = each rate in rates { x -> Unit(c, rate = rate) }
  return (x -> Unit(c, 1), parts[0], parts[1], parts[2], whole) -> concat -> Unit(c, 1) as mix -> dropout(0.5)
}
table Stages {
  | c   | n | stride | first | rate |
  | 64  | 3 | 1      | 1     | 1    |
  | 128 | 4 | 2      | 1     | 1    |
  | 256 | 6 | 1      | 1     | 2    |
  | 512 | 3 | 1      | 2     | 4    |
}
model DeepLab(classes: int = 21) on image: f32[N, H, W, 3] -> f32[N, H, W, classes]
  = image -> Unit(64, 7, 2) -> max_pool(3, 2)
      -> chain s in Stages {
           chain i in 0..s.n { if i == 0 then Bottle(s.c, s.stride, s.first) else Bottle(s.c, rate = s.rate) }
         }
      -> ASPP(256, [12, 24, 36]) -> Unit(256) as head -> conv(classes, 1, bias = true)
      -> upsample(8, mode = bilinear)

block Same on x: [.., H, W, C]
{
  skip res = x
  return ((x -> Unit(C) -> conv(C) -> bn) + res) -> relu
}
## From resolution `j` to resolution `i`.
block Move(i: int, j: int, w: int[]) on x: [.., H, W, C]
  = if i == j then x
    else if j > i then x -> conv(w[i], 1) -> bn -> upsample(2 ^ (j - i))
    else x -> chain k in 0..i - j {
      if k == i - j - 1 then conv(w[i], stride = 2) -> bn else Unit(w[j], stride = 2)
    }
block Exchange(w: int[]) on (a: [.., H, W, A], b: [.., H2, W2, B], c: [.., H4, W4, C])
{
  let deep = each map in [a, b, c] { map -> Same * 4 }
  return each i in 0..3 { (each j in 0..3 { deep[j] -> Move(i, j, w) }) -> add -> relu }
}
model HRNet(w: int[] = [32, 64, 128]) on image: f32[N, H, W, 3]
{
  let stem = image -> Unit(64, stride = 2) -> Unit(64, stride = 2) as second
  let two = [stem -> Unit(w[0]), stem -> Unit(w[1], stride = 2) as half]
  let deep = each map in two { map -> Same * 4 }
  let mixed = each i in 0..2 { (each j in 0..2 { deep[j] -> Move(i, j, w) }) -> add -> relu }
  let maps = (mixed[0], mixed[1], mixed[1] -> Unit(w[2], stride = 2)) -> Exchange(w)
  return (each i in 0..3 { maps[i] -> upsample(2 ^ i) }) -> concat -> conv(17, 1, bias = true)
}

test "dilated and parallel" {
  expect DeepLab.params == 39638869
  expect DeepLab.buffers == 56704
  expect DeepLab.requires == "H % 8 == 0, W % 8 == 0"
  expect HRNet.params == 2268401
  expect HRNet.buffers == 6976
  expect HRNet.requires == "H % 16 in {0, 13, 14, 15}, W % 16 in {0, 13, 14, 15}"
  expect (HRNet at (H = 256, W = 192)).shape == "[N, 64, 48, 17]"
}

# ---- Decoders of other kinds: LinkNet, FCN-8

block Decode(c: int) on x: [.., H, W, C] -> [.., 2 * H, 2 * W, c]
  = x -> Unit(C // 4, 1) -> deconv(C // 4, k = 4, stride = 2, pad = 1) -> bn -> relu -> Unit(c, 1) as last
model LinkNet on x: f32[N, H, W, 3]
{
  let e1 = x -> Unit(64, 7, 2) -> max_pool(3, stride = 2) -> Unit(64) as first
  let e2 = e1 -> Unit(128, stride = 2)
  let e3 = e2 -> Unit(256, stride = 2)
  let d3 = (e3 -> Decode(128)) + e2
  let d2 = (d3 -> Decode(64)) + e1
  return d2 -> Decode(64) -> deconv(32, 3, stride = 2, pad = 1) -> relu -> conv(32, bias = true) -> relu
            -> conv(2, 2, bias = true) as logits
}
model FCN8 on x: f32[N, H, W, 3]
{
  let maps = grow v = [x] over w in [64, 128, 256, 512, 512] {
    v[-1] -> (conv(w, bias = true) -> relu) * 2 -> max_pool(2)
  }
  let s5 = maps[5] -> conv(4096, 7, bias = true) as fc6 -> relu -> dropout -> conv(4096, 1, bias = true) as fc7 -> relu
                   -> conv(21, 1, bias = true) as score
  let s4 = (s5 -> deconv(21, k = 4, stride = 2, pad = 1)) + (maps[4] -> conv(21, 1, bias = true))
  let s3 = (s4 -> deconv(21, k = 4, stride = 2, pad = 1)) + (maps[3] -> conv(21, 1, bias = true))
  return s3 -> deconv(21, k = 16, stride = 8, pad = 4)
}

test "other decoders" {
  expect LinkNet.params == 563762
  expect LinkNet.requires == "H % 16 in {0, 13, 14, 15}, W % 16 in {0, 13, 14, 15}"
  expect FCN8.params == 129180126
  expect FCN8.requires == "H % 32 in {0, 1, 2, 3, 4, 5, 6, 7}, H >= 32, W % 32 in {0, 1, 2, 3, 4, 5, 6, 7}, W >= 32"
}
