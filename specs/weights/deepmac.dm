dm 1
use "./hourglass.dm" { Unit, Basic, Level, HourglassMaskHead }
use "./resnet.dm" { ResNetMaskHead }
use "./fc.dm" { FCMaskHead }

## Names of a whole Deep-MAC in TensorFlow checkpoints of the released code: backbones, prediction branches and
## detectors of `specs/backbones/hourglass.dm` and `specs/detectors/deepmac.dm`.

## `HourglassNetwork` with two stacks, as `Hourglass104`.
mapping TwoStacks {
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

## With one stack, as `Hourglass52`.
mapping OneStack {
  "downsample_input/conv_block/<Unit>"      => "unit/<Unit>"
  "downsample_input/residual_block/<Basic>" => "basic/<Basic>"
  "hourglass_network/0/<Level>"             => "hourglass/<Level>"
  "output_conv/0/<Unit>"                    => "last/<Unit>"
}

## One prediction branch.
mapping Branch {
  "layer_with_weights-0/*" => "branch/conv/*"
  "layer_with_weights-1/*" => "branch/predict/*"
}

## The branches of a stack stand below their kind, and TensorFlow writes the slash of `box/scale` as `.S`.
mapping FirstStack {
  "object_center/0/<Branch>"      => "heat/<Branch>"
  "box.Sscale/0/<Branch>"         => "size/<Branch>"
  "box.Soffset/0/<Branch>"        => "offset/<Branch>"
  "PIXEL_EMBEDDING/0/<Branch>"    => "pixels/<Branch>"
  "INSTANCE_EMBEDDING/0/<Branch>" => "instances/<Branch>"
}
mapping SecondStack {
  "object_center/1/<Branch>"      => "heat/<Branch>"
  "box.Sscale/1/<Branch>"         => "size/<Branch>"
  "box.Soffset/1/<Branch>"        => "offset/<Branch>"
  "PIXEL_EMBEDDING/1/<Branch>"    => "pixels/<Branch>"
  "INSTANCE_EMBEDDING/1/<Branch>" => "instances/<Branch>"
}

mapping Backbone {
  "_feature_extractor/_network/<TwoStacks>" => "<TwoStacks>"
}
mapping HalfBackbone {
  "_feature_extractor/_network/<OneStack>" => "<OneStack>"
}
mapping Predictions {
  "_feature_extractor/_network/<TwoStacks>" => "backbone/hourglass104/<TwoStacks>"
  "_prediction_head_dict/<FirstStack>"      => "first/heads/<FirstStack>"
  "_prediction_head_dict/<SecondStack>"     => "second/heads/<SecondStack>"
}
mapping Detector {
  "_feature_extractor/_network/<TwoStacks>" => "first/hourglass104/<TwoStacks>"
  "_prediction_head_dict/<FirstStack>"      => "aux/heads/<FirstStack>"
  "_prediction_head_dict/<SecondStack>"     => "h/heads/<SecondStack>"
  "_mask_net/<HourglassMaskHead>"           => "masks/mask_head/<HourglassMaskHead>"
  "_mask_net/<ResNetMaskHead>"              => "masks/mask_head/<ResNetMaskHead>"
  "_mask_net/<FCMaskHead>"                  => "masks/mask_head/<FCMaskHead>"
}

## `Hourglass104`, also alone, as the checkpoint of a detector that was trained before (`feature_extractor`).
mapping DeepMACBackbone {
  "model/<Backbone>"              => "<Backbone>"
  "_model/<Backbone>"             => "<Backbone>"
  "weights/model/<Backbone>"      => "<Backbone>"
  "<Backbone>"                    => "<Backbone>"
  "feature_extractor/<TwoStacks>" => "<TwoStacks>"
  "<TwoStacks>"                   => "<TwoStacks>"
}

## `Hourglass52`.
mapping DeepMACHalfBackbone {
  "model/<HalfBackbone>"         => "<HalfBackbone>"
  "_model/<HalfBackbone>"        => "<HalfBackbone>"
  "weights/model/<HalfBackbone>" => "<HalfBackbone>"
  "<HalfBackbone>"               => "<HalfBackbone>"
}

## `Hourglass104Heads`.
mapping DeepMACPredictions {
  "model/<Predictions>"         => "<Predictions>"
  "_model/<Predictions>"        => "<Predictions>"
  "weights/model/<Predictions>" => "<Predictions>"
  "<Predictions>"               => "<Predictions>"
}

## `DeepMAC` and its variants.
mapping DeepMACDetector {
  "model/<Detector>"         => "<Detector>"
  "_model/<Detector>"        => "<Detector>"
  "weights/model/<Detector>" => "<Detector>"
  "<Detector>"               => "<Detector>"
}
