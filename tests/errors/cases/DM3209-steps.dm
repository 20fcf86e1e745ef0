dm 1
const l = each i in 0..1000000 { each j in 0..1000000 { i * j } }
