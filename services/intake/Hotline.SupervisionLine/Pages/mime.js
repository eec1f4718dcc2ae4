// Takes a mail apart (RFC 5322, MIME) in the officer's browser. Whatever stands in it, this neither throws nor takes long, and all it yields is plain
// text and bytes: nothing becomes markup. postal-mime would replace it. Bytes are held in strings, a character each, as atob yields them.
const most = { depth: 10, parts: 300, header: 256 << 10, fields: 500, value: 8 << 10, text: 4 << 20 };

const bytesOf = (binary) => Uint8Array.from(binary, (c) => c.charCodeAt(0));
// Without controls, and without those that turn the order of letters round: a name must look like what it is.
const clean = (text) => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '');
const ascii = (binary) => !/[\u0080-\u00ff]/.test(binary);

function labelOf(charset) {
  const label = (charset ?? '').toLowerCase().trim();
  if (/^(x-)?gb|^(cp|ms|windows-)?936$|^chinese$|^(x-)?euc-cn$/.test(label)) return 'gb18030'; // what programs call GB2312 is GBK or more
  return { cp950: 'big5', cp932: 'shift_jis' }[label] ?? label;
}

function decodeWith(bytes, label, fatal) {
  try {
    return new TextDecoder(label, { fatal }).decode(bytes);
  } catch {
    return null; // no such charset, or not these bytes
  }
}

// UTF-8 where it is valid, else what is declared, else gb18030: labels are often wrong.
export function decodeText(binary, charset) {
  const label = labelOf(charset);
  const stateful = /^(iso-2022|utf-16)/.test(label);
  if (ascii(binary) && !stateful) return binary;
  const bytes = bytesOf(binary);
  for (const candidate of stateful ? [label] : ['utf-8', label, 'gb18030']) {
    const text = decodeWith(bytes, candidate, true);
    if (text !== null) return text;
  }
  return decodeWith(bytes, label, false) ?? decodeWith(bytes, 'windows-1252', false);
}

function fromBase64(text) {
  return text.split('=').map((run) => {
    const digits = run.replace(/[^A-Za-z0-9+/]/g, '');
    return atob(digits.length % 4 === 1 ? digits.slice(0, -1) : digits);
  }).join('');
}

const fromHex = (text) => text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));

function fromQuotedPrintable(text) {
  return text.split('\n').map((line) => {
    const bare = line.trimEnd();
    return bare.endsWith('=') ? fromHex(bare.slice(0, -1)) : `${fromHex(bare)}\n`;
  }).join('').replace(/\n$/, '');
}

function untransfer(body, encoding) {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === 'base64') return fromBase64(body);
  return name === 'quoted-printable' ? fromQuotedPrintable(body) : body;
}

// RFC 2047. Neighbours of one charset are joined as bytes, since some programs cut a character in two.
export function decodeWords(raw) {
  let text = '';
  let last = 0;
  let pending = null;
  const flush = () => {
    if (pending) text += decodeText(pending.bytes, pending.charset);
    pending = null;
  };
  for (const word of raw.matchAll(/=\?([^?*\s]{1,40})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]*)\?=/g)) {
    const between = raw.slice(last, word.index);
    if (!pending || between.trim()) {
      flush();
      text += decodeText(between);
    }
    const charset = word[1].toLowerCase();
    const bytes = word[2].toLowerCase() === 'b' ? fromBase64(word[3]) : fromHex(word[3].replaceAll('_', ' '));
    if (pending?.charset !== charset) flush();
    pending = { charset, bytes: (pending?.bytes ?? '') + bytes };
    last = word.index + word[0].length;
  }
  flush();
  return clean(text + decodeText(raw.slice(last)));
}

// A value and its parameters, those of RFC 2231 put together.
export function parameters(raw) {
  const [value] = raw.split(';', 1);
  const found = new Map();
  for (const one of raw.slice(0, most.value).matchAll(/;\s*([^\s=;]{1,80})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g)) {
    const name = one[1].toLowerCase();
    if (!found.has(name)) found.set(name, one[2] !== undefined ? one[2].replace(/\\(.)/g, '$1') : one[3].trim());
  }
  const unescape = (text) => text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  const extended = (name) => {
    const pieces = [];
    if (found.has(`${name}*`)) pieces.push([found.get(`${name}*`), true]);
    for (let i = 0; pieces.length === i && i < 100; i += 1) {
      if (found.has(`${name}*${i}*`)) pieces.push([found.get(`${name}*${i}*`), true]);
      else if (found.has(`${name}*${i}`)) pieces.push([found.get(`${name}*${i}`), false]);
    }
    if (!pieces.length) return null;
    const [, charset, rest] = pieces[0][1] ? pieces[0][0].match(/^([^']*)'[^']*'(.*)$/s) ?? [null, '', pieces[0][0]] : [null, '', pieces[0][0]];
    pieces[0][0] = rest;
    return clean(decodeText(pieces.map(([text, escaped]) => (escaped ? unescape(text) : text)).join(''), charset));
  };
  return { value: value.trim().toLowerCase(), get: (name) => extended(name) ?? (found.has(name) ? decodeWords(found.get(name)) : null) };
}

// Header and body; where no empty line stands between them all is header.
function halves(text) {
  const first = text.match(/^\r?\n/);
  if (first) return ['', text.slice(first[0].length)];
  const end = text.search(/\n\r?\n/);
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(text.indexOf('\n', end + 1) + 1)];
}

function fieldsOf(header) {
  return header.slice(0, most.header).replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/, most.fields).map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim(), colon };
  }).filter((field) => field.colon > 0);
}

const fieldOf = (fields, name) => fields.find((field) => field.name.toLowerCase() === name)?.value ?? '';

// The parts between lines that are the boundary and nothing more; without a last one, to the end.
function sections(body, boundary) {
  const mark = `\n--${boundary}`;
  const text = `\n${body}`;
  const found = [];
  let from = -1;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
    const line = text.indexOf('\n', at + 1);
    const behind = text.slice(at + mark.length, Math.min(line < 0 ? text.length : line, at + mark.length + 100)).trim();
    if (behind !== '' && behind !== '--') continue; // a longer boundary that begins like this one
    if (from >= 0) found.push(text.slice(from, at).replace(/\r$/, ''));
    from = behind === '--' ? -1 : line < 0 ? text.length : line + 1;
    if (behind === '--' || found.length > most.parts) break;
  }
  if (from >= 0 && found.length <= most.parts) found.push(text.slice(from));
  return found;
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', ensp: ' ', emsp: ' ', hellip: '…', mdash: '—', ndash: '–', ldquo: '“', rdquo: '”', lsquo: '‘', rsquo: '’', middot: '·', times: '×' };

function entity(whole, name) {
  if (!name.startsWith('#')) return entities[name] ?? whole;
  const point = name[1].toLowerCase() === 'x' ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
  return point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point < 0xe000) ? String.fromCodePoint(point) : '\ufffd';
}

const breaks = /^(p|div|br|tr|li|h[1-6]|table|ul|ol|dl|dt|dd|blockquote|hr|pre|section|article|header|footer)$/;

// What a reader would see of HTML, as text. It need not be exact, only complete and safe: it is never made markup again.
export function textOfHtml(html) {
  const lower = html.replace(/[A-Z]+/g, (run) => run.toLowerCase()); // of the same length, unlike toLowerCase of all
  const out = [];
  let link = '';
  for (let at = 0; at < html.length;) {
    const open = html.indexOf('<', at);
    out.push(html.slice(at, open < 0 ? html.length : open).replace(/\s+/g, ' '));
    if (open < 0) break;
    const tag = lower.slice(open, open + 20).match(/^<(\/?)([a-z][a-z0-9]*)/);
    if (!tag && !/^<[!?/]/.test(lower.slice(open, open + 2))) {
      out.push('<');
      at = open + 1;
      continue;
    }
    const end = html.startsWith('<!--', open) ? html.indexOf('-->', open + 4) + 2 : html.indexOf('>', open);
    if (end <= open) { // no end: what is left is shown as it is
      out.push(html.slice(open));
      break;
    }
    at = end + 1;
    if (!tag) continue;
    const [, closes, name] = tag;
    if (!closes && ['script', 'style', 'title', 'template'].includes(name)) {
      const close = lower.indexOf(`</${name}`, at);
      at = close < 0 ? html.length : close;
    } else if (breaks.test(name)) {
      out.push('\n');
    } else if (name === 'td' || name === 'th') {
      out.push('\t');
    } else if (name === 'a' && !closes) {
      link = html.slice(open, Math.min(end, open + 2000)).match(/\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i)?.slice(1).find(Boolean) ?? '';
    } else if (name === 'a' && link) {
      out.push(` [${link}]`); // where it leads, since nothing here can be clicked
      link = '';
    }
  }
  const lines = out.join('').replace(/&(#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});?/g, entity).split('\n').map((line) => line.trim());
  return lines.filter((line, i) => line || lines[i - 1]).join('\n').trim();
}

function textOf(binary, type, isHtml) {
  const declared = type.get('charset') ?? (isHtml ? binary.slice(0, 2048).match(/charset\s*=\s*["']?([\w-]{1,40})/i)?.[1] : null);
  const text = decodeText(binary.slice(0, most.text), declared).replace(/\r\n?/g, '\n');
  return clean(isHtml ? textOfHtml(text) : text);
}

function collect(text, depth, found) {
  const [header, body] = halves(text);
  const fields = fieldsOf(header);
  const type = parameters(fieldOf(fields, 'content-type') || 'text/plain');
  const disposition = parameters(fieldOf(fields, 'content-disposition'));
  found.parts += 1;
  if (found.parts > most.parts || depth > most.depth) {
    found.cut = true;
    return;
  }
  const boundary = type.value.startsWith('multipart/') ? type.get('boundary') : null;
  const children = boundary ? sections(body, boundary) : [];
  if (children.length) {
    const before = found.texts.length;
    children.forEach((child) => collect(child, depth + 1, found));
    const own = found.texts.slice(before);
    if (type.value === 'multipart/alternative' && own.some((one) => !one.html && one.text.trim())) own.filter((one) => one.html).forEach((one) => { one.again = true; });
    return;
  }
  const data = untransfer(body, fieldOf(fields, 'content-transfer-encoding'));
  const name = disposition.get('filename') ?? type.get('name');
  if (type.value === 'message/rfc822') {
    const inner = fieldsOf(halves(data)[0]);
    found.texts.push({ text: `——转发的邮件：${decodeWords(fieldOf(inner, 'from'))}，${decodeWords(fieldOf(inner, 'date'))}，${decodeWords(fieldOf(inner, 'subject'))}——`, html: false });
    found.files.push({ name: name ?? 'forwarded.eml', data });
    collect(data, depth + 1, found);
  } else if (/^(text\/(plain|html)|multipart\/.*|)$/.test(type.value) && disposition.value !== 'attachment' && !name) {
    const isHtml = type.value === 'text/html';
    found.texts.push({ text: textOf(data, type, isHtml), html: isHtml });
    found.cut ||= data.length > most.text;
  } else if (data) {
    found.files.push({ name: name ?? 'attachment', data });
  }
}

// The mail as it came: what to show of it, its texts in order, and its files; cut says that there is more than is shown.
export function readMail(mail) {
  const fields = fieldsOf(halves(mail)[0]);
  const found = { texts: [], files: [], parts: 0, cut: false };
  collect(mail, 0, found);
  const shown = Object.fromEntries(['from', 'to', 'cc', 'reply-to', 'date', 'subject'].map((name) => [name, decodeWords(fieldOf(fields, name))]));
  return { shown, header: fields.map((field) => `${clean(field.name)}: ${decodeWords(field.value)}`).join('\n'), texts: found.texts, files: found.files, cut: found.cut };
}
