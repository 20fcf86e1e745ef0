dm 1

model Short on x: f32[N, 3] = x -> dense(2) as stem -> chain i in 0..1 { dense(2) }

mapping Layers { "net.0.*" => "stem/*" "net.{i + 1}.*" => "chain/{i}/dense/*" }

weights Short from "./lib/deeper.safetensors" { "<Layers>" => "<Layers>" }
