dm 1
# What an image input means is checked before anything runs.
@image(input = "imag", resize = fit(512))
model Input on image: f32[N, H, W, 3] = image -> relu

@image(resize = fit(0), kernel = nearest, order = grb, pad = left, range = 0, mean = [1, 2], std = [1, 0, 1])
model Values on image: f32[N, H, W, 3] = image -> relu

@image(resize = crop(512))
model Resize on image: f32[N, H, W, 3] = image -> relu

@image(pad = bottom_right, before = pad)
model Unsized on image: f32[N, H, W, 3] = image -> relu

@masks(boxes = yxyx, values = probabilities, paste = corners)
model Boxes on image: f32[N, H, W, 3] = image -> relu
