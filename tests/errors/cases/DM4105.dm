dm 1
model A on x: f32[N, S, S, 8] = if S > 16 then x else x -> relu
