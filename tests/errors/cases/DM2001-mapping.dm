dm 1

mapping Layer { "conv/*" => "conv/*" }
mapping Net { "a/<Layr>" => "a/<Layr>" }
