dm 1
const a = 1 // 0
const b = c
const c = b
