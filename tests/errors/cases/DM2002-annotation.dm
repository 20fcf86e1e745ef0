# One source given twice, and two orders of axes for one file.
@paper("a")
@paper("b")
@paper("a")
model Twice on x: f32[N, 8, 8, 4] = x -> relu

@axes(torch)
@axes(tensorflow)
weights Twice from "./lib/small.safetensors" {
}
