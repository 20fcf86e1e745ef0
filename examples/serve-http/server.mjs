// Masks over HTTP: the image goes in, COCO's RLE comes out. onnxruntime runs the two parts of a system in this process.
//
//   POST /segment?box=x0,y0,x1,y1&box=…   the body is a JPEG, PNG, WebP, AVIF or GIF; without a box, what the model finds
//   GET  /health
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { isEngineFailure, isImageFailure, openSession, readPicture, segment, systemOf } from "deepmacc/runtime";
import { rleToCoco } from "deepmacc/vision";

const [folder = "model", port = "8080"] = process.argv.slice(2);
const largestBody = 20 * 2 ** 20;

const files = readdirSync(folder).filter((name) => name.endsWith(".onnx"));
const sessions = await Promise.all(files.map((name) => openSession(join(folder, name))));
const system = systemOf(sessions.map(opened));
if (isEngineFailure(system)) throw new Error(`${folder}: ${system.message}`);

function opened(session) {
  if (isEngineFailure(session)) throw new Error(`${folder}: ${session.message}`);
  return session;
}

/** What the caller did wrong, with its status. */
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function bodyOf(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > largestBody) throw new Refusal(413, `the image is larger than ${largestBody} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function answer(request, url) {
  const picture = await readPicture(await bodyOf(request));
  if (isImageFailure(picture)) throw new Refusal(400, `the body ${picture.message}`);
  const boxes = url.searchParams.getAll("box").map((text) => text.split(",").map(Number));
  const result = await segment(system, picture, boxes.length > 0 ? { boxes } : {});
  if (isEngineFailure(result)) throw new Refusal(400, result.message);
  const { size, instances } = result;
  return {
    size: [size.height, size.width],
    annotations: instances.map(({ box: [x0, y0, x1, y1], score, category, mask }) => ({
      bbox: [x0, y0, x1 - x0, y1 - y0],
      score,
      category_id: category,
      segmentation: rleToCoco(mask),
    })),
  };
}

// One image at a time: onnxruntime uses every core for it, and memory is bounded by one.
let last = Promise.resolve();
const inTurn = (work) => {
  const mine = last.then(work);
  last = mine.catch(() => {});
  return mine;
};

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const send = (status, body) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(`${JSON.stringify(body)}\n`);
  };
  try {
    if (request.method === "GET" && url.pathname === "/health") return send(200, { status: "ok" });
    if (request.method !== "POST" || url.pathname !== "/segment")
      throw new Refusal(404, "POST /segment?box=x0,y0,x1,y1");
    send(200, await inTurn(() => answer(request, url)));
  } catch (problem) {
    if (!(problem instanceof Refusal)) console.error(problem);
    send(problem instanceof Refusal ? problem.status : 500, {
      error: problem instanceof Refusal ? problem.message : "the server failed; its log says more",
    });
  }
});
server.listen(Number(port), () => console.log(`listening on port ${server.address().port}`));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.close(() => process.exit(0)));
