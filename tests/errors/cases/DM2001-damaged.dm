dm 1

## One mistake each, in the head of a block, in a statement and in a row: what they would have declared is not missed.
block Unit(c: int) on x: [.., H, W, C,] -> [.., H, W, c]
  = x -> conv(c) -> bn

block Two(c: int) on x: [.., H, W, C]
{
  let body = x -> Unit(c) -> -> relu
  return x + body
}

table Rows {
  | key | n |
  | 1   | 2 3 |
  | 2   | 4   |
}

model Net on x: f32[N, 8, 8, 3] = x -> Unit(4) -> Two(4) -> conv(Rows[1].n) -> relx
