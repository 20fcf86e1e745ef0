dm 1

## Names of the hourglass networks in TensorFlow checkpoints of the released Deep-MAC code, and the weights of
## `specs/heads/hourglass.dm` that they are.

## `ConvolutionalBlock`.
mapping Unit {
  "conv/*" => "conv/*"
  "norm/*" => "bn/*"
}

## `ResidualBlock`. The second convolution and its norm stand in the block itself.
mapping Basic {
  "conv_block/<Unit>" => "body/unit/<Unit>"
  "skip/<Unit>"       => "res/shortcut/<Unit>"
  "<Unit>"            => "body/<Unit>"
}

## `EncoderDecoderBlock`: one level, which holds the next one or, at the bottom, residual blocks.
mapping Level {
  "encoder_block1/{i}/<Basic>" => "lrs/stage/chain/{i}/<Basic>"
  "encoder_block2/{i}/<Basic>" => "low/stage/chain/{i}/<Basic>"
  "decoder_block/{i}/<Basic>"  => "up/stage/chain/{i}/<Basic>"
  "inner_block/{i}/<Basic>"    => "up/inner/chain/{i}/<Basic>"
  "inner_block/0/<Level>"      => "up/inner/<Level>"
}

## A `MaskHeadNetwork` around an hourglass.
mapping HourglassMaskHead {
  "_net/conv_input/conv_block/<Unit>"      => "trunk/unit/<Unit>"
  "_net/conv_input/residual_block/<Basic>" => "trunk/basic/<Basic>"
  "_net/hourglass_network/0/<Level>"       => "trunk/hourglass/<Level>"
  "_net/output_conv/0/<Unit>"              => "trunk/last/<Unit>"
  "project_out/*"                          => "conv/*"
}

## `HG` and its variants, wherever a file keeps the head: in a checkpoint, in the variables of a SavedModel, in
## safetensors that kept those names, or alone.
mapping HourglassHead {
  "model/_mask_net/<HourglassMaskHead>"         => "<HourglassMaskHead>"
  "_model/_mask_net/<HourglassMaskHead>"        => "<HourglassMaskHead>"
  "weights/model/_mask_net/<HourglassMaskHead>" => "<HourglassMaskHead>"
  "_mask_net/<HourglassMaskHead>"               => "<HourglassMaskHead>"
  "<HourglassMaskHead>"                         => "<HourglassMaskHead>"
}
