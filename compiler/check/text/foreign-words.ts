// What other libraries call what operators do, and what to write here: PyTorch, Keras, TensorFlow, ONNX and
// darknet. Data only; a word is looked up without its case, its underscores and an ending `2d`.

/** Words with one answer. `write` is text of the language; without it there is no such thing here. */
export interface ForeignWord {
  readonly words: string;
  readonly write?: string;
  readonly note?: string;
}

const channels = "how many flow in is known from the left";
const missing = "docs/not-here.md says what to do instead";

export const foreignWords: readonly ForeignWord[] = [
  // layers
  { words: "conv2d convolution convolutional convolve conv2dlayer", write: "conv(c, k = 3)", note: channels },
  { words: "convbn convbnrelu convbnact convmodule", write: "conv(c, bias = false) -> bn -> relu" },
  { words: "conv1d conv1dlayer", write: "conv(c, k = [1, 3])", note: "on a map of one row" },
  { words: "conv3d maxpool3d avgpool3d batchnorm3d", note: "there are no 3-D layers here" },
  {
    words: "depthwise depthwiseconv dwconv convdw",
    write: "conv(C, groups = C)",
    note: "C is the number that flows in",
  },
  { words: "separableconv sepconv dsconv", write: "conv(C, groups = C) -> conv(c, k = 1) as pointwise" },
  { words: "pointwise pointwiseconv conv1x1", write: "conv(c, k = 1)" },
  { words: "conv3x3", write: "conv(c)" },
  {
    words:
      "convtranspose conv2dtranspose transposedconv convolutiontranspose deconvolution deconvolutional upconv transposeconv",
    write: "deconv(c)",
    note: "it doubles height and width",
  },
  {
    words: "linear fc fullyconnected connected innerproduct gemm affine lazylinear addmm denselayer mlp",
    write: "dense(c)",
    note: "on the last axis; it never flattens",
  },
  { words: "lazyconv", write: "conv(c)", note: channels },
  {
    words:
      "batchnorm batchnormalization batchnorm1d syncbatchnorm fusedbatchnorm batchnormal batchnormalize normalization normalize norm",
    write: "bn",
    note: "`decay` is 1 - PyTorch's momentum",
  },
  {
    words:
      "layernorm layernormalization ln groupnorm groupnormalization gn instancenorm instancenormalization rmsnorm rmsnormalization localresponsenorm lrn weightnorm spectralnorm l2normalize",
    note: `this norm is not here, and \`bn\` is another; ${missing}`,
  },
  {
    words: "dropout1d spatialdropout dropout2d alphadropout gaussiandropout dropblock",
    write: "dropout(0.5)",
    note: "it drops single values; dropping whole channels is not here",
  },
  { words: "droppath stochasticdepth gaussiannoise", note: "it does nothing at inference: leave it out" },
  { words: "frozenbatchnorm", write: "frozen_bn", note: "its numbers stay as they came" },
  // activations
  { words: "rectifier rectifiedlinear reluactivation", write: "relu" },
  { words: "relu6activation clippedrelu", write: "relu6" },
  { words: "lrelu leaky", write: "leaky_relu(0.1)", note: "0.01 where nothing is given" },
  { words: "swish swishactivation sigmoidlinear", write: "silu" },
  { words: "hswish hardsilu", write: "hard_swish" },
  { words: "hsigmoid", write: "hard_sigmoid" },
  { words: "hardtanh", note: "it is not here; `relu6` and `tanh` are" },
  { words: "logistic sigm expit", write: "sigmoid" },
  { words: "hyperbolictangent tanhactivation", write: "tanh" },
  {
    words: "softmax2d logsoftmax channelsoftmax",
    write: "softmax",
    note: "over channels, the last axis; without a logarithm",
  },
  { words: "activation act nonlinearity", write: "relu", note: "each activation is an operator of its own" },
  {
    words: "prelu selu celu mish softplus softsign softshrink glu rrelu threshold quickgelu gelutanh swiglu geglu",
    note: `it is not here; \`leaky_relu\`, \`elu\`, \`silu\` and \`gelu\` are`,
  },
  // joins and arithmetic
  {
    words: "cat concatenate concatenation route hstack depthconcat merge torchcat",
    write: "(x, y) -> concat",
    note: "it joins channels, the last axis",
  },
  { words: "addition plus addn eltwise elementwiseadd shortcut residual eltwiseadd sumtensors addv2", write: "x + y" },
  { words: "subtract minus subtraction", write: "x - y" },
  { words: "multiply times product hadamard mult", write: "x * y" },
  { words: "divide division truediv realdiv", write: "x / y" },
  { words: "negative neg", write: "-x" },
  { words: "rescaling rescale multiplyby", write: "scale(0.5)" },
  {
    words:
      "matmul mm bmm batchmatmul dot einsum attention multiheadattention selfattention scaleddotproductattention tensordot outer transformer transformerencoder transformerencoderlayer mha",
    note: `products of two tensors and attention are not here; ${missing}`,
  },
  {
    words: "parameter addweight variable learnedembedding positionembedding clstoken layerscale",
    write: "param(1, c)",
    note: "trained numbers, the same for every sample of what flows in",
  },
  {
    words: "chunk unstack unbind tensorsplit splitwithsizes",
    write: "split(2)",
    note: "in equal parts, as a tuple; `slice(from = 0, to = 4)` cuts any part",
  },
  {
    words: "stack vstack roll repeatinterleave",
    write: "slice(from = 0, to = 4)",
    note: "parts are cut one by one, and `concat` joins the last axis",
  },
  {
    words:
      "clamp clip exp log pow square rsqrt sin cos erf maximum minimum reducemax reducemin reducesum amax amin argmax argmin cumsum logsumexp where masked_fill maskedfill sign reciprocal lessequal greater equal",
    note: `this is not here for tensors; ${missing}`,
  },
  // pools
  {
    words: "maxpooling pool pooling maxpool1d maxpooling1d",
    write: "max_pool",
    note: "`max_pool(3, stride = 2)` for another window",
  },
  { words: "averagepooling averagepool meanpool avgpooling", write: "avg_pool" },
  {
    words:
      "gap globalaveragepool globalaveragepooling globalavgpooling globalpool globalpooling adaptiveavgpool adaptiveaveragepooling adaptiveavgpooling adaptivepool gavgpool globalmeanpool spatialmean",
    write: "global_avg_pool",
    note: "`keep = true` keeps height and width as axes of size 1",
  },
  {
    words: "globalmaxpool globalmaxpooling adaptivemaxpool gmp",
    note: "maxima over a whole map are not here; `global_avg_pool` and `max_pool` are",
  },
  {
    words: "reducemean averagepoolall meanpooling",
    write: "mean(axis = 1)",
    note: "`average` is the mean of everything",
  },
  { words: "spp sppf", write: "max_pool(5, stride = 1)", note: "several of them, joined by `concat`" },
  // size and order
  {
    words:
      "upsampling interpolate resize upscale resizebilinear resizenearest upsamplingbilinear upsamplingnearest unpool upsamplebilinear imageresize",
    write: "upsample(2)",
    note: "`mode = bilinear` blends; factors are whole",
  },
  { words: "downsample downsampling", write: "max_pool", note: "or a `conv` with `stride = 2`" },
  {
    words: "pixelshuffle depthtospace pixelunshuffle spacetodepth focus reorg unfold fold im2col",
    write: "reshape(H, W, 2, C // 2)",
    note: "reshapes and transposes move values as you say; see `reshape` in docs/operators.md",
  },
  {
    words: "permute swapaxes movedim moveaxis swapdims rot90",
    write: "transpose(2, 1, 3)",
    note: "the old places of the axes after the first",
  },
  {
    words: "channelshuffle shufflechannels",
    write: "reshape(H, W, 2, C // 2) -> transpose(1, 2, 4, 3) -> reshape(H, W, C)",
  },
  { words: "view viewas reshapeas", write: "reshape(16, 16, 4)", note: "the axes of one sample; the batch stays" },
  {
    words: "squeeze unsqueeze expanddims newaxis ravel unflatten",
    write: "reshape(1, 1, C)",
    note: "the axes of one sample; `flatten` makes them one",
  },
  { words: "flattenlayer flat", write: "flatten" },
  {
    words: "zeropad zeropadding constantpad padding",
    write: "pad(1)",
    note: "layers pad by themselves, see their `pad`",
  },
  {
    words: "reflectionpad replicationpad circularpad reflectpad",
    write: "pad(1)",
    note: "with one value; reflecting and circular borders are not here",
  },
  { words: "crop cropping centercrop narrow stridedslice indexselect", write: "slice(axis = 1, from = 1, to = -1)" },
  {
    words: "tile expand expandas repeat broadcast broadcastto",
    write: "tile_to(16, 16)",
    note: "it repeats a vector over a map; nothing else is broadcast",
  },
  { words: "coordconv addcoords coords meshgrid positionalencoding", write: "append_coords" },
  { words: "identity noop passthrough linearactivation", write: "id" },
  { words: "astype tofloat typeas castto", write: "cast(f32)" },
  {
    words: "gridsample gather embedding lstm gru rnn lstmcell deformconv deformableconv affinegrid scatter onehot",
    note: `this is not here; ${missing}`,
  },
  {
    words: "constant zeros ones arange linspace rand randn full eye tensor zeroslike oneslike buffer registerbuffer",
    note: `constant tensors are not here, trained ones are: \`param(1, c)\`; ${missing}`,
  },
  // detection
  {
    words: "nonmaxsuppression batchednms suppression",
    write: "(x, y) -> nms",
    note: "it takes boxes and their scores, and gives the boxes that stay, their scores and their numbers",
  },
  { words: "largest topkv2", write: "top_k(5)", note: "it gives the values and their numbers" },
  { words: "roipool roipooling", write: "(features, boxes) -> roi_align(7)" },
  {
    words: "roialignlevels multiscaleroialign multilevelroialign multilevelcropandresize roipooler",
    write: "(p2, p3, p4, boxes) -> multilevel_crop(7)",
  },
  // structure
  {
    words: "sequential modulelist compose pipeline",
    write: "conv(8) -> bn -> relu",
    note: "`->` puts blocks in a row, `chain` and `each` repeat them",
  },
  { words: "lambda functional def", note: "a function of values is a `fn`, a part of a network a `block`" },
  {
    words: "loss crossentropy crossentropyloss mse mseloss bceloss bcewithlogits",
    note: "losses are written with operators: `loss l = …` gives one number, such as `average` makes",
  },
  {
    words: "inplace detach contiguous clone cuda cpu requiresgrad stopgradient",
    note: "nothing here changes in place, and devices are not said: leave it out",
  },
  { words: "print len_ range enumerate zip append", note: "repetition is `chain i in 0..n { … }`, `each`, or `f * 3`" },
  { words: "training istraining", note: "`match phase { train => …, infer => … }` tells training from inference" },
  { words: "true yes", note: "it is written `true`" },
  { words: "false no", note: "it is written `false`" },
  { words: "none null nil undefined", note: "there is no empty value; leave the argument out, or make a second block" },
  { words: "self this super", note: "blocks have no `self`: what is defined in a body is read by its name" },
];

/** What stands in front of a dot in other libraries: `nn.Conv2d`, `F.relu`, `tf.keras.layers.Dense`. */
export const foreignModules: ReadonlySet<string> = new Set([
  "nn",
  "F",
  "torch",
  "torchvision",
  "tf",
  "keras",
  "layers",
  "tensorflow",
  "np",
  "numpy",
  "jax",
  "jnp",
  "flax",
  "onnx",
  "self",
  "K",
  "activations",
]);

/** What tensors are asked for elsewhere with a dot. */
export const tensorMembers: ReadonlyMap<string, string> = new Map([
  ["shape", "sizes have names: `on x: [.., H, W, C]` binds H, W and C"],
  ["size", "sizes have names: `on x: [.., H, W, C]` binds H, W and C"],
  ["dim", "sizes have names: `on x: [.., H, W, C]` binds H, W and C"],
  ["ndim", "the number of axes follows from the type: `on x: [.., H, W, C]`"],
  ["dtype", "types stand in ports, `f32[N, H, W, C]`, and `cast` changes them"],
  ["T", "write `x -> transpose(…)`"],
]);

/** Functions of numbers that other libraries have for tensors. */
export const functionsOfTensors: ReadonlyMap<string, string> = new Map([
  ["max", "`max` compares numbers; of a tensor: `x -> max_pool`"],
  ["sum", "`sum` adds numbers; tensors are joined by `(a, b) -> add`, or `a + b`"],
  ["prod", "`prod` multiplies numbers; tensors: `(a, b) -> mul`, or `a * b`"],
  ["int", "`int` is for numbers; of a tensor: `x -> cast(i32)`"],
  ["float", "`float` is for numbers; of a tensor: `x -> cast(f32)`"],
  ["len", "`len` counts the items of a list; sizes of a tensor have names: `on x: [.., H, W, C]`"],
]);
