"use strict";
// Danger to life rings on every page of those who answer it; without script the home page lists the same on reload.
(() => {
  const line = document.getElementById("live");
  if (!line?.dataset.events || !window.EventSource) return;
  const open = new Map();
  const show = () => {
    line.replaceChildren();
    if (open.size === 0) return;
    const first = [...open.values()][0];
    const link = document.createElement("a");
    link.href = `/desk/orders/${encodeURIComponent(first.number)}`;
    link.textContent = `${first.number}，告知诉求人拨打 ${first.emergencies.join("、")}`;
    line.append(`危险警报 ${open.size} 件：`, link);
  };
  const events = new EventSource(line.dataset.events);
  events.addEventListener("alert", (event) => {
    const alert = JSON.parse(event.data);
    open.set(alert.id, alert);
    show();
  });
  events.addEventListener("taken", (event) => {
    open.delete(JSON.parse(event.data).id);
    show();
  });
})();

// What rings or is being spoken at this seat, on every page of an agent; without script the list of calls says the same on reload.
(() => {
  const line = document.getElementById("calls");
  if (!line) return;
  let shown = "";
  const show = (calls) => {
    const now = JSON.stringify(calls.map((call) => [call.callId, call.state]));
    if (now === shown) return;
    shown = now;
    line.replaceChildren(...calls.map((call) => {
      const link = document.createElement("a");
      link.href = `/desk/calls/${encodeURIComponent(call.callId)}`;
      link.textContent = call.state === "ringing" ? "来电振铃，打开登记" : "通话中，打开登记";
      return link;
    }));
  };
  const ask = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(line.dataset.calls, { headers: { accept: "application/json" } });
        if (answer.ok) show(await answer.json());
      } catch {
        // Away for the moment: what is shown stands until the next asking.
      }
    }
    setTimeout(ask, 3000);
  };
  ask();
})();

// The knowledge base beside a form: hits below the search, articles in the window beside; what is being written stays.
(() => {
  for (const form of document.querySelectorAll("form[data-beside]")) {
    const hits = document.getElementById("beside-hits");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const say = (text) => { hits.textContent = text; };
      try {
        const answer = await fetch(`${form.dataset.beside}?q=${encodeURIComponent(form.elements.q.value)}`, { headers: { accept: "application/json" } });
        if (!answer.ok) return say("知识库暂时没有应答，请稍后再试。");
        const found = (await answer.json()).items;
        if (found.length === 0) return say("没有找到，请换几个词。");
        const list = document.createElement("ol");
        for (const article of found) {
          const [item, link, head] = ["li", "a", "p"].map((name) => document.createElement(name));
          link.href = `/desk/knowledge/${encodeURIComponent(article.code)}`;
          link.target = form.target;
          link.textContent = article.title;
          head.className = "hint";
          head.textContent = article.head;
          item.append(link, head);
          list.append(item);
        }
        hits.replaceChildren(`${found.length} 条，在旁边的窗口打开：`, list);
      } catch {
        say("知识库暂时没有应答，请稍后再试。");
      }
    });
  }
})();
