// Shows a mail at the station: text as text, files to be saved. The mail is nobody's we know, so no tag, address or picture of it is followed.
import { readMail } from './mime.js';

const titles = { from: '发件人', 'reply-to': '回信地址', to: '收件人', cc: '抄送', date: '日期', subject: '主题' };
const bytesOf = (binary) => Uint8Array.from(binary, (c) => c.charCodeAt(0));

const paragraph = (text, name = 'letter') => Object.assign(document.createElement('p'), { textContent: text, className: name });

function folded(title, text) {
  const all = document.createElement('details');
  all.append(Object.assign(document.createElement('summary'), { textContent: title }), paragraph(text));
  return all;
}

// A file of the reporter's is never shown here: it is saved, to be looked at on a machine that may be lost.
export function savingOf(title, name, bytes) {
  const safe = name.replace(/[^\p{L}\p{N}._-]/gu, '_').slice(-100).replace(/^[._]+/, '') || 'file';
  const link = document.createElement('a');
  link.textContent = `${title}：${safe}`;
  link.download = safe;
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const line = document.createElement('p');
  line.append(link);
  return line;
}

// What is shown of a mail; who wrote it and what, for a text that is to be without him.
export function mailOf(encoded) {
  let mail;
  let original;
  try {
    const raw = atob(encoded);
    original = savingOf('保存邮件原文', 'mail.eml', bytesOf(raw));
    mail = readMail(raw);
  } catch {
    const nodes = [paragraph(`这封邮件在这里显示不了${original ? '，请保存原文' : ''}。`, ''), original].filter(Boolean);
    return { nodes, text: '', contact: '' };
  }
  const nodes = Object.entries(titles).filter(([name]) => mail.shown[name]).map(([name, title]) => paragraph(`${title}：${mail.shown[name]}`));
  for (const { text, html, again } of mail.texts) {
    if (again) nodes.push(folded('同一内容的网页格式（只显示文字）', text));
    else if (text.trim()) nodes.push(...(html ? [paragraph('（网页格式，只显示文字）', '')] : []), paragraph(text, 'letter mail-text'));
  }
  nodes.push(...mail.files.map((file) => savingOf('保存附件', file.name, bytesOf(file.data))));
  if (mail.cut) nodes.push(paragraph('这封邮件的内容太多或层次太深，没有全部显示，请保存原文。', ''));
  nodes.push(folded('全部邮件头', mail.header), original);
  const text = [mail.shown.subject, ...mail.texts.filter((one) => !one.again).map((one) => one.text)].filter(Boolean).join('\n');
  return { nodes, text, contact: [mail.shown.from, mail.shown['reply-to'], mail.shown.cc].join('\n') };
}
