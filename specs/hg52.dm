dm 1
use "./heads/hourglass.dm" { HG }

## Hourglass-52 as Deep-MAC uses it: crops of 32×32 with 50 channels. N, the number of boxes, stays free.
@paper("arXiv:2104.00613", table = 16)
model HG52 = HG[52] at (S = 32, C = 50)

test "Hourglass-52" {
  expect HG52.params == 23454593
  expect HG52.shape == "[N, 32, 32, 1]"
}
