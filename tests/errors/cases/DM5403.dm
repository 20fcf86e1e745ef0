dm 1

mapping Layer { "conv/*" => "conv/*" }

mapping Wrong {
  "a//b"                    => "a/b"
  "x*/b"                    => "a/b"
  "layer-{i"                => "a/{i}"
  "layer-{2 i}"             => "a/{i}"
  "layer-{i - j}"           => "a/{i}"
  "layer-{0 * i}"           => "a/{i}"
  "{a}{b}"                  => "{a}"
  "a/*"                     => "*/*"
  "a/{i}"                   => "a/{j}"
  "a/<Layer>"               => "a"
  "**/a/**/<Layer>/**/b/**" => "<Layer>"
}

## It hands on all it gets, and gets it back.
mapping Round { "<Again>" => "<Again>" }
mapping Again { "<Round>" => "<Round>" }
