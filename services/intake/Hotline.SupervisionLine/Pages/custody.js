// Who may open a report: keys wrapped anew for who joins, officers in a conflict of interest, the higher body.
import { emptyRegister, inConflict, marksOf, namesOf } from './conflicts.js';
import { kinds, open, rewrap, seal, thumbprint } from './sealing.js';

const element = (id) => document.getElementById(id);
const same = (one, other) => one.length === other.length && one.every((value, i) => value === other[i]);

export function custody({ ask, say, working, show, list, close, who }) {
  let owners = [];
  let upward = null;
  let register = { version: 0, content: null };
  let prepared = null; // the report a file for the higher body was made of
  const accounts = () => [...new Set(owners.filter((owner) => !owner.escrow).map((owner) => owner.account))];

  async function readRegister() {
    const told = await ask('register');
    register = { version: told.version, content: told.letter ? await open(told.letter, kinds.register, who().key).catch(() => null) : emptyRegister() };
    element('relations').hidden = !register.content; // sealed before he joined: another officer saves it anew
    element('declared').replaceChildren(...accounts().map((account) => {
      const label = Object.assign(document.createElement('label'), { textContent: account });
      const names = Object.assign(document.createElement('textarea'), { rows: 2, value: (register.content?.relations[account] ?? []).join('\n') });
      names.dataset.account = account;
      label.append(names);
      return label;
    }));
  }

  async function saveRegister() {
    const { keys } = who();
    await ask('register', { version: register.version, letter: await seal(register.content, kinds.register, keys) });
    await readRegister();
  }

  async function every() {
    const all = [];
    for (let lines = await ask('reports?after=0'); lines.length; lines = await ask(`reports?after=${lines.at(-1).sequence}`)) all.push(...lines);
    return all;
  }

  const isOpen = (line) => !['archived', 'returned'].includes(line.state);

  // Looks at the marks of every open report anew: relations change after a report came.
  async function excludeAnew() {
    let changed = 0;
    for (const line of (await every()).filter((line) => isOpen(line) && line.marks.length)) {
      const excluded = [...new Set([...line.excluded, ...await inConflict(register.content, line.id, line.marks)])].sort();
      if (!same(excluded, [...line.excluded].sort())) {
        await ask(`reports/${line.id}/exclusions`, { excluded, marks: line.marks });
        changed += 1;
      }
    }
    return changed;
  }

  working(element('rewrap'), async () => {
    const { key, keys } = who();
    const wanted = element('newcomer').value.trim();
    const named = await Promise.all(keys.map(async (candidate) => [await thumbprint(candidate), candidate]));
    const newcomer = named.find(([name]) => name === wanted)?.[1];
    if (!newcomer) throw new Error('当前的收件人之中没有这个公钥指纹。请逐字核对书面记录；不符的，不要继续。');
    let [done, shut] = [0, 0];
    for (const line of (await every()).filter((line) => line.lacking.includes(wanted))) {
      const letters = await ask(`reports/${line.id}/keys`, {});
      const shares = [];
      for (const [letter, { recipients }] of letters.entries()) {
        if (recipients.some((recipient) => recipient.header.kid === wanted)) continue;
        const recipient = await rewrap(recipients, key, newcomer).catch(() => null);
        if (recipient) shares.push({ letter, recipient });
      }
      if (shares.length) await ask(`reports/${line.id}/shares`, { key: wanted, shares });
      if (shares.length) done += 1; else shut += 1;
    }
    if (register.version > 0 && register.content) await saveRegister();
    element('newcomer').value = '';
    await list();
    say('', `已为他重新封装 ${done} 份举报${shut ? `；${shut} 份您自己也打不开，请由其他工作人员封装` : ''}。`);
  });

  working(element('relations'), async () => {
    const relations = Object.fromEntries([...element('declared').querySelectorAll('textarea')].map((names) => [names.dataset.account, namesOf(names.value)]).filter(([, names]) => names.length));
    register.content = { ...register.content, relations };
    await saveRegister();
    const changed = await excludeAnew();
    await list();
    say('', `已保存。${changed} 份举报的回避有变化。`);
  });

  working(element('exclude'), async () => {
    if (!register.content) throw new Error('回避登记没有密封给您的密钥，请由其他工作人员重新保存。');
    if (register.version === 0) await saveRegister(); // the key that blinds must be everybody's before a name is blinded
    const { current } = who();
    const names = namesOf(element('concerned').value);
    const marks = await marksOf(register.content, current.id, names, current.opened.marks);
    const chosen = [...element('accounts').querySelectorAll('input:checked')].map((box) => box.value);
    const excluded = [...new Set([...chosen, ...await inConflict(register.content, current.id, marks)])].sort();
    await ask(`reports/${current.id}/exclusions`, { excluded, marks });
    element('concerned').value = '';
    await list();
    await show().catch(close); // it may concern himself
    say('', excluded.length ? `已登记回避：${excluded.join('、')}。` : '已登记，没有人需要回避。');
  });

  working(element('upward'), async (event) => {
    const { current } = who();
    if (event.submitter.value === 'export') {
      if (current.contents.some((content) => !content)) throw new Error('有的来信打不开，不能移送。请由能打开全部来信的工作人员办理。');
      const letters = [];
      for (const content of current.contents) letters.push(await seal(content, kinds.upward, [upward]));
      URL.revokeObjectURL(element('handover').href);
      element('handover').href = URL.createObjectURL(new Blob([JSON.stringify(letters)], { type: 'application/json' }));
      element('handover').download = 'handover.json';
      element('handover').hidden = false;
      prepared = { id: current.id };
      return;
    }
    if (prepared?.id !== current.id && !current.opened.upwardBy) throw new Error('请先导出移送文件。');
    if (!element('kept').checked) throw new Error('请先保存移送文件并核对，再勾选确认。');
    const { passed } = await ask(`reports/${current.id}/upward`, { letters: current.contents.length });
    if (!passed) {
      await show();
      say('', '已提出移送，请另一名工作人员核对并确认。');
      return;
    }
    prepared = null;
    close();
    await list();
    say('', '已移送。这里不能再打开这份举报。');
  });

  return {
    async enter(told) {
      owners = told.owners;
      upward = told.upward ?? null;
      element('upward-key').textContent = upward ? await thumbprint(upward) : '';
      await readRegister();
    },

    lacking(lines) {
      const count = lines.filter((line) => line.lacking.length).length;
      element('lacking').textContent = count ? `本页有 ${count} 份举报尚未封装给全部当前密钥。` : '';
    },

    async show(current) {
      prepared = prepared?.id === current.id ? prepared : null;
      element('handover').hidden = !prepared;
      element('kept').checked = false;
      element('proposed').textContent = current.opened.upwardBy ? `${current.opened.upwardBy} 已导出移送文件，待另一名工作人员确认。` : '';
      element('upward').hidden = !upward || !current.opened.next.some((choice) => choice.state === 'passed-upward');
      element('excluded').textContent = current.opened.excluded.length ? `回避：${current.opened.excluded.join('、')}` : '无人回避';
      element('accounts').replaceChildren(...accounts().map((account) => {
        const label = document.createElement('label');
        const box = Object.assign(document.createElement('input'), { type: 'checkbox', value: account, checked: current.opened.excluded.includes(account) });
        label.append(box, account);
        return label;
      }));
    },
  };
}
