dm 1

enum Kind = alpha | beta

block Either(kind: Kind) on x: [.., H, W, C] = x -> match kind { alpha => relu, beta => tanh }

block Given on x: [.., H, W, C] = x -> Either(alfa) -> Either(kind = bta)

block Chosen on x: [.., H, W, C] = x -> upsample(2, mode = linear) -> conv(8, init = he) -> conv(8, bias = False)

block Inputless(c: int) = image -> conv(c)
