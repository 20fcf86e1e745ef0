dm 1
block Unit(c: int) on x: [.., H, W, C] = x -> conv(c) -> bn -> relu
