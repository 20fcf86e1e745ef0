dm 1
const big = 9 ^ 9 ^ 9
