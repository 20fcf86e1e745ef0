// Whole numbers as Python writes them for people: 23_454_593.
export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, "_");
