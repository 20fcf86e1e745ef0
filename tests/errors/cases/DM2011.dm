dm 1
block A on x: [N, C] -> [N, K] = x -> dense(8)
