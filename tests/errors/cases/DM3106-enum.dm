dm 1

enum Kind = wide | narrow | none

## `none` is used by nobody yet, and would be missed when it is.
block Reduce(kind: Kind) on x: [.., H, W, C]
  = match kind { wide => x -> conv(C, k = 3), narrow => x -> conv(C, k = 1) }

model A on x: f32[N, 32, 32, 8] = x -> Reduce(wide)
model B { input x: f32[N, 8] output y = match phase { train => x -> relu } }
