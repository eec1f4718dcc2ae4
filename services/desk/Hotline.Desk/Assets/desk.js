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
