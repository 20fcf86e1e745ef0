dm 1
use "./heads/hourglass.dm" { HG }

## Hourglass-20 as Deep-MAC uses it: crops of 32×32 with 50 channels. N, the number of boxes, stays free.
@paper("arXiv:2104.00613", table = 16)
model HG20 = HG[20] at (S = 32, C = 50)

test "Hourglass-20" {
  expect HG20.params == 5530625
  expect HG20.shape == "[N, 32, 32, 1]"
}
