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

## How the names of the file become paths of the text.
mapping Names {
  "module.stem.conv.weight"               => "stem/unit/conv/kernel"
  "module.stem.bn.weight"                 => "stem/unit/bn/gamma"
  "module.stem.bn.bias"                   => "stem/unit/bn/beta"
  "module.stem.bn.running_mean"           => "stem/unit/bn/moving_mean"
  "module.stem.bn.running_var"            => "stem/unit/bn/moving_variance"
  "module.blocks.{i}.cv1.conv.weight"     => "trunk/repeat/{i}/body/first/conv/kernel"
  "module.blocks.{i}.cv1.bn.weight"       => "trunk/repeat/{i}/body/first/bn/gamma"
  "module.blocks.{i}.cv1.bn.bias"         => "trunk/repeat/{i}/body/first/bn/beta"
  "module.blocks.{i}.cv1.bn.running_mean" => "trunk/repeat/{i}/body/first/bn/moving_mean"
  "module.blocks.{i}.cv1.bn.running_var"  => "trunk/repeat/{i}/body/first/bn/moving_variance"
  "module.blocks.{i}.cv2.conv.weight"     => "trunk/repeat/{i}/body/second/conv/kernel"
  "module.blocks.{i}.cv2.bn.weight"       => "trunk/repeat/{i}/body/second/bn/gamma"
  "module.blocks.{i}.cv2.bn.bias"         => "trunk/repeat/{i}/body/second/bn/beta"
  "module.blocks.{i}.cv2.bn.running_mean" => "trunk/repeat/{i}/body/second/bn/moving_mean"
  "module.blocks.{i}.cv2.bn.running_var"  => "trunk/repeat/{i}/body/second/bn/moving_variance"
  "module.up.weight"                      => "up/deconv/kernel"
  "module.up.bias"                        => "up/deconv/bias"
  "module.head.weight"                    => "logits/kernel"
  "module.head.bias"                      => "logits/bias"
}

test "as many parameters as the original" {
  expect Segmenter.params == 10337
}
