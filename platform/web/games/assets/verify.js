// Recomputes a draw in the page itself: nothing is asked of the server, and nothing is needed but this file.
// SHA-256 is written out (FIPS 180-4), since browsers keep theirs from pages that came without TLS.

const primes = (() => {
  const found = [];
  for (let n = 2; found.length < 64; n++) if (found.every((p) => n % p)) found.push(n);
  return found;
})();
const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const K = primes.map((p) => fraction(Math.cbrt(p)));
const H = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
const turn = (x, n) => (x >>> n) | (x << (32 - n));

export function sha256(bytes) {
  const length = bytes.length;
  const padded = new Uint8Array(Math.ceil((length + 9) / 64) * 64);
  padded.set(bytes);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(padded.length - 4, (length * 8) >>> 0);
  const hash = [...H];
  const w = new Int32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        w[i] = view.getInt32(at + i * 4);
        continue;
      }
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i++) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => {
      hash[i] = (hash[i] + value) | 0;
    });
  }
  const out = new DataView(new ArrayBuffer(32));
  hash.forEach((value, i) => out.setInt32(i * 4, value));
  return new Uint8Array(out.buffer);
}

export function hmac(key, message) {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = sha256(join(block.map((byte) => byte ^ 0x36), message));
  return sha256(join(block.map((byte) => byte ^ 0x5c), inner));
}

// The number and the nonce that gave it: see docs/kinds/game.md.
export function draw(seed, id, text, outOf) {
  const below = BigInt(outOf);
  const end = 2n ** 64n - (2n ** 64n % below);
  for (let nonce = 0; ; nonce++) {
    const digest = hmac(bytesOf(seed), new TextEncoder().encode(`${id}:${text}:${nonce}`));
    const drawn = digest.slice(0, 8).reduce((number, byte) => number * 256n + BigInt(byte), 0n);
    if (drawn < end) return { number: drawn % below, nonce };
  }
}

// The name of the prize on which a number falls, of lines "weight name".
export function prizeOf(number, table) {
  let rest = number;
  for (const line of table.split("\n").filter((text) => text.trim())) {
    const [weight, ...name] = line.trim().split(/\s+/);
    if (rest < BigInt(weight)) return name.join(" ");
    rest -= BigInt(weight);
  }
  return null;
}

export function bytesOf(hex) {
  if (!/^([0-9a-f]{2})+$/i.test(hex)) throw new Error("The seed is not hex.");
  return Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));
}

export const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function join(first, second) {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function check(read) {
  const seed = read("seed");
  const said = [];
  const commitment = hexOf(sha256(bytesOf(seed)));
  const shown = read("commitment").toLowerCase();
  if (shown) said.push(shown === commitment ? "The seed is the one that was committed to." : "This is another seed.");
  if (!/^[1-9]\d{0,18}$/.test(read("outof"))) throw new Error("Say out of how many it was drawn.");
  const { number, nonce } = draw(seed, read("id"), read("text"), read("outof"));
  said.push(`The number is ${number} (nonce ${nonce}).`);
  const prize = prizeOf(number, read("table"));
  if (prize !== null) said.push(`It falls on: ${prize}.`);
  return said.join("\n");
}

function typed(name) {
  return document.getElementById(name).value.trim();
}

if (typeof document !== "undefined") {
  document.getElementById("check").addEventListener("submit", (event) => {
    event.preventDefault();
    const result = document.getElementById("result");
    try {
      result.textContent = check(typed);
    } catch (error) {
      result.textContent = error.message;
    }
  });
}
