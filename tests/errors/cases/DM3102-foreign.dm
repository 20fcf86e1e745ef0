dm 1

model Named on x: f32[N, 32, 32, 8] = x -> conv(filters = 8)

model Active on x: f32[N, 32, 32, 8] = x -> conv(8, activation = relu)

model Counted on x: f32[N, 32, 32, 8] = x -> conv(8, in_channels = 8) -> bn(num_features = 8)

model Cased on x: f32[N, 32, 32, 8] = x -> conv(8, kernelSize = 3)
