dm 1

model Decimal on x: f32[N, 8, 8, C] = x -> scale(1.0 / sqrt(C))

model Picked on x: f32[N, 8, 8, C]
{
  let widths = [8, 16, 32]
  return x -> conv(widths[C])
}

model Matched on x: f32[N, 8, 8, C] = match C { 3 => x, else => x -> relu }

model Repeated on x: f32[N, 8, 8, C] = x -> relu * C

## A block is checked for sizes that its uses decide: these are fine.
block Scaled on x: [.., H, W, C] = x -> scale(1.0 / sqrt(C)) -> scale(C) -> max_pool(H)

block Half on x: [.., H, W, C] -> [.., H, W, C / 2] = x -> slice(to = C / 2)
