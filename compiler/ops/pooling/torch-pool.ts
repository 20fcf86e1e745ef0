// What max_pool and avg_pool share in PyTorch. Padding that is uneven for some sizes goes through a function
// of the file.

import { nth } from "../kit/nth.ts";
import {
  applied,
  given,
  named,
  type TorchArgument,
  type TorchCall,
  type TorchEmitter,
  type TorchExpression,
  type TorchHelper,
  type TorchLowering,
  torchCall,
} from "../kit/torch.ts";
import { evenPadding } from "../kit/torch-window.ts";
import { type PoolParams, poolWindow } from "./pooling.ts";

interface TorchPool {
  /** `F.max_pool2d`. */
  readonly fn: string;
  /** `nn.MaxPool2d`. */
  readonly module: string;
  readonly helper: TorchHelper;
  /** Arguments that matter only with padding. */
  readonly padded: readonly TorchArgument[];
}

export function torchPool({ fn, module, helper, padded }: TorchPool): TorchLowering<PoolParams> {
  const argumentsOf = (params: PoolParams): readonly TorchArgument[] | undefined => {
    const window = poolWindow(params);
    const padding = evenPadding(window);
    if (!padding) return undefined;
    const some = padding[0] > 0 || padding[1] > 0;
    const stride = named("stride", window.stride, window.kernel);
    return [given(window.kernel, "kernel_size"), stride, named("padding", padding, 0), ...(some ? padded : [])];
  };
  const expression = (inputs: readonly TorchExpression[], params: PoolParams, emit: TorchEmitter): TorchExpression => {
    const { kernel, stride } = poolWindow(params);
    const args = argumentsOf(params);
    const pool = args
      ? torchCall(fn, ...args)
      : torchCall(emit.helper(helper), given(kernel, "kernel_size"), given(stride, "stride"));
    return applied(pool, nth(inputs, 0));
  };
  const withModule = (params: PoolParams): TorchCall | undefined => {
    const args = argumentsOf(params);
    return args && torchCall(module, ...args);
  };
  return { layout: "channels-first", expression, module: withModule };
}
