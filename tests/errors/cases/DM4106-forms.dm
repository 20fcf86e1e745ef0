# What settles an equation is said in the words of the language; following it settles it.
model Less on (x: f32[N, H, 4], y: f32[N, K, 4]) = x + (y -> slice(axis = 1, from = 1))
model Half on (x: f32[N, H, W, 4], y: f32[N, K, L, 4]) = x + (y -> max_pool(2))
model Even on (x: f32[N, H, 8, 4], y: f32[N, K, 8, 4]) = x + (y -> conv(4, stride = 2) -> upsample(2))
model Cuts on (x: f32[N, H, 4], y: f32[N, K, L, 4]) = x + (y -> reshape(K * L, 4))

model LessSaid on (x: f32[N, K - 1, 4], y: f32[N, K, 4]) = x + (y -> slice(axis = 1, from = 1))
model HalfSaid on (x: f32[N, K // 2, L // 2, 4], y: f32[N, K, L, 4]) = x + (y -> max_pool(2))
model EvenSaid on (x: f32[N, 2 * cdiv(K, 2), 8, 4], y: f32[N, K, 8, 4]) = x + (y -> conv(4, stride = 2) -> upsample(2))
