// Run lengths of which the number is not known before.

export class Runs {
  private lengths = new Uint32Array(64);
  private used = 0;

  push(length: number): void {
    if (this.used === this.lengths.length) {
      const longer = new Uint32Array(2 * this.used);
      longer.set(this.lengths);
      this.lengths = longer;
    }
    this.lengths[this.used++] = length;
  }

  counts(): Uint32Array {
    return this.lengths.slice(0, this.used);
  }
}
