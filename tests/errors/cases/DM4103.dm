dm 1
model A on x: f32[N, 32, 32, 8] {
  require 32 % 5 == 0, "five rows at a time"
  return x
}
