dm 1

model First on x: f32[N, 3, H, W] = x -> relu

model Picture on x: f32[1, 3, 224, 224] = x -> relu

model Stated
{
  input x: f32[N, 1, S, S]
  output y = x -> relu
}

## These are meant: channels last, a map of one row, boxes.
model Last on x: f32[N, H, W, 3] = x -> relu

model Row on x: f32[N, 1, W, C] = x -> relu

model Small on x: f32[N, 4, 4, 16] = x -> relu
