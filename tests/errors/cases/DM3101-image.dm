dm 1
@image(resize = fit(512))
@image(resize = fit(256))
model Twice on image: f32[N, H, W, 3] = image -> relu

@image(resize = fit(64))
model Alias = Twice

@image(resize = fit(64))
block Part on x: [.., H, W, C] = x -> relu
