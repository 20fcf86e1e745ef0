dm 1
# PyTorch gives the padding as a number, Keras that of a transposed convolution as a word.
model Padded on x: f32[N, H, W, 3] = x -> conv(64, k = 7, pad = 3) -> max_pool(3, 2, 1)
model Larger on x: f32[N, H, W, 3] = x -> deconv(8, pad = same)
