dm 1
use "./hourglass.dm" { Unit, Basic, Level }

## Names of a Deep-MARC with a ResNet in training checkpoints of the released code (Model Garden), as `DeepMARC[50]` and
## `[101]` have them. No such checkpoint was ever published: these rules follow from the attributes of that code and
## from how Keras counts the layers of a functional model, and are unproven. SpineNet's layers are not in them: their
## numbers follow from no rule that a mapping can say.

## A bottleneck: `_norm0` is that of the projection.
mapping MarcBottleneck {
  "_conv1/*"    => "body/reduce/conv/*"
  "_norm1/*"    => "body/reduce/norm/*"
  "_conv2/*"    => "body/spatial/conv/*"
  "_norm2/*"    => "body/spatial/norm/*"
  "_conv3/*"    => "body/expand/conv/*"
  "_norm3/*"    => "body/expand/norm/*"
  "_shortcut/*" => "res/shortcut/normed/conv/*"
  "_norm0/*"    => "res/shortcut/normed/norm/*"
}

## The stem is layers 0 and 1. Then blocks are counted through: stages of 3, 4, 6 or 23, and 3.
mapping MarcResNet {
  "layer_with_weights-0/*"                       => "stem/normed/conv/*"
  "layer_with_weights-1/*"                       => "stem/normed/norm/*"
  "layer_with_weights-{b + 2}/<MarcBottleneck>"  => "c2/layer/chain/{b}/<MarcBottleneck>"
  "layer_with_weights-{b + 5}/<MarcBottleneck>"  => "c3/layer/chain/{b}/<MarcBottleneck>"
  "layer_with_weights-{b + 9}/<MarcBottleneck>"  => "c4/layer/chain/{b}/<MarcBottleneck>"
  "layer_with_weights-{b + 15}/<MarcBottleneck>" => "c5/layer/chain/{b}/<MarcBottleneck>"
  "layer_with_weights-{b + 32}/<MarcBottleneck>" => "c5/layer/chain/{b}/<MarcBottleneck>"
}

## The pyramid, from what lies farthest from its ends: projections from the top down, the convolution in front of the
## coarsest level, those of the others, the coarsest, and the norms.
mapping MarcDecoder {
  "layer_with_weights-0/*"       => "p2/pyramid/m5/conv/*"
  "layer_with_weights-1/*"       => "p2/pyramid/m4/conv/*"
  "layer_with_weights-2/*"       => "p2/pyramid/m3/conv/*"
  "layer_with_weights-3/*"       => "p2/pyramid/m2/conv/*"
  "layer_with_weights-4/*"       => "p2/pyramid/each/3/conv/*"
  "layer_with_weights-{i + 5}/*" => "p2/pyramid/each/{i}/conv/*"
  "layer_with_weights-8/*"       => "p6/conv/*"
  "layer_with_weights-{i + 9}/*" => "each/{i}/norm/*"
}

mapping MarcBoxHead {
  "_convs/{i}/*"      => "seen/chain/{i}/conv/*"
  "_conv_norms/{i}/*" => "seen/chain/{i}/bn/*"
  "_fcs/0/*"          => "flat/dense/*"
  "_fc_norms/0/*"     => "flat/bn/*"
  "_classifier/*"     => "cls/dense/*"
  "_box_regressor/*"  => "reg/dense/*"
}

## `DeepMaskHead`: an hourglass or four convolutions, and the tail.
mapping MarcMaskHead {
  "_hourglass/conv_input/conv_block/<Unit>"      => "trunk/unit/<Unit>"
  "_hourglass/conv_input/residual_block/<Basic>" => "trunk/basic/<Basic>"
  "_hourglass/hourglass_network/0/<Level>"       => "trunk/hourglass/<Level>"
  "_hourglass/output_conv/0/<Unit>"              => "trunk/last/<Unit>"
  "_convs/{i}/*"                                 => "trunk/chain/{i}/conv/*"
  "_conv_norms/{i}/*"                            => "trunk/chain/{i}/bn/*"
  "_deconv/*"                                    => "tail/up/deconv/*"
  "_deconv_bn/*"                                 => "tail/up/bn/*"
  "_mask_regressor/*"                            => "tail/conv/*"
}

mapping MarcSystem {
  "backbone/<MarcResNet>"          => "pyramid/net/p2/pyramid/c2/trunk/<MarcResNet>"
  "decoder/<MarcDecoder>"          => "pyramid/net/<MarcDecoder>"
  "rpn_head/_convs/0/*"            => "look/*"
  "rpn_head/_norms/{i}/0/*"        => "regions/each/{i}/rpn/seen/bn/*"
  "rpn_head/_classifier/*"         => "score/*"
  "rpn_head/_box_regressor/*"      => "place/*"
  "detection_head/<MarcBoxHead>"   => "box/box_head/<MarcBoxHead>"
  "detection_head/0/<MarcBoxHead>" => "box/box_head/<MarcBoxHead>"
  "mask_head/<MarcMaskHead>"       => "logits/mask_head/<MarcMaskHead>"
}

mapping DeepMARC {
  "model/<MarcSystem>"         => "<MarcSystem>"
  "_model/<MarcSystem>"        => "<MarcSystem>"
  "weights/model/<MarcSystem>" => "<MarcSystem>"
  "<MarcSystem>"               => "<MarcSystem>"
}

## Its mask head alone: `MarcHG` and `MaskRCNN`.
mapping DeepMARCHead {
  "model/mask_head/<MarcMaskHead>"  => "<MarcMaskHead>"
  "_model/mask_head/<MarcMaskHead>" => "<MarcMaskHead>"
  "mask_head/<MarcMaskHead>"        => "<MarcMaskHead>"
}
