// What a pass over a model knows of its sizes from the pass before.
import { addDims, type Dim, multiplyDims, type Origin, variable } from "../../sizes/dim/dim.ts";
import { type SizeSet, singleResidue, sizesOfQuotient } from "../../sizes/set/set.ts";

export interface Substituted {
  readonly substitutions: ReadonlyMap<string, Dim>;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly known: ReadonlyMap<string, SizeSet>;
}

/** Sizes with a single residue are written as S = 32·s, so that the second pass has nothing left to ask. */
export function substituted(sizes: ReadonlyMap<string, SizeSet>): Substituted {
  const substitutions = new Map<string, Dim>();
  const origins = new Map<string, Origin>();
  const known = new Map<string, SizeSet>();
  for (const [name, set] of sizes) {
    const single = singleResidue(set);
    if (!single || single.modulus === 1) known.set(name, set);
    else if (single.modulus === 0) substitutions.set(name, single.residue);
    else {
      // S = m·s + r with r in -(m-1)..0, so that s starts at 1 like every size.
      const residue = single.residue === 0 ? 0 : single.residue - single.modulus;
      const stepName = `${name}'`;
      substitutions.set(name, addDims(multiplyDims(single.modulus, variable(stepName)), residue));
      origins.set(stepName, { name, modulus: single.modulus, residue });
      known.set(stepName, sizesOfQuotient(set, single.modulus, residue));
    }
  }
  return { substitutions, origins, known };
}
