dm 1
# Two orders exist and give different numbers, so one is said.
@image(resize = fit(512), pad = bottom_right)
model Order on image: f32[N, H, W, 3] = image -> relu

@masks(boxes = pixels)
model Masks on image: f32[N, H, W, 3] = image -> relu
