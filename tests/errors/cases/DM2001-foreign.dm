dm 1

## What other libraries call things: one message each, and what to write.
model Layers on x: f32[N, 32, 32, 8]
  = x -> Conv2d(64, 3) -> BatchNorm2d -> swish -> permute(0, 2, 1, 3) -> gap -> linear(10)

model Modules on x: f32[N, 32, 32, 8] = F.relu(x) -> nn.MaxPool2d(2) -> tf.keras.layers.Dense(10)

model Joins on (x: f32[N, 32, 32, 8], y: f32[N, 32, 32, 8]) = torch.cat(x, y)

model Missing on x: f32[N, 32, 32, 8] = x -> LayerNorm -> MultiHeadAttention(8) -> GroupNorm(4) -> PReLU

model Spelled on x: f32[N, 32, 32, 8] = x -> ReLU -> LeakyReLU(0.1) -> Softmax -> reshape(h, w, 8)

block Typed(c: integer, deep: boolean) on x: [.., H, W, C] = if deep then x else x -> conv(c)
