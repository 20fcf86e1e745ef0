dm 1

## Compile-time values: numbers, lists, records, functions.

enum Kind = wide | narrow
const widths = [8, 16, 32]
const unit = { c: 8, k: 3 }
fn double(x: int) -> int = 2 * x
fn raised(x: int, by: int = x + 1) -> int = x * by
fn pick(kind: Kind) -> int = match kind { wide => 2, narrow => 1 }
type Head = [.., H, W, C] -> [.., H, W, C]

test "numbers" {
  expect 7 // 2 == 3 and 7 % 2 == 1 and -7 // 2 == -4
  expect 2 ^ 10 == 1024 and 2 ^ 3 ^ 2 == 512
  expect cdiv(7, 2) == 4 and 8 / 2 == 4
  expect 7 / 2 fails DM4102
  expect 7.0 / 2 == 3.5
  expect 2.9M == 2900000 and 64KiB == 65536
  expect 1234567 ~= 1.23M
  expect 1.02 == 1.0 within 0.05
  expect int(2.7) == 2 and round(2.5) == 3 and abs(-3) == 3
  expect not (1 > 2) or false
  expect 1 // 0 fails DM3117
}

test "lists and records" {
  expect 2 * widths == [16, 32, 64]
  expect widths + [1, 1, 1] == [9, 17, 33]
  expect widths[1..] == [16, 32] and widths[..1] == [8] and widths[-1] == 32
  expect sum(widths) == 56 and max(widths) == 32 and len(widths) == 3
  expect (each w in widths { w // 8 }) == [1, 2, 4]
  expect (grow fib = [1, 1] over i in 0..5 { fib[i] + fib[i + 1] }) == [1, 1, 2, 3, 5, 8, 13]
  expect unit.c == 8
  expect unit.d == 8 fails DM2004
  expect widths[3] == 0 fails DM3104
}

test "functions and enums" {
  expect double(21) == 42
  expect pick(wide) + pick(narrow) == 3
  expect double(2.5) == 5 fails DM3101
  expect pick("broad") == 1 fails DM3101
  expect raised(2) == 6 and raised(2, by = 5) == 10 and raised(by = 2, x = 3) == 6
  expect raised(2, x = 3) == 6 fails DM3102
  expect raised(by = 3) == 6 fails DM3111
  expect raised(1, be = 3) == 6 fails DM3102
  expect unknown_name == 1 fails DM2001
}

test "what a step of grow keeps does not change later" {
  let kept = grow a = [1] over i in 0..3 { { list: a, run: chain j in 0..len(a) { relu } } }
  expect len(kept[1].list) == 1 and len(kept[3].list) == 3
  expect kept[1] == kept[1] and { a: 1, b: [2] } == { b: [2], a: 1 }
  expect not ({ a: 1 } == { a: 2 }) and not ({ a: 1 } == { b: 1 })
  expect (grow a = [[1]] over i in 0..300 { [a[-1]] }) == 1 fails DM3208
  expect (grow a = [[1]] over i in 0..60 { [a[-1], a[-1]] }) == 1 fails DM3208
}

# ---- blocks are values

block Apply(f: Head, n: int = 1) on x: [.., H, W, C] = x -> f * n

model Passed on x: f32[N, 8, 8, 4] = x -> Apply(conv(4) -> relu, n = 3)
model Piped on x: f32[N, 8, 8, 4] {
  let unit = conv(4) -> bn -> relu
  return x -> unit -> unit as again
}
model Pooled(pool: str = "max") on x: f32[N, 8, 8, 4]
  = match pool { max => x -> max_pool(2), avg => x -> avg_pool(2), else => x }

test "blocks as values" {
  expect Passed.params == 3 * 148
  expect Piped.params == 2 * 156
  expect (Pooled with { pool = "none" }).shape == "[N, 8, 8, 4]"
  expect Pooled.shape == "[N, 4, 4, 4]"
  expect (Passed at (N = 2)).shape == "[2, 8, 8, 4]"
}

# ---- leading axes fold, models nest

model Inner on x: f32[N, S, S, C] -> f32[N, S, S, 1] = x -> conv(1)
model Outer(head: Block = Inner) on x: f32[N, K, 8, 8, 4] = x -> head
model Sized on x: f32[N, 16, 16, 4] = x -> (Inner at (S = 8))

test "nesting" {
  expect Outer.shape == "[N, K, 8, 8, 1]"
  expect (Outer with { head = conv(3) }).params == 111
  expect Sized.params fails DM4207
}

# ---- operators with several results

block Gated(c: int) on x: [.., H, W, C] {
  let (value, gate) = x -> conv(2 * c) -> split(2)
  return value * (gate -> sigmoid)
}
model Halved on x: f32[N, H, W, 12] {
  let (first, middle, last) = x -> split(3)
  let (top, bottom) = (first, last) -> concat -> Gated(8) -> split(2, axis = 1)
  let quarters = middle -> split(4)
  return { sum: top + bottom, all: quarters -> concat, one: quarters[2] }
}
model Unequal on x: f32[N, 8, 8, 8] = (x -> split(3))[0]
model Apart on x: f32[N, 8, 8, 8] {
  let (a, b, c) = x -> split(2)
  return a + b + c
}

test "operators with several results" {
  expect Halved.sum.shape == "[N, H/2, W, 8]" and Halved.requires == "H % 2 == 0"
  expect Halved.all.shape == "[N, H, W, 4]" and Halved.one.shape == "[N, H, W, 1]"
  expect (Halved at (H = 3)).shape fails DM4203
  expect Unequal.shape fails DM4203
  expect Apart.shape fails DM3101
}

# ---- trained numbers that no layer owns

block Placed on x: [.., T, C] = x + (x -> param(T, C, deviation = 0.02) as position)
model Tokens on x: f32[N, 4, 4, 8] {
  let tokens = x -> reshape(16, 8)
  return { token: tokens -> param(1, 8) as cls, placed: tokens -> Placed, all: tokens -> dense(8) }
}
block LayerScale on x: [.., H, W, C] = x * (x -> param(1, 1, C, init = 0.1) as gamma)
model Scaled on x: f32[N, K, S, S, 8] = x -> LayerScale -> LayerScale as second
model Tied on x: f32[N, 4, 4, 8] {
  share scale = LayerScale
  return x -> scale -> relu -> scale
}

test "trained numbers that no layer owns" {
  expect Tokens.token.shape == "[N, 1, 8]" and Tokens.placed.shape == "[N, 16, 8]"
  expect Tokens.params == 8 + 128 + 72
  expect Scaled.shape == "[N, K, S, S, 8]" and Scaled.params == 16 and Scaled.macs == 0
  expect Tied.params == 8
}
