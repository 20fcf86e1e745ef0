// The page beside a model repository, and a client in twenty lines.
import { type Ensemble, ensemblePorts, type ServedModel, type ServedPort } from "./config.ts";

/** The release whose image is named, and the client library of the same time. */
const image = "nvcr.io/nvidia/tritonserver:25.10-py3";

const numpyTypes = { u8: "np.uint8", f32: "np.float32", f16: "np.float16", i32: "np.int32", bool: "bool" } as const;

/** What callers give and get: of the ensemble, or of the only model. */
export function portsOfCaller(models: readonly ServedModel[], ensemble: Ensemble | undefined): ServedModel {
  const [only] = models;
  if (ensemble)
    return {
      ...ensemblePorts(ensemble),
      name: ensemble.name,
      isBatched: models.every((model) => model.isBatched),
      rule: only?.rule ?? "",
    };
  if (!only) throw new Error("internal: a repository without models");
  return only;
}

/** `image [N, -1, -1, 3] float32` */
function portText({ name, dims, dtype }: ServedPort, { isBatched }: ServedModel): string {
  const shown = dims.length === 0 ? [1] : dims;
  return `\`${name}\` [${[...(isBatched ? ["N"] : []), ...shown.map((dim) => (dim < 0 ? "any" : dim))].join(", ")}] ${dtype}`;
}

export function readme(title: string, models: readonly ServedModel[], ensemble: Ensemble | undefined): string {
  const served = [...models, ...(ensemble ? [portsOfCaller(models, ensemble)] : [])];
  const rows = served.map((model) => {
    const [inputs, outputs] = [model.inputs, model.outputs].map((ports) =>
      ports.map((port) => portText(port, model)).join("<br>"),
    );
    return `| \`${model.name}\` | ${inputs} | ${outputs} | ${model.rule === "" ? "" : `\`${model.rule}\``} |`;
  });
  return `# ${title} on Triton

A model repository for [Triton Inference Server](https://github.com/triton-inference-server/server). Start it here:

\`\`\`
docker run --rm --gpus all -p 8000:8000 -p 8001:8001 -p 8002:8002 -v "$PWD:/models:ro" ${image} tritonserver --model-repository=/models
\`\`\`

Without a GPU, leave out \`--gpus all\`. It is ready when \`curl -f localhost:8000/v2/health/ready\` says nothing.

| model | inputs | outputs | sizes that work |
|---|---|---|---|
${rows.join("\n")}

N is the batch: the server joins requests of several callers, up to \`max_batch_size\` in \`config.pbtxt\`. Requests are
joined where their other sizes are equal.
${ensemble ? `\`${ensemble.name}\` runs the others in a row and hands their tensors on inside the server. For one image and many\nboxes over time, call the first once and the last as often as boxes come.\n` : ""}
A client (\`pip install "tritonclient[http]" numpy\`), \`client.py\`:

\`\`\`python
${clientText(portsOfCaller(models, ensemble))}\`\`\`
`;
}

/** Asks for one run on random inputs, and prints what came back. */
export function clientText(model: ServedModel): string {
  const free = model.inputs.some(({ dims }) => dims.some((dim) => dim < 0));
  const inputs = model.inputs.map(
    ({ name, example, dtype }) =>
      `    ${pythonText(name)}: np.zeros(${shapeText(example, model)}, ${numpyTypes[dtype]}),`,
  );
  return `import sys

import numpy as np
import tritonclient.http as triton

client = triton.InferenceServerClient(sys.argv[1] if len(sys.argv) > 1 else "localhost:8000")
${free ? "# Sizes that the model leaves free are small here.\n" : ""}arrays = {
${inputs.join("\n")}
}
inputs = []
for name, array in arrays.items():
    tensor = triton.InferInput(name, array.shape, triton.np_to_triton_dtype(array.dtype))
    tensor.set_data_from_numpy(array)
    inputs.append(tensor)
result = client.infer(${pythonText(model.name)}, inputs)
for output in result.get_response()["outputs"]:
    print(output["name"], output["shape"], result.as_numpy(output["name"]).mean())
`;
}

const pythonText = (text: string): string => JSON.stringify(text);

/** One sample. */
function shapeText(dims: readonly number[], { isBatched }: ServedModel): string {
  const own = dims.length === 0 ? [1] : dims;
  const all = isBatched ? [1, ...own] : own;
  return all.length === 1 ? `(${all[0]},)` : `(${all.join(", ")})`;
}
