dm 1
model A on x: f32[N, S, S, 8] = x -> flatten -> dense(10)

test "weights need numbers" { expect A.params == 1 }
