dm 1
block Odd on x: [.., H, W, C] where H % 2 == 1 = x -> relu
block Even on x: [.., H, W, C] where H % 2 == 0 = x -> relu

model A on x: f32[N, S, S, 8] = x -> Odd() -> Even()
