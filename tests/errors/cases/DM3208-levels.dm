dm 1

## Two lines that would nest a list a thousand levels deep.
const deep = grow rows = [[1]] over i in 0..1000 { [rows[-1]] }

model Deep on x: f32[N, 8, 8, 3] = x -> conv(len(deep))
