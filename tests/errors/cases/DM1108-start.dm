dm 1
table T {
  | depth | n |
  | 10 | 1 |
    20 | 2 |
}
