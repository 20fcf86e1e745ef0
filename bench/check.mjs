// `check specs/hg100.dm`, whole process and cold, against an empty node process: node bench/check.mjs
import { compare } from "./measure.mjs";

const { cpu } = compare(
  "check specs/hg100.dm against node -e 0",
  ["node", "dist/cli.js", "check", "specs/hg100.dm"],
  ["node", "-e", "0"],
  11,
);
console.log(cpu <= 5 ? "within the goal of 5 times" : "MISSES the goal of 5 times");
