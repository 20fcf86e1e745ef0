dm 1
# Two axes stay in this body, since its input has three; the text means to keep one.
model A on x: f32[N, 8, 6] = x -> reshape(2, 4, 6)
