dm 1
// The widths of the levels.
const widths = [64, 128] // in channels

model M on x: f32[N, H, W, 4] {
  let y = x -> conv(2 ** 6) → relu; // the stem
  let z = y @ y;
  return z;
}
