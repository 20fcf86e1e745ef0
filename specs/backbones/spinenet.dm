dm 1

## SpineNet (arXiv:1912.05027): a scale-permuted backbone, written as a wiring table.
## `pad = same` is TensorFlow's uneven rule, which the released code uses throughout.
defaults {
  conv(bias = false, pad = same, init = lecun_normal)
  bn(eps = 1e-3, decay = 0.99)
}

enum Kind = bottleneck | residual

## The wiring of SpineNet-49, shared by all sizes.
## `from` names two earlier rows, `also` adds rows that nothing else reads.
## Rows 0 and 1 are the stem. `grow` checks that a row only reads rows above it.
table Wiring {
  | row | level | kind       | from     | also |
  | 2   | 2     | bottleneck | [0, 1]   | []   |
  | 3   | 4     | residual   | [0, 1]   | []   |
  | 4   | 3     | bottleneck | [2, 3]   | []   |
  | 5   | 4     | bottleneck | [2, 4]   | []   |
  | 6   | 6     | residual   | [3, 5]   | []   |
  | 7   | 4     | bottleneck | [3, 5]   | []   |
  | 8   | 5     | residual   | [6, 7]   | []   |
  | 9   | 7     | residual   | [6, 8]   | []   |
  | 10  | 5     | bottleneck | [8, 9]   | []   |
  | 11  | 5     | bottleneck | [8, 10]  | []   |
  | 12  | 4     | bottleneck | [5, 10]  | []   |
  | 13  | 3     | bottleneck | [4, 10]  | []   |
  | 14  | 5     | bottleneck | [7, 12]  | [11] |
  | 15  | 7     | bottleneck | [5, 14]  | []   |
  | 16  | 6     | bottleneck | [12, 14] | []   |
}

## The published sizes share the wiring; only these numbers change.
table SpineSize {
  | name  | end | scale | alpha | repeats |
  | "49S" | 128 | 0.65  | 0.5   | 1       |
  | "49"  | 256 | 1     | 0.5   | 1       |
  | "96"  | 256 | 1     | 0.5   | 2       |
  | "143" | 256 | 1     | 1     | 3       |
  | "190" | 512 | 1.3   | 1     | 4       |
}

const widths = [0, 32, 64, 128, 256, 256, 256, 256]

fn width(level: int, scale: float) -> int = int(widths[level] * scale)
fn outputs(level: int, kind: Kind, scale: float) -> int =
  if kind == bottleneck then 4 * width(level, scale) else width(level, scale)

## Convolution, batch norm, ReLU, with this file's norm and padding.
block Unit(c: int, k: int = 3, stride: int = 1)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), c]
  = x -> conv(c, k, stride) -> bn -> relu

## Identity where the width already fits, otherwise a 1×1 projection.
block Shortcut(c: int)
  on x: [.., H, W, C] -> [.., H, W, c]
  = if C == c then x else x -> conv(c, k = 1) -> bn

block Residual(c: int) on x: [.., H, W, C] -> [.., H, W, c]
{
  let body = x -> Unit(c) -> conv(c) -> bn
  skip res = x -> Shortcut(c)
  return (body + res) -> relu
}

block Bottleneck(w: int) on x: [.., H, W, C] -> [.., H, W, 4 * w]
{
  let body = x -> Unit(w, k = 1) as reduce -> Unit(w) as spatial -> conv(4 * w, k = 1) -> bn
  skip res = x -> Shortcut(4 * w)
  return (body + res) -> relu
}

## `n` blocks in the style the row asks for.
block Group(kind: Kind, w: int, n: int) on x: [.., H, W, C]
  = x -> (if kind == bottleneck then Bottleneck(w) else Residual(w)) * n

## Brings a map from one level to another: `by` > 0 halves it that many times, < 0 doubles it.
block Resample(c: int, by: int, mid: int) on x: [.., H, W, C]
  = x -> Unit(mid, k = 1) as squeeze
      -> (if by < 0 then upsample(2 ^ -by)
          else if by == 0 then id
          else Unit(mid, stride = 2) -> max_pool(3, stride = 2, pad = same) * (by - 1))
      -> conv(c, k = 1) -> bn

@paper("arXiv:1912.05027")
model SpineNet[r in SpineSize](stem: int = 64, scale: float = r.scale, end: int = r.end) on image: f32[N, H, W, 3]
{
  let s  = scale
  let x0 = image -> Unit(stem, k = 7, stride = 2) -> max_pool(3, stride = 2, pad = same)
                 -> Group(bottleneck, width(2, s), r.repeats) as b0
                 -> Group(bottleneck, width(2, s), r.repeats) as b1
  let net = grow net = [{ x: b0, level: 2, kind: bottleneck }, { x: b1, level: 2, kind: bottleneck }]
            over q in Wiring {
    { x: ( each i in q.from {
             net[i].x -> Resample(outputs(q.level, q.kind, s), q.level - net[i].level,
                                  int(width(net[i].level, s) * r.alpha)) },
           each i in q.also { net[i].x }
         ) -> add -> relu -> Group(q.kind, width(q.level, s), r.repeats),
      level: q.level,
      kind: q.kind }
  }
  let p3 = net[13].x -> Unit(end, k = 1)
  let p4 = net[12].x -> Unit(end, k = 1)
  let p5 = net[14].x -> Unit(end, k = 1)
  let p6 = net[16].x -> Unit(end, k = 1)
  let p7 = net[15].x -> Unit(end, k = 1)
  return (p3, p4, p5, p6, p7)
}

test "SpineNet" {
  expect (SpineNet["49"] at (H = 640, W = 640)).params == 21831488
  expect (SpineNet["96"] at (H = 640, W = 640)).params == 36262976
  expect (SpineNet["143"] at (H = 640, W = 640)).params == 60247616
  expect (SpineNet["49"] at (H = 640, W = 640)).shape == "[N, 80, 80, 256]"
  expect (SpineNet["143"] at (H = 1280, W = 1280)).shape == "[N, 160, 160, 256]"
  expect (SpineNet["49"] at (H = 600, W = 640)) fails DM4201
}
