# One mistake, one message: the outermost call says what the whole means.
model Calls on x: f32[N, 8, 8, 4] = max_pool(relu(x))
model Parts on x: f32[N, 8, 8, 4] = concat(relu(x), conv(x, 8))
model Deep on x: f32[N, 8, 8, 4] = sigmoid((conv(max_pool(relu(x)), 8)))
