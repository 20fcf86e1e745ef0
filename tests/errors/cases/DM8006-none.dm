dm 1
# None is a name as any other: batch, height and width would be one size.
model Keras on x: f32[None, None, None, 3] = x -> conv(8)

# One None is a free size.
model Free on x: f32[None, 32, 32, 3] = x -> conv(8)
