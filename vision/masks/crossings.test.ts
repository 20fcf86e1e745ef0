// Both ways to keep crossings answer the same.
import fc from "fast-check";
import { expect, it } from "vitest";
import { crossingsIn } from "./crossings.ts";

it("keeps what occurs an odd number of times, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(12)), (places) => {
      const counts = Array.from({ length: 13 }, (_, place) => places.filter((each) => each === place).length);
      const wanted = counts.flatMap((count, place) => (count % 2 === 1 ? [place] : []));
      for (const pixels of [12, 1e6]) {
        const crossings = crossingsIn(pixels, places.length);
        for (const place of places) crossings.add(place);
        expect([...crossings.places()]).toEqual(wanted);
      }
    }),
  );
});
