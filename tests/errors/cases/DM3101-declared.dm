dm 1

enum Kind = wide | narrow

type Head = [.., S, S, C] -> [.., S, S, 1]

type Pair = (a: float, b: int)

const k: int = "eight"

const widths: int[] = [8, 2.5]

fn g(n: int) -> bool = n == 0

fn half(n: int) -> bool = 4 // 2

fn first(p: Pair) -> float = p.a / p.b

model Text(c: int = "x") on x: f32[N, 8, 8, 4] = x -> conv(c)

model Broken(c: int = 2.5) on x: f32[N, 8, 8, 4] = x -> scale(c)

model NoList(c: int[] = 4) on x: f32[N, 8, 8, 4] = x -> conv(c[0])

block Shown(kind: Kind = half, head: Head = sub) on x: [.., H, W, C] = if kind == wide then x else x -> head

model Stated on x: f32[N, 8, 8, 4]
{
  let c: int = first({ a: 1, b: 2.5 })
  let b: bool = g(0)
  return if b then x -> conv(c) as wide: [.., 8] else x
}
