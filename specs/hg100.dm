dm 1
use "./heads/hourglass.dm" { HG }

## Hourglass-100 as Deep-MAC uses it: crops of 32×32 with 50 channels. N, the number of boxes, stays free.
@paper("arXiv:2104.00613", table = 16)
model HG100 = HG[100] at (S = 32, C = 50)

test "Hourglass-100" {
  expect HG100.params == 47221121
  expect HG100.shape == "[N, 32, 32, 1]"
}
