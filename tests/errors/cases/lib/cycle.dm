dm 1
use "../DM2008.dm" { A }

block Cycle on x: [.., H, W, C] = x -> relu
