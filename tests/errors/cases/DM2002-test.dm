model One on x: f32[N, 8, 8, 4] = x -> relu

test "sizes" { expect One.params == 0 }
test "other" { expect One.depth == 0 }
test "sizes" { expect One.depth == 0 }
