dm 1

fn twice(text: str, n: int) -> str = if n == 0 then text else twice(text + text, n - 1)

test "a string that doubles" {
  expect twice("deep", 60) == ""
}
