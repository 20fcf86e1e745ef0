# A name that the text gives is passed over: what must be named is conv_3.
model A on x: f32[N, 8, 8, 4] = x -> conv(3) -> conv(3) as conv_2 -> conv(3)
model B on x: f32[N, 8, 8, 4] {
  let y = x -> conv(3)
    -> conv(3) -> conv(3) as conv_3
    -> conv(3)
  return y
}
