"use strict";
(() => {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  // A page that was opened from a file may be refused storage.
  const kept = {
    get() { try { return localStorage.getItem("mapgen-theme"); } catch { return null; } },
    set(theme) { try { localStorage.setItem("mapgen-theme", theme); } catch { /* not kept then */ } },
  };
  const current = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const say = () => { button.textContent = current() === "dark" ? "Use light colours" : "Use dark colours"; };
  const theme = kept.get();
  if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    kept.set(root.dataset.theme);
    say();
  });
  dark.addEventListener("change", say);
  say();

  // What is wider than the page is scrolled by the keyboard as well, where it has the focus.
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const caption = target.querySelector("caption");
      if (target.scrollWidth > target.clientWidth) {
        target.tabIndex = 0;
        target.setAttribute("role", "region");
        target.setAttribute("aria-label", caption ? caption.textContent : "Text");
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) target.removeAttribute(name);
      }
    }
  });
  for (const scroller of document.querySelectorAll(".scroll, pre")) watch.observe(scroller);
})();
