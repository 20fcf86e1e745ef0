// Starts the server on a free port, sends it an image with two boxes and something that is no image, and stops it.
import { spawn } from "node:child_process";
import sharp from "sharp";

const server = spawn(process.execPath, ["server.mjs", "model", "0"], { stdio: ["ignore", "pipe", "inherit"] });
const port = await new Promise((resolve, reject) => {
  server.stdout.on("data", (text) => resolve(/\d+/.exec(text)?.[0]));
  server.on("exit", () => reject(new Error("the server did not start")));
});
const ask = (body, boxes) =>
  fetch(`http://localhost:${port}/segment?${boxes.map((box) => `box=${box}`).join("&")}`, { method: "POST", body });

const create = { width: 96, height: 64, channels: 3, background: "#4080c0" };
const image = await sharp({ create }).jpeg().toBuffer();
const answer = await ask(image, ["10,10,60,50", "0,0,96,64"]);
const { size, annotations } = await answer.json();
console.log(`${annotations.length} masks of an image of ${size[1]} x ${size[0]}`);

const refused = await ask("hello", ["10,10,60,50"]);
console.log(`${refused.status}: ${(await refused.json()).error}`);
server.kill();
