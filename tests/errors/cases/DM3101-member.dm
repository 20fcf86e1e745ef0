dm 1

enum Kind = wide | narrow

enum Other = tall | flat

block Either(kind: Kind) on x: [.., H, W, C] = if kind == "wdie" then x else x -> relu

block Mixed(kind: Kind) on x: [.., H, W, C] = if kind != tall then x else x -> relu

block Meant(kind: Kind, tall: Kind) on x: [.., H, W, C] = if kind == wide or kind == tall then x else x -> relu
