dm 1
test "a \q b" { expect 1 == 1 }
