dm 1
model A on x: f32[N, S, S, 8] = x -> flatten -> dense(S * S)

test "weights need numbers" { expect A.params == 1 }
