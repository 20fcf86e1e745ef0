import { refuse } from "../error.ts";

/** Refuses a list of another length than its neighbours ask for. */
export function checkLength(what: string, values: ArrayLike<number>, wanted: number): void {
  if (values.length !== wanted) refuse(`${what}: ${wanted} numbers are asked for, and there are ${values.length}`);
}
