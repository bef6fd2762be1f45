"""Opens pages in a headless Chromium and prints what it sees as one JSON object, by page.

    browser.py CHROMIUM PAGE...
"""

import json
import sys
import time
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import sync_playwright

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
# The page's policy forbids scripts that are not its own; axe is run in a page without one.
RUN_AXE = "() => axe.run(document, {resultTypes: ['violations']})"

FIGURES = """() => {
  const text = (e) => e.textContent.trim();
  const rows = (table) => [...table.tBodies[0].rows].map((row) => [...row.cells].map(text));
  const map = (row) => ({
    name: text(row.cells[0]),
    entries: Number(row.querySelector("[data-entries]").dataset.entries),
    bytes: Number(row.querySelector("td[data-bytes]")?.dataset.bytes ?? -1),
  });
  const links = [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href"));
  return {
    title: document.title,
    maps: [...document.querySelectorAll("table.maps tbody tr")].map(map),
    tables: [...document.querySelectorAll("table.members")].map((table) => ({
      caption: text(table.caption),
      rows: rows(table),
    })),
    differences: [...document.querySelectorAll("[data-map] table.differences")].map((table) => ({
      map: table.closest("[data-map]").dataset.map,
      rows: rows(table),
    })),
    drawings: [...document.querySelectorAll("[role=img]")].map((e) => e.getAttribute("aria-label")),
    findings: [...document.querySelectorAll("article.finding")].map((e) => [e.dataset.code, e.dataset.level]),
    text: document.body.innerText,
    dangling: links.filter((href) => !href.startsWith("#") || !document.getElementById(href.slice(1))),
    headings: [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((h) => Number(h.tagName[1])),
    scripts: document.scripts.length,
  };
}"""

# What the policy refuses: a script, a style, a picture, a request.
ATTACKS = """async () => {
  const refused = [];
  document.addEventListener("securitypolicyviolation", (e) => refused.push(e.effectiveDirective));
  const script = document.createElement("script");
  script.textContent = "window.injected = true";
  document.body.append(script);
  const style = document.createElement("div");
  style.setAttribute("style", "color: red");
  document.body.append(style);
  const image = new Image();
  image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
  await fetch("http://127.0.0.1:9/").catch(() => {});
  await new Promise((done) => setTimeout(done, 50));
  return {refused: refused.sort(), injected: window.injected === true};
}"""

FOCUS = """() => {
  const e = document.activeElement;
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  return {
    tag: e.tagName, text: e.textContent.trim().slice(0, 40), href: e.getAttribute("href"),
    outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
    seen: box.width > 0 && box.right > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def look(context, url):
    """The page as it is opened, with everything that it says and asks for."""
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    return page, said, asked


def axe(browser, url):
    """What axe-core finds in light and in dark, in a context of its own."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 900})
    page, _, _ = look(context, url)
    page.add_script_tag(content=AXE)
    seen = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        rules = page.evaluate(RUN_AXE)["violations"]
        nodes = [(rule["id"], node) for rule in rules for node in rule["nodes"][:3]]
        seen[scheme] = [f"{rule}: {node['html'][:200]} {node['failureSummary']}" for rule, node in nodes]
    context.close()
    return seen


def walk(page):
    """Where the Tab key leads, and what the keys do there."""
    stops = []
    for _ in range(6):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUS))
        if stops[-1]["tag"] == "BUTTON":
            before = page.evaluate("getComputedStyle(document.body).backgroundColor")
            page.keyboard.press("Enter")
            after = page.evaluate("getComputedStyle(document.body).backgroundColor")
            stops[-1]["changes"] = before != after
            stops[-1]["then"] = page.evaluate("document.activeElement.textContent")
    return stops


def printed(page):
    """What differs on paper."""
    page.emulate_media(media="print")
    seen = page.evaluate("""() => ({
      navigation: getComputedStyle(document.querySelector("nav")).display,
      button: getComputedStyle(document.getElementById("theme")).display,
      ground: getComputedStyle(document.body).backgroundColor,
    })""")
    page.emulate_media(media="screen")
    return seen


def one(browser, url):
    context = browser.new_context(color_scheme="light", viewport={"width": 1280, "height": 900})
    start = time.monotonic()
    page, said, asked = look(context, url)
    seconds = time.monotonic() - start
    elements = page.evaluate("document.querySelectorAll('*').length")
    # To read out a page of a hundred thousand takes longer than to open it.
    if elements > 40_000:
        maps = page.evaluate("document.querySelectorAll('table.maps tbody tr').length")
        context.close()
        return {"maps": maps, "elements": elements, "seconds": seconds, "said": said, "asked": asked}
    seen = page.evaluate(FIGURES)
    seen |= {"seconds": seconds, "said": list(said), "asked": list(asked)}
    seen["walk"] = walk(page)
    seen["printed"] = printed(page)
    narrow = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    page.set_viewport_size({"width": 360, "height": 800})
    seen["sideways"] = page.evaluate(narrow)
    seen["attacks"] = page.evaluate(ATTACKS)
    context.close()
    context = browser.new_context(java_script_enabled=False)
    page, _, _ = look(context, url)
    seen["without_script"] = page.locator("main").inner_text()[:200]
    seen["button_without_script"] = page.locator("#theme").is_visible()
    context.close()
    # It takes its time by the element.
    if elements < 5_000:
        seen["axe"] = axe(browser, url)
    return seen


def main():
    chromium, *pages = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        seen = {Path(page).stem: one(browser, Path(page).absolute().as_uri()) for page in pages}
        browser.close()
    json.dump(seen, sys.stdout)


if __name__ == "__main__":
    main()
