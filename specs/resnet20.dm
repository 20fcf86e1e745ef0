dm 1
use "./heads/resnet.dm" { ResNet }

## ResNet-20 as Deep-MAC uses it: crops of 32×32 with 50 channels. N, the number of boxes, stays free.
@paper("arXiv:2104.00613", table = 14)
model ResNet20 = ResNet[20] at (S = 32, C = 50)

test "ResNet-20" {
  expect ResNet20.params == 3546817
  expect ResNet20.shape == "[N, 32, 32, 1]"
}
