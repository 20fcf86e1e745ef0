dm 1

## The network of original.py, in the words of this language.

block Unit(c: int, stride: int = 1) on x: [.., H, W, C]
  = x -> conv(c, stride = stride, bias = false) -> bn -> relu

block Residual on x: [.., H, W, C] -> [.., H, W, C]
{
  let body = x -> Unit(C) as first -> Unit(C) as second
  return x + body
}

model Segmenter on image: f32[N, H, W, 3] -> f32[N, H, W, 1]
{
  let stem  = image -> Unit(16, stride = 2)
  let trunk = stem -> Residual * 2
  let up    = trunk -> deconv(8) -> relu
  return up -> conv(1, k = 1) as logits
}

## How the names of the file become paths of the text. Both sides are steps; `*` is any one. What all names begin with,
## `module.`, needs no rule, and neither do PyTorch's words for the roles of weights.
mapping Names {
  "stem.*.*"           => "stem/unit/*/*"
  "blocks.{i}.cv1.*.*" => "trunk/repeat/{i}/body/first/*/*"
  "blocks.{i}.cv2.*.*" => "trunk/repeat/{i}/body/second/*/*"
  "up.*"               => "up/deconv/*"
  "head.*"             => "logits/*"
}

test "as many parameters as the original" {
  expect Segmenter.params == 10337
}
