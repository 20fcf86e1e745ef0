dm 1

defaults {
  phase(bias = false)
  sum(bias = false)
}

model M on x: f32[N, 8, 8, 4] = x -> conv(8)
