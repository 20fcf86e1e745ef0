dm 1
const title = "[2J"
const a = 1 # ‮ reversed
