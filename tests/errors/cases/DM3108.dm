dm 1
table Table16 {
  | depth | n |
  | 20 | 1 |
  | 20 | 2 |
}
