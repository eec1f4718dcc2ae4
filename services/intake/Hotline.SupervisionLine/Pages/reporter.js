import { holder, kinds, lock, newCode, newKey, open, readCode, seal, showCode, threadOf, thumbprint, unlock } from './sealing.js';

const element = (id) => document.getElementById(id);
const officers = JSON.parse(document.querySelector('main').dataset.officers);
const mostFiles = 5 << 20;
let current = null;

function say(problem) {
  element('problem').textContent = problem;
  element('problem').hidden = !problem;
}

async function post(path, body) {
  const answer = await fetch(`/supervision/${path}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store',
  });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw new Error([problem.detail, problem.remedy].filter(Boolean).join('') || '没有送达，请稍后重试。');
}

// One thing at a time; the same letter is sent again after a failure, so that nothing is received twice.
function working(form, work) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const buttons = [...form.querySelectorAll('button')];
    buttons.forEach((button) => { button.disabled = true; });
    say('');
    try {
      await work(event);
    } catch (failure) {
      say(failure instanceof TypeError ? '网络不通，请稍后重试。' : failure.message);
    } finally {
      buttons.forEach((button) => { button.disabled = false; });
    }
  });
}

async function base64Of(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

let draft = null; // the sealed letter of this very content

async function sealReport() {
  const chosen = [...element('files').files];
  if (chosen.reduce((sum, file) => sum + file.size, 0) > mostFiles) throw new Error('材料合计超过 5 MB，请减少后重试。');
  const files = await Promise.all(chosen.map(async (file) => ({ name: file.name, type: file.type, data: await base64Of(file) })));
  const written = {
    text: element('text').value.trim(), accused: element('accused').value.trim(), contact: element('contact').value.trim(),
    faults: [...element('report').querySelectorAll('[name=fault]:checked')].map((box) => box.value), files,
  };
  if (!written.text) throw new Error('请写明问题。');
  const same = JSON.stringify(written);
  if (draft?.same === same) return draft;
  const code = newCode();
  const replyKey = await newKey();
  const { d, ...publicKey } = replyKey;
  const letter = await seal({ thread: await threadOf(code), ...written, replyKey: publicKey }, kinds.report, officers);
  draft = { same, code, body: { ...await holder(code), replyKey: await thumbprint(publicKey), lockedKey: await lock(code, replyKey), letter } };
  return draft;
}

working(element('report'), async () => {
  const { code, body } = await sealReport();
  await post('reports', body);
  draft = null;
  element('report').reset();
  element('write').hidden = true;
  element('code').textContent = showCode(code);
  element('receipt').hidden = false;
});

async function show(code) {
  const told = await post('conversation', await holder(code));
  const key = await unlock(code, told.lockedKey);
  const thread = await threadOf(code);
  const items = await Promise.all(told.letters.map(async (letter) => {
    const item = document.createElement('li');
    const head = document.createElement('p');
    const body = document.createElement('p');
    body.className = 'letter';
    if (letter.kind === kinds.answer) {
      head.textContent = `${letter.day} 工作人员`;
      const opened = await open(letter.letter, kinds.answer, key);
      body.textContent = opened.thread === thread ? opened.text : '这封答复不属于这份举报，没有显示。';
    } else {
      head.textContent = `${letter.day} 您`;
      body.textContent = '（已密封，只有工作人员能打开）';
    }
    item.append(head, body);
    return item;
  }));
  current = code;
  element('state').textContent = told.state;
  element('letters').replaceChildren(...items);
  element('consent').hidden = !(told.consentAsked && told.consent === undefined);
  element('conversation').hidden = false;
}

working(element('ask'), async () => {
  const code = readCode(element('known-code').value);
  if (!code) throw new Error('查询码应为 20 个字母和数字。');
  await show(code);
});

working(element('add'), async () => {
  const text = element('more').value.trim();
  if (!text) throw new Error('请写明情况。');
  const letter = await seal({ thread: await threadOf(current), text, faults: [], files: [] }, kinds.report, officers);
  await post('letters', { ...await holder(current), letter });
  element('more').value = '';
  await show(current);
});

working(element('consent'), async (event) => {
  await post('consents', { ...await holder(current), given: event.submitter.value === 'yes' });
  await show(current);
});

if (globalThis.crypto?.subtle) {
  element('report').hidden = false;
  element('ask').hidden = false;
} else {
  say('这个浏览器不能在您的设备上加密。请更新浏览器，并从 https 地址打开本页。');
}
