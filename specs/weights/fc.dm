dm 1

## Names of the fully connected mask head in TensorFlow checkpoints of the released Deep-MAC code, and the weights
## of `specs/heads/fc.dm` that they are. That code has two dense layers; FC4 is known from the paper alone.

mapping FCMaskHead {
  "_net/input_layer/*" => "conv/*"
  "_net/fc1/*"         => "repeat/0/dense/*"
  "_net/fc2/*"         => "logits/*"
}

## `FC2`, wherever a file keeps the head.
mapping FCHead {
  "model/_mask_net/<FCMaskHead>"         => "<FCMaskHead>"
  "_model/_mask_net/<FCMaskHead>"        => "<FCMaskHead>"
  "weights/model/_mask_net/<FCMaskHead>" => "<FCMaskHead>"
  "_mask_net/<FCMaskHead>"               => "<FCMaskHead>"
  "<FCMaskHead>"                         => "<FCMaskHead>"
}
