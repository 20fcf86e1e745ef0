dm 1

block Either(kind: str) on x: [.., C] = match kind { "wide" => x, wide => x -> relu, else => x }
