# All words of another library in one message, with what their values mean here and what is missing then.
model Keras on x: f32[N, 8, 8, 4] = x -> conv(filters = 8, kernel_size = 3, padding = "same", activation = "relu")
model Torch on x: f32[N, 8, 8, 4] = x -> conv(kernel_size = 3, padding = 1)
block Two(a: int, b: int) on x: [.., C] = x -> dense(a) -> dense(b)
model Own on x: f32[N, 8, 8, 4] = x -> Two(first = 3, second = 4)
