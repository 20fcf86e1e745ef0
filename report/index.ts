// What the compiler found, for people and for programs: frames of the source, columns, documents. Pure, so that a
// command line, an editor and a page say the same.
export { inLine, visible } from "./characters.ts";
export { renderDiagnostics, summaryOf } from "./diagnostics.ts";
export { diagnosticDocument, diagnosticsDocument, jsonText, placeDocument } from "./documents.ts";
export { byteText, grouped, listOf, magnitude, noiseText, secondText } from "./numbers.ts";
export { type Paint, plain } from "./paint.ts";
export { pathsDocument, pathsText, type WeightPath } from "./paths.ts";
export { sizeDocument, sizeText } from "./sizes.ts";
export { summaryDocument, summaryText } from "./summary.ts";
export { tableLines } from "./table.ts";
