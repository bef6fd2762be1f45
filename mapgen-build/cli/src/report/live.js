"use strict";
(() => {
  const EVERY = 2000;
  const pause = document.getElementById("pause");
  const news = document.getElementById("news");
  const filter = document.getElementById("filter");
  const wanted = filter.querySelector("input");
  const summary = document.getElementById("summary");
  const body = document.getElementById("maps").tBodies[0];
  const template = document.getElementById("row").content.querySelector("tr");
  let timer = 0, running = false, last = "";

  // A screen reader says what changes here: states and troubles, not every number.
  const tell = (text) => { if (last !== text) { last = text; news.textContent = text; } };
  const put = (element, text) => { if (element.textContent !== text) element.textContent = text; };

  const word = (state) => state.split(",")[0];

  function update(row, map) {
    for (const [what, text] of Object.entries(map.text)) put(row.querySelector(`[data-is="${what}"]`), text);
    const width = String(Math.round((map.pressure ?? 0) * 1000));
    const fill = row.querySelector(".fill");
    if (fill.getAttribute("width") !== width) fill.setAttribute("width", width);
    if (row.className !== map.class) row.className = map.class;
  }

  function show(maps) {
    const rows = new Map([...body.rows].map((row) => [row.dataset.id, row]));
    const changed = [];
    let next = body.firstElementChild;
    for (const map of maps) {
      const id = String(map.id);
      let row = rows.get(id);
      rows.delete(id);
      if (!row) {
        row = template.cloneNode(true);
        row.dataset.id = id;
      } else if (word(row.querySelector('[data-is="state"]').textContent) !== word(map.text.state)) {
        changed.push(`${map.text.name}: ${map.text.state}, ${map.text.full} full`);
      }
      update(row, map);
      // In the order of the server, moving no row that is in its place.
      if (row === next) next = row.nextElementSibling;
      else body.insertBefore(row, next);
    }
    for (const row of rows.values()) row.remove();
    choose();
    return changed;
  }

  function choose() {
    const text = wanted.value.trim().toLowerCase();
    for (const row of body.rows) {
      const there = !text || row.cells[0].textContent.toLowerCase().includes(text) || row.cells[1].textContent.toLowerCase().includes(text);
      if (row.hidden === there) row.hidden = !there;
    }
  }

  async function ask() {
    if (running || paused() || document.hidden) return;
    running = true;
    try {
      const answer = await fetch("/maps.json", { cache: "no-store", signal: AbortSignal.timeout(15000) });
      if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
      const seen = await answer.json();
      const changed = show(seen.maps);
      put(summary, seen.summary);
      if (!paused()) {
        if (changed.length) tell(changed.slice(0, 3).join("; ") + (changed.length > 3 ? `; and ${changed.length - 3} more` : ""));
        else if (!last || last.startsWith("No answer")) tell("Live, every 2 seconds.");
      }
    } catch {
      tell("No answer from mapgen serve; the levels are old. Trying again.");
    } finally {
      running = false;
      clearTimeout(timer);
      if (!paused()) timer = setTimeout(ask, EVERY);
    }
  }

  const paused = () => pause.getAttribute("aria-pressed") === "true";
  pause.addEventListener("click", () => {
    pause.setAttribute("aria-pressed", String(!paused()));
    clearTimeout(timer);
    tell(paused() ? "Paused." : "Live, every 2 seconds.");
    if (!paused()) ask();
  });
  document.addEventListener("visibilitychange", () => { clearTimeout(timer); ask(); });
  wanted.addEventListener("input", choose);
  pause.hidden = false;
  filter.hidden = false;
  ask();
})();
