// Hands a matter in as an ordinary appeal, by the portal's public form and as any citizen's browser does: without the officer's token, so that no
// store, log or figure tells it from others. What goes there is the officer's own text, never the report.
const form = '/intake/portal/new';
const request = { credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer' };

export function formOf(page) {
  const [token, mailbox] = ['token', 'mailbox'].map((name) => page.match(new RegExp(`name="${name}" value="([^"<>&]+)"`))?.[1]);
  return token && mailbox ? { token, mailbox } : null;
}

export function receiptOf(page) {
  const number = page.match(/id="number">(\d{15})</)?.[1];
  const code = page.match(/id="code">([0-9A-Za-z-]{6,20})</)?.[1];
  return number && code ? { number, code } : null;
}

// Each time a form is opened it bears another token; the same token and content again yield the same number.
export async function openForm() {
  const answer = await fetch(form, request);
  const opened = answer.ok ? formOf(await answer.text()) : null;
  if (!opened) throw new Error('门户的诉求表单打不开，没有提交。请稍后重试。');
  return opened;
}

export async function handIn(opened, { text, nature, place, phone }) {
  const fields = new FormData();
  for (const [name, value] of Object.entries({ ...opened, text, nature, place, phone, ...(phone ? {} : { anonymous: 'yes' }) })) fields.append(name, value);
  const answer = await fetch(form, { ...request, method: 'POST', body: fields });
  const receipt = answer.ok ? receiptOf(await answer.text()) : null;
  if (!receipt) throw new Error(answer.status === 409 ? '这张表单已提交过，内容又有改动。请刷新页面后核对举报人的来信。' : '普通诉求没有被接收。请核对内容（5 到 5000 字，电话号码完整）后重试。');
  return receipt;
}

// What of the reporter's contact still stands in a text: each stretch of two or more letters, and each number with or without its separators.
export function remaining(text, contact) {
  const bare = (value) => value.normalize('NFKC').toLowerCase();
  const digits = (value) => bare(value).replace(/(?<=\d)[\s()+-]+(?=\d)/g, '');
  const parts = bare(contact ?? '').split(/[^\p{L}\p{N}@._-]+/u).filter((part) => [...part].length > 1);
  const numbers = digits(contact ?? '').match(/\d{5,}/g) ?? [];
  return [...new Set([...parts.filter((part) => bare(text).includes(part)), ...numbers.filter((number) => digits(text).includes(number))])];
}
