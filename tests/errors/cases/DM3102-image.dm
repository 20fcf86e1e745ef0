dm 1
@image(resise = fit(512), deviation = [1, 1, 1])
model Names on image: f32[N, H, W, 3] = image -> relu
