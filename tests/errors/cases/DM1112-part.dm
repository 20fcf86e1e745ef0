dm 1
model M on x: f32[N, 4] {
  let part = x -> relu
  output z = part -> part
  part first on x z
  part second on (x, ) -> z
  part third x -> z
  part type on x -> z
  part Fourth on x -> z
}
