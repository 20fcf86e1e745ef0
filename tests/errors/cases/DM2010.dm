dm 1
block A on x: [.., h, W, C] = x -> relu
