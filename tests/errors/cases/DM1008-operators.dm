dm 1

## Marks of other languages are told once, and read as what they mean.
const both   = true && false
const either = true ∨ false
const many   = 3 × 4 + 6 ÷ 2 − 1
const less   = 3 ≤ 4
const power  = 2 ** 3

## A number that cannot be read is no other number.
const large = 1_000
const hex   = 0xFF

block Uses on x: [.., H, W, C] = x -> conv(many) -> conv(power) -> conv(large) -> conv(hex) -> conv[8]
