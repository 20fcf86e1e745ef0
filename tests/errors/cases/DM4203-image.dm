dm 1
@image(input = "rois")
model Boxes {
  input image: f32[N, H, W, 3]
  input rois: f32[N, K, 4]
  output kept = rois
  output seen = image
}

@image(input = "image")
model Deep on image: f32[N, H, W, C] = image -> relu
