import { decode, kinds, open, openKeyFile, seal, thumbprint } from './sealing.js';
import { handIn, openForm, remaining } from './returning.js';
import { mailOf, savingOf } from './mailview.js';
import { custody } from './custody.js';

const element = (id) => document.getElementById(id);
let token = '';
let key = null;
let keys = []; // the public keys of all
let current = null; // { id, replyKey, thread, recipients, opened, contents, contacts }
let written = null; // the report whose text stands in the form of an ordinary appeal
let returning = null; // what was handed in as an ordinary appeal, so that a second try is the same

function say(problem, done = '') {
  element('problem').textContent = problem;
  element('problem').hidden = !problem;
  element('done').textContent = done;
  element('done').hidden = !done;
}

async function ask(path, body) {
  const answer = await fetch(`/supervision/station/${path}`, {
    method: body === undefined ? 'GET' : 'POST', body: body === undefined ? undefined : JSON.stringify(body), credentials: 'omit', cache: 'no-store',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
  });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw new Error([problem.detail, problem.remedy].filter(Boolean).join('') || '没有成功，请稍后重试。');
}

function working(form, work) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    say('');
    try {
      await work(event);
    } catch (failure) {
      say(failure.message);
    }
  });
}

const sealedAt = {
  browser: '在举报人的设备上密封', receipt: '由接收程序密封',
  mail: '电子邮件，由接收程序密封，之前是明文', 'automatic-mail': '电子邮件（自称由程序或群发寄出：退信、自动回复等），由接收程序密封，之前是明文',
};
const kindOf = { mail: '（邮件）', 'automatic-mail': '（自动邮件）' };

const cell = (text) => Object.assign(document.createElement('td'), { textContent: text });

async function list(after) {
  const lines = await ask(`reports?after=${after}`);
  keeping.lacking(lines);
  element('reports').replaceChildren(...lines.map((line) => {
    const row = document.createElement('tr');
    const button = Object.assign(document.createElement('button'), { textContent: '打开', type: 'button' });
    button.addEventListener('click', () => show(line.id).catch((failure) => say(failure.message)));
    const last = document.createElement('td');
    last.append(button);
    row.append(cell(line.day), cell(line.title + (kindOf[line.sealed] ?? '') + (line.awaitsOfficer ? '（待答复）' : '')), cell(line.due + (line.overdue ? '（已超期）' : '')), cell(line.letters), last);
    return row;
  }));
  element('more').hidden = lines.length < 100;
  element('more').onclick = () => list(lines.at(-1).sequence).catch((failure) => say(failure.message));
}

async function sayMailbox() {
  const { state, why, tooLarge, kept } = await ask('mailbox');
  const said = [why, tooLarge ? `${tooLarge} 封邮件太大，不能密封，仍以明文留在邮箱里：请直接到邮箱取出、保存并彻底删除。` : '', kept ? `${kept} 封已密封的邮件没能从邮箱删除。` : ''].filter(Boolean);
  element('mailbox').textContent = said.length ? `邮箱：${said.join('')}` : '';
  element('mailbox').hidden = state === 'none' || !said.length;
}

function paragraph(text, name) {
  return Object.assign(document.createElement('p'), { textContent: text, className: name ?? '' });
}

const fileOf = (file) => savingOf('保存材料', file.name, decode(file.data.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')));

async function letterOf(letter, thread) {
  const item = document.createElement('li');
  let content;
  try {
    content = await open(letter.letter, letter.kind, key);
  } catch {
    item.append(paragraph(`${letter.day}：这封信不是密封给您的密钥的，或已被改动。`));
    return { item, content: null };
  }
  if (thread && content.thread !== thread) {
    item.append(paragraph(`${letter.day}：这封信不属于这份举报，没有显示。`));
    return { item, content: null };
  }
  const who = { [kinds.report]: '举报人', [kinds.answer]: '答复', [kinds.note]: '工作人员记录' }[letter.kind];
  item.append(paragraph(`${letter.day} ${who}`));
  if (content.accused) item.append(paragraph(`被反映：${content.accused}`, 'letter'));
  if (content.faults?.length) item.append(paragraph(`举报人认为属于：${content.faults.join('、')}`));
  if (content.text) item.append(paragraph(content.text, 'letter'));
  if (content.contact) item.append(paragraph(`联系方式：${content.contact}`, 'letter'));
  item.append(...(content.files ?? []).map(fileOf));
  const mail = content.mail ? mailOf(content.mail) : { nodes: [], text: content.text, contact: content.contact ?? '' };
  item.append(...mail.nodes);
  if (content.code) item.append(paragraph(`查询码（邮件来信人没有；您认为安全时，由您用别的办法交给他，他才能看到答复、表示同意）：${content.code}`));
  return { item, content, text: mail.text, contact: mail.contact };
}

async function show(id) {
  say('');
  const opened = await ask(`reports/${id}/open`, {});
  const first = await letterOf(opened.letters[0]);
  const thread = first.content?.thread;
  const rest = await Promise.all(opened.letters.slice(1).map((letter) => letterOf(letter, thread)));
  const recipients = (await Promise.all(keys.map(async (recipient) => [await thumbprint(recipient), recipient])))
    .filter(([name]) => opened.recipients.includes(name)).map(([, recipient]) => recipient);
  const letters = [first, ...rest];
  current = { id, thread, replyKey: first.content?.replyKey, recipients, opened, contents: letters.map((letter) => letter.content), contacts: letters.map((letter) => letter.contact ?? '') };
  // The key to answer to comes from inside the seal; the server only knows its name.
  if (current.replyKey && await thumbprint(current.replyKey) !== opened.replyKey) current.replyKey = null;
  element('state').textContent = opened.title;
  element('sealed').textContent = sealedAt[opened.sealed];
  element('consented').textContent = opened.consentAsked ? { true: '已同意退回', false: '不同意退回' }[opened.consent] ?? '退回的同意尚未答复' : '未征求退回';
  element('letters').replaceChildren(first.item, ...rest.map((letter) => letter.item));
  const next = opened.next.filter((choice) => !['returned', 'passed-upward'].includes(choice.state)); // those have forms of their own
  element('next').replaceChildren(...next.map((choice) => new Option(choice.title, choice.state)));
  element('move').hidden = next.length === 0;
  const returns = opened.state === 'screening' && opened.consent === true && current.replyKey;
  if (returns && written !== id) element('return-text').value = first.text;
  if (returns) written = id;
  element('return').hidden = !returns;
  element('consent').hidden = opened.state !== 'screening' || opened.consentAsked;
  element('answer').hidden = !current.thread;
  element('report').hidden = false;
  await keeping.show(current);
}

const keeping = custody({ ask, say, working, show: () => show(current.id), list: () => list(0), close: () => { element('report').hidden = true; }, who: () => ({ key, keys, current }) });

working(element('enter'), async () => {
  token = element('token').value.trim();
  const file = await element('key').files[0].text();
  key = await openKeyFile(file, element('passphrase').value).catch(() => { throw new Error('密钥文件打不开：请核对文件和口令。'); });
  if (!key.d) throw new Error('这个文件里没有私钥。');
  element('passphrase').value = '';
  const told = await ask('officers');
  keys = told.keys;
  const own = await thumbprint(key);
  const known = await Promise.all(keys.map(thumbprint));
  await keeping.enter(told);
  await sayMailbox();
  await list(0);
  if (!known.includes(own)) say('注意：您的密钥不在当前的收件人之中，新的举报不会密封给它。');
  element('enter').hidden = true;
  element('work').hidden = false;
});

working(element('answer'), async (event) => {
  const text = element('text').value.trim();
  const kind = event.submitter.value === 'note' ? kinds.note : kinds.answer;
  if (!text) throw new Error('请写内容。');
  if (kind === kinds.answer && !current.replyKey) throw new Error('这份举报的回信公钥与登记的不符，不能答复。');
  const recipients = kind === kinds.answer ? [...current.recipients, current.replyKey] : current.recipients;
  await ask(`reports/${current.id}/${kind === kinds.answer ? 'answers' : 'notes'}`, { letter: await seal({ thread: current.thread, text }, kind, recipients) });
  element('text').value = '';
  await show(current.id);
});

working(element('move'), async () => {
  const valid = element('valid').value;
  await ask(`reports/${current.id}/moves`, { state: element('next').value, ...(valid ? { valid: valid === 'true' } : {}) });
  await Promise.all([show(current.id), list(0)]);
});

working(element('consent'), async () => {
  await ask(`reports/${current.id}/consent-requests`, {});
  await show(current.id);
});

working(element('return'), async () => {
  const fields = { text: element('return-text').value.trim(), nature: element('return-nature').value, place: element('return-place').value.trim(), phone: element('return-phone').value.trim() };
  const left = remaining(`${fields.text}\n${fields.place}`, current.contacts.join('\n'));
  if (left.length) throw new Error(`还没有提交：文字里还有举报人的联系信息（${left.join('、')}）。`);
  if (returning?.id !== current.id) returning = { id: current.id, form: await openForm() };
  const receipt = returning.receipt ?? await handIn(returning.form, fields);
  returning.receipt = receipt;
  if (!returning.answered) {
    const text = `经您同意，这件事已作为普通诉求提交，没有带您的姓名${fields.phone ? '，按您的意见留了联系电话' : '和联系方式'}。\n编号：${receipt.number}\n提取码：${receipt.code}\n可在门户网站按编号和提取码查询。`;
    returning.letter ??= await seal({ thread: current.thread, text }, kinds.answer, [...current.recipients, current.replyKey]);
    await ask(`reports/${current.id}/answers`, { letter: returning.letter });
    returning.answered = true;
  }
  await ask(`reports/${current.id}/moves`, { state: 'returned', valid: false });
  element('return').reset();
  await Promise.all([show(current.id), list(0)]);
});
