dm 1
table T {
  | depth | n |
  | 10 | [1, 2]
  | 20 | [2, 2] |
}
