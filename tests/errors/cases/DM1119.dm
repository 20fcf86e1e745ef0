dm 1
enum Size = small | large | small

table Widths {
  | r | width | width |
  | 1 | 64    | 128   |
}

const depth = match 3 { 1 => 2, 3 => 4, 1 => 6, else => 8, else => 9 }

model A on x: f32[N, 32, 32, 8] {
  let y = x -> relu
  return { low: x, high: y, low: y }
}

const count = (A at (N = 2, N = 3)).params

@paper("arXiv:2104.00613", table = 16, table = 17)
type Pair = (low: [.., C], low: [.., C])
