dm 1
model A on x: 32 = x -> relu
