// Conflicts of interest, resolved here and nowhere else. The register (sealed to all officers) says which units and persons each officer is related
// to, and holds the key that blinds names. A report keeps blinded names of whom it concerns, always as many: the server can neither read nor count them.
import { decode, encode, newMark } from './sealing.js';

export const marksPerReport = 16;
export const emptyRegister = () => ({ key: newMark(), relations: {} });
const plain = (name) => name.normalize('NFKC').toLowerCase().replace(/\s/gu, '');

export const namesOf = (written) => [...new Set(written.split(/[\n，,；;、]/u).map((name) => name.trim()).filter(Boolean))];

// Blinded per report, so that the same name in two reports looks different.
async function blind(register, report, name) {
  const key = await crypto.subtle.importKey('raw', decode(register.key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return encode(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${report}\n${name}`))));
}

function shuffled(marks) {
  const random = crypto.getRandomValues(new Uint32Array(marks.length));
  return marks.map((mark, i) => [random[i], mark]).sort((a, b) => a[0] - b[0]).map(([, mark]) => mark);
}

// The report's marks with names added. What fills them up officers can tell from names, and the server cannot.
export async function marksOf(register, report, names, before = []) {
  const fillers = await Promise.all(Array.from({ length: marksPerReport }, (_, i) => blind(register, report, `\n${i}`)));
  const added = await Promise.all(names.map((name) => blind(register, report, plain(name))));
  const marks = [...new Set([...before.filter((mark) => !fillers.includes(mark)), ...added])];
  if (marks.length > marksPerReport) throw new Error(`一份举报最多标记 ${marksPerReport} 个单位或人员。`);
  return shuffled([...marks, ...fillers].slice(0, marksPerReport));
}

// The accounts whose relations a report concerns.
export async function inConflict(register, report, marks) {
  const found = [];
  for (const [account, names] of Object.entries(register.relations)) {
    const blinded = await Promise.all(names.map((name) => blind(register, report, plain(name))));
    if (blinded.some((mark) => marks.includes(mark))) found.push(account);
  }
  return found.sort();
}
