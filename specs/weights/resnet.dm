dm 1

## Names of the ResNet mask heads in TensorFlow checkpoints of the released Deep-MAC code, and the weights of
## `specs/heads/resnet.dm` that they are.

## A functional Keras model counts its layers that have weights, in the order of their depth. The first block of a
## stage has six (the projection comes last), every other one five. In all of these heads the second stage, where
## there is one, begins with layer 41: eight blocks are in front of it.
mapping ResNetLayers {
  "layer_with_weights-0/*"           => "chain/0/chain/0/act/bn/*"
  "layer_with_weights-1/*"           => "chain/0/chain/0/body/first/conv/*"
  "layer_with_weights-2/*"           => "chain/0/chain/0/body/first/bn/*"
  "layer_with_weights-3/*"           => "chain/0/chain/0/body/second/conv/*"
  "layer_with_weights-4/*"           => "chain/0/chain/0/body/second/bn/*"
  "layer_with_weights-5/*"           => "chain/0/chain/0/res/conv/*"
  "layer_with_weights-{5 * b + 1}/*" => "chain/0/chain/{b}/act/bn/*"
  "layer_with_weights-{5 * b + 2}/*" => "chain/0/chain/{b}/body/first/conv/*"
  "layer_with_weights-{5 * b + 3}/*" => "chain/0/chain/{b}/body/first/bn/*"
  "layer_with_weights-{5 * b + 4}/*" => "chain/0/chain/{b}/body/second/conv/*"
  "layer_with_weights-{5 * b + 5}/*" => "chain/0/chain/{b}/body/second/bn/*"

  "layer_with_weights-41/*"           => "chain/1/chain/0/act/bn/*"
  "layer_with_weights-42/*"           => "chain/1/chain/0/body/first/conv/*"
  "layer_with_weights-43/*"           => "chain/1/chain/0/body/first/bn/*"
  "layer_with_weights-44/*"           => "chain/1/chain/0/body/second/conv/*"
  "layer_with_weights-45/*"           => "chain/1/chain/0/body/second/bn/*"
  "layer_with_weights-46/*"           => "chain/1/chain/0/res/conv/*"
  "layer_with_weights-{5 * b + 42}/*" => "chain/1/chain/{b}/act/bn/*"
  "layer_with_weights-{5 * b + 43}/*" => "chain/1/chain/{b}/body/first/conv/*"
  "layer_with_weights-{5 * b + 44}/*" => "chain/1/chain/{b}/body/first/bn/*"
  "layer_with_weights-{5 * b + 45}/*" => "chain/1/chain/{b}/body/second/conv/*"
  "layer_with_weights-{5 * b + 46}/*" => "chain/1/chain/{b}/body/second/bn/*"
}

## A `MaskHeadNetwork` around a ResNet.
mapping ResNetMaskHead {
  "_net/input_layer/*"        => "res_net_head/trunk/res_net_trunk/stem/conv/*"
  "_net/model/<ResNetLayers>" => "res_net_head/trunk/res_net_trunk/<ResNetLayers>"
  "project_out/*"             => "res_net_head/conv/*"
}

## `ResNet` and its variants, wherever a file keeps the head.
mapping ResNetHead {
  "model/_mask_net/<ResNetMaskHead>"         => "<ResNetMaskHead>"
  "_model/_mask_net/<ResNetMaskHead>"        => "<ResNetMaskHead>"
  "weights/model/_mask_net/<ResNetMaskHead>" => "<ResNetMaskHead>"
  "_mask_net/<ResNetMaskHead>"               => "<ResNetMaskHead>"
  "<ResNetMaskHead>"                         => "<ResNetMaskHead>"
}
