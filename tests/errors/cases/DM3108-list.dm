dm 1

model F[r in [8, 16, 8.0]] on x: f32[N, 8, 8, 4] = x -> conv(r)

table Units {
  | unit | width |
  | relu | 8     |
  | relu | 16    |
}
