dm 1
# nn.BatchNorm2d(64), x.reshape(-1, 8), x.permute(0, 3, 1, 2), nn.Upsample(scale_factor=1.5)
model Norm on x: f32[N, H, W, 3] = x -> conv(64) -> bn(64)
model Rest on x: f32[N, H, W, 3] = x -> reshape(-1, 8)
model Axes on x: f32[N, H, W, 3] = x -> transpose(0, 3, 1, 2)
model Half on x: f32[N, H, W, 3] = x -> upsample(1.5)
