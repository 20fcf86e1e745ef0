dm 1
use "./hourglass.dm" { Unit, Basic, Level, HourglassMaskHead }
use "./resnet.dm" { ResNetMaskHead }
use "./fc.dm" { FCMaskHead }

## Names of a whole Deep-MAC in TensorFlow checkpoints of the released code: backbones, prediction branches and
## detectors of `specs/backbones/hourglass.dm` and `specs/detectors/deepmac.dm`.

## `HourglassNetwork`, as `Hourglass104`; `Hourglass52` is the first of its two stacks.
mapping Stacks {
  "downsample_input/conv_block/<Unit>"      => "in1/unit/<Unit>"
  "downsample_input/residual_block/<Basic>" => "in1/basic/<Basic>"
  "hourglass_network/0/<Level>"             => "out1/hourglass/<Level>"
  "output_conv/0/<Unit>"                    => "out1/unit/<Unit>"
  "intermediate_conv1/0/<Unit>"             => "in2/before/<Unit>"
  "intermediate_conv2/0/<Unit>"             => "in2/after/<Unit>"
  "intermediate_residual/0/<Basic>"         => "in2/basic/<Basic>"
  "hourglass_network/1/<Level>"             => "out2/hourglass/<Level>"
  "output_conv/1/<Unit>"                    => "out2/unit/<Unit>"
}

## One prediction branch.
mapping Branch {
  "layer_with_weights-0/*" => "branch/conv/*"
  "layer_with_weights-1/*" => "branch/predict/*"
}

## The branches of all stages stand below their kind, and TensorFlow writes the slash of `box/scale` as `.S`. Where
## nothing is detected, the embeddings stand alone.
mapping Stages {
  "object_center/{i}/<Branch>"      => "{i}/heads/heat/<Branch>"
  "box.Sscale/{i}/<Branch>"         => "{i}/heads/size/<Branch>"
  "box.Soffset/{i}/<Branch>"        => "{i}/heads/offset/<Branch>"
  "PIXEL_EMBEDDING/{i}/<Branch>"    => "{i}/heads/embed/embeddings/pixels/<Branch>"
  "INSTANCE_EMBEDDING/{i}/<Branch>" => "{i}/heads/embed/embeddings/instances/<Branch>"
  "PIXEL_EMBEDDING/{i}/<Branch>"    => "{i}/embeddings/pixels/<Branch>"
  "INSTANCE_EMBEDDING/{i}/<Branch>" => "{i}/embeddings/instances/<Branch>"
}

mapping MaskHead {
  "<HourglassMaskHead>" => "<HourglassMaskHead>"
  "<ResNetMaskHead>"    => "<ResNetMaskHead>"
  "<FCMaskHead>"        => "<FCMaskHead>"
}

mapping System {
  "_feature_extractor/_network/<Stacks>" => "stages/net/<Stacks>"
  "_prediction_head_dict/<Stages>"       => "heads/each/<Stages>"
  "_mask_net/<MaskHead>"                 => "logits/mask_branch/logits/mask_head/<MaskHead>"
}

## `DeepMAC` and what is made of it, `DetectionFree`, and `Hourglass104Heads`.
mapping DeepMAC {
  "model/<System>"         => "<System>"
  "_model/<System>"        => "<System>"
  "weights/model/<System>" => "<System>"
  "<System>"               => "<System>"
}

mapping Backbone {
  "_feature_extractor/_network/<Stacks>" => "<Stacks>"
}

## A backbone, also alone, as the checkpoint of a detector that was trained before (`feature_extractor`).
mapping DeepMACBackbone {
  "model/<Backbone>"           => "<Backbone>"
  "_model/<Backbone>"          => "<Backbone>"
  "weights/model/<Backbone>"   => "<Backbone>"
  "<Backbone>"                 => "<Backbone>"
  "feature_extractor/<Stacks>" => "<Stacks>"
  "<Stacks>"                   => "<Stacks>"
}
