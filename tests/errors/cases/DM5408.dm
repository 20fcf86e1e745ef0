dm 1

table Depths {
  | depth |
  | 2     |
  | 3     |
}

model Net[r in Depths] on x: f32[N, 3] = x -> dense(2) as stem -> chain i in 0..r.depth { dense(2) }

mapping Layers { "net.0.*" => "stem/*" "net.{i + 1}.*" => "chain/{i}/dense/*" }

# Every weight of the smaller member is there, and a layer more.
weights Net[2] from "./lib/deeper.safetensors" { "<Layers>" => "<Layers>" }
