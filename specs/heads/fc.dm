dm 1

## Table 11. A fully connected head is tied to one crop size, so the size is a parameter and
## not a dimension variable: `dense` cannot have 64·S² inputs for an unknown S.
## The depth in a model's name counts dense layers; the 1×1 convolution in front comes on top.
@paper("arXiv:2104.00613", table = 11)
model FC(layers: int = 2, hidden: int = 1024, nc: int = 64, size: int = 32)
  on x: f32[N, size, size, C] -> f32[N, size, size, 1]
  = x -> conv(nc, k = 1)
      -> flatten
      -> (dense(hidden, init = glorot_normal) -> relu) * (layers - 1)
      -> dense(size * size, init = glorot_normal) as logits
      -> reshape(size, size, 1)

model FC2 = FC with { layers = 2 }
model FC4 = FC with { layers = 4 }

test "Table 11" {
  expect (FC2 at (C = 50)).depth == 3      # two dense layers and the 1×1 input convolution
  expect (FC4 at (C = 50)).depth == 5
  expect (FC2 at (C = 50)).params == 68162752
  expect (FC4 at (C = 50)).params == 70261952
  expect (FC2 at (C = 50)).buffers == 0
  expect (FC4 at (C = 50)).buffers == 0
  expect (FC2 at (N = 1, C = 50)).macs ~= 71M
  expect (FC4 at (N = 1, C = 50)).macs ~= 74M
}
