dm 1
table T {
  | depth | c |
  | 10 | 8 |
  | 52 | 16 |
}

model HG[r in T] on x: f32[N, 32, 32, 8] = x -> conv(r.c)
model A = HG[50]
