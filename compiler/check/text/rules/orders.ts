// `@axes(torch)` and `@flatten(torch)` in front of `weights` or `mapping`: what a file has in PyTorch's order, where
// names and shapes do not say it.
import { type Annotation, type Diagnostic, diagnose } from "../../../../grammar/index.ts";
import { messages } from "../../../messages/messages.ts";

type Order = "tensorflow" | "torch";
const orders: readonly Order[] = ["tensorflow", "torch"];
const subjects = ["axes", "flatten"] as const;

export const isOrder = ({ name: { text } }: Annotation): boolean => subjects.some((subject) => subject === text);

function orderIn({ args: [first, ...others] }: Annotation): Order | undefined {
  if (!first || first.label || others.length > 0 || first.value.kind !== "name") return undefined;
  const { text } = first.value;
  return orders.find((order) => order === text);
}

/** Of sound annotations, one of each. */
export function statedOrders(annotations: readonly Annotation[]): { readonly axes?: Order; readonly flatten?: Order } {
  return Object.fromEntries(
    annotations.filter(isOrder).flatMap((each) => {
      const order = orderIn(each);
      return order ? [[each.name.text, order]] : [];
    }),
  );
}

export function orderDiagnostics(annotations: readonly Annotation[]): readonly Diagnostic[] {
  return annotations
    .filter((each) => isOrder(each) && !orderIn(each))
    .map(({ name, span }) =>
      diagnose(messages, "DM3101/value", span, {
        what: `@${name.text}`,
        expected: "`tensorflow` or `torch` in parentheses",
        actual: "something else",
      }),
    );
}
