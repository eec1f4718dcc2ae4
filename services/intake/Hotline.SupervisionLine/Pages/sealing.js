// Seals and opens letters (RFC 7516, general JSON; ECDH-ES+A256KW, A256GCM) with the browser's own WebCrypto, as LetterSealer does on the server.
const crypto = globalThis.crypto;
const utf8 = new TextEncoder();
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 20;
const keyAlgorithm = 'ECDH-ES+A256KW';
const curve = { name: 'ECDH', namedCurve: 'P-256' };

export const kinds = { report: 'hotline-report', answer: 'hotline-answer', note: 'hotline-note', register: 'hotline-register', upward: 'hotline-upward' };
export const sizes = [4 << 10, 32 << 10, 256 << 10, 1 << 20, 2 << 20, 4 << 20, 8 << 20, 16 << 20, 32 << 20];

export function encode(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function decode(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Error('not base64url');
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
}

const bare = ({ kty, crv, x, y }) => ({ kty, crv, x, y });

export async function thumbprint({ kty, crv, x, y }) {
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(`{"crv":"${crv}","kty":"${kty}","x":"${x}","y":"${y}"}`))));
}

function number(value) {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

// RFC 7518 4.6: ECDH, then one round of the Concat KDF.
export async function agree(privateJwk, publicJwk, algorithm, bits, partyU = new Uint8Array(), partyV = new Uint8Array()) {
  const mine = await crypto.subtle.importKey('jwk', { ...bare(privateJwk), d: privateJwk.d }, curve, false, ['deriveBits']);
  const theirs = await crypto.subtle.importKey('jwk', bare(publicJwk), curve, false, []);
  const secret = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, mine, 256));
  const name = utf8.encode(algorithm);
  const input = Uint8Array.from([
    ...number(1), ...secret, ...number(name.length), ...name, ...number(partyU.length), ...partyU, ...number(partyV.length), ...partyV, ...number(bits),
  ]);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', input)).slice(0, bits / 8);
}

const wrappingKey = async (bytes) => crypto.subtle.importKey('raw', bytes, 'AES-KW', false, ['wrapKey', 'unwrapKey']);

export async function newKey() {
  const pair = await crypto.subtle.generateKey(curve, true, ['deriveBits']);
  const jwk = await crypto.subtle.exportKey('jwk', pair.privateKey);
  return { ...bare(jwk), d: jwk.d };
}

// JSON, and spaces behind it up to the next of a few lengths.
export function fill(value) {
  const content = utf8.encode(JSON.stringify(value));
  const size = sizes.find((length) => content.length <= length);
  if (!size) throw new RangeError('too large');
  const filled = new Uint8Array(size).fill(0x20);
  filled.set(content);
  return filled;
}

async function wrapFor(recipient, contentKey) {
  const ephemeral = await newKey();
  const wrapping = await wrappingKey(await agree(ephemeral, recipient, keyAlgorithm, 256));
  const wrapped = await crypto.subtle.wrapKey('raw', contentKey, wrapping, 'AES-KW');
  return { header: { alg: keyAlgorithm, kid: await thumbprint(recipient), epk: bare(ephemeral) }, encrypted_key: encode(new Uint8Array(wrapped)) };
}

async function contentKeyOf(recipients, privateJwk, extractable) {
  const kid = await thumbprint(privateJwk);
  const share = recipients.find((recipient) => recipient.header.kid === kid && recipient.header.alg === keyAlgorithm);
  if (!share) throw new Error('not for this key');
  const wrapping = await wrappingKey(await agree(privateJwk, share.header.epk, keyAlgorithm, 256));
  return crypto.subtle.unwrapKey('raw', decode(share.encrypted_key), wrapping, 'AES-KW', 'AES-GCM', extractable, ['decrypt']);
}

// A letter's key, wrapped for one more recipient by one who has it; the letter itself is not needed.
export async function rewrap(recipients, privateJwk, newcomer) {
  return wrapFor(newcomer, await contentKeyOf(recipients, privateJwk, true));
}

export async function seal(value, kind, recipients) {
  const header = encode(utf8.encode(JSON.stringify({ enc: 'A256GCM', cty: kind })));
  const contentKey = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8.encode(header) }, contentKey, fill(value)));
  const shares = await Promise.all(recipients.map((recipient) => wrapFor(recipient, contentKey)));
  return { protected: header, recipients: shares, iv: encode(iv), ciphertext: encode(sealed.subarray(0, -16)), tag: encode(sealed.subarray(-16)) };
}

function joined(first, second) {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

export async function open(letter, kind, privateJwk) {
  const header = JSON.parse(new TextDecoder().decode(decode(letter.protected)));
  if (header.enc !== 'A256GCM' || header.cty !== kind) throw new Error('of another kind');
  const contentKey = await contentKeyOf(letter.recipients, privateJwk, false);
  const content = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: decode(letter.iv), additionalData: utf8.encode(letter.protected) }, contentKey, joined(decode(letter.ciphertext), decode(letter.tag)));
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
}

// 32 random bytes.
export const newMark = () => encode(crypto.getRandomValues(new Uint8Array(32)));

export function newCode() {
  return Array.from(crypto.getRandomValues(new Uint8Array(codeLength)), (byte) => alphabet[byte & 31]).join('');
}

export const showCode = (code) => code.match(/.{4}/g).join('-');

// Forgives case, spaces, dashes, and O, I, L written for 0 and 1; null when it cannot be a code.
export function readCode(written) {
  const code = written.toUpperCase().replace(/[\s\u3000-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return code.length === codeLength && [...code].every((c) => alphabet.includes(c)) ? code : null;
}

async function derive(code, purpose, bytes) {
  const key = await crypto.subtle.importKey('raw', utf8.encode(code), 'HKDF', false, ['deriveBits']);
  const info = utf8.encode(`hotline/supervision/${purpose}`);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }, key, bytes * 8));
}

// What the server is told in place of the code.
export async function holder(code) {
  return { locator: encode(await derive(code, 'locator', 16)), proof: encode(await derive(code, 'proof', 32)) };
}

export const threadOf = async (code) => encode(await derive(code, 'thread', 16));

const lockHeader = '{"alg":"dir","enc":"A256GCM","cty":"hotline-reply-key"}';
const unlockKey = async (code) => crypto.subtle.importKey('raw', await derive(code, 'unlock', 32), 'AES-GCM', false, ['encrypt', 'decrypt']);

export async function lock(code, privateJwk) {
  const header = encode(utf8.encode(lockHeader));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: utf8.encode(header) }, await unlockKey(code), utf8.encode(JSON.stringify(privateJwk))));
  return `${header}..${encode(iv)}.${encode(sealed.subarray(0, -16))}.${encode(sealed.subarray(-16))}`;
}

export async function unlock(code, locked) {
  const [header, , iv, ciphertext, tag] = locked.split('.');
  const content = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: decode(iv), additionalData: utf8.encode(header) }, await unlockKey(code), joined(decode(ciphertext), decode(tag)));
  return JSON.parse(new TextDecoder().decode(content));
}

// An officer's key file: a JWK that lies open (practice), or a compact JWE under a passphrase (PBES2-HS512+A256KW, RFC 7518 4.8).
export async function openKeyFile(text, passphrase) {
  if (text.trimStart().startsWith('{')) return JSON.parse(text);
  const [header, encryptedKey, iv, ciphertext, tag] = text.trim().split('.');
  const { alg, enc, p2s, p2c } = JSON.parse(new TextDecoder().decode(decode(header)));
  if (alg !== 'PBES2-HS512+A256KW' || enc !== 'A256GCM' || !(p2c > 0 && p2c <= 10_000_000)) throw new Error('not a key file');
  const typed = await crypto.subtle.importKey('raw', utf8.encode(passphrase), 'PBKDF2', false, ['deriveKey']);
  const salt = joined(utf8.encode(`${alg}\0`), decode(p2s));
  const wrapping = await crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-512', salt, iterations: p2c }, typed, { name: 'AES-KW', length: 256 }, false, ['unwrapKey']);
  const contentKey = await crypto.subtle.unwrapKey('raw', decode(encryptedKey), wrapping, 'AES-KW', 'AES-GCM', false, ['decrypt']);
  const content = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: decode(iv), additionalData: utf8.encode(header) }, contentKey, joined(decode(ciphertext), decode(tag)));
  return JSON.parse(new TextDecoder().decode(content));
}
