dm 1
table T {
  | depth | n | c |
  | 10 | [1] | 8 |
  | 20 | [2] |
}
