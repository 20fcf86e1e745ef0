dm 1

enum Kind = wide | narrow

block Either(kind: Kind) on x: [.., H, W, C] = match kind { wdie => x, narrow => x -> relu }

model Phased on x: f32[N, 32, 32, 8] = match phase { trian => x, infer => x -> relu }
