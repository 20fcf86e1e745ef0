dm 1
block Branch(c: int, bias_init: float = 0) on x: [.., H, W, C] = x -> conv(c)
