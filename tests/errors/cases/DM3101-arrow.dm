# An arrow that points to the left.
model Back on x: f32[N, 4] = x < -relu
