"""Watches the page of `mapgen serve` while maps change.

    live.py CHROMIUM URL

Prints a line with the name of each step and waits for a line before it looks; at the end what it
saw, as JSON.
"""

import json
import sys
import time

from browser import axe
from playwright.sync_api import sync_playwright

ROWS = """() => Object.fromEntries([...document.querySelectorAll("#maps tbody tr")].map((row) => [
  row.querySelector("[data-is=name]").textContent,
  Object.fromEntries([...row.querySelectorAll("[data-is]")].map((e) => [e.dataset.is, e.textContent])
    .concat([["width", Number(row.querySelector(".fill").getAttribute("width"))], ["class", row.className],
             ["same", row.marked === true]])),
]))"""


def step(name):
    print(name, flush=True)
    sys.stdin.readline()


def until(page, condition):
    # Playwright's own waiting evaluates a text in the page, which its policy forbids.
    end = time.monotonic() + 20
    while not page.evaluate(condition):
        if time.monotonic() > end:
            raise TimeoutError(f"{condition}: {page.evaluate(ROWS)}, {page.inner_text('#news')}")
        time.sleep(0.1)
    return page.evaluate(ROWS)


def main():
    chromium, url = sys.argv[1:]
    seen = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        said, asked = [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        seen["opened"] = page.evaluate(ROWS)
        seen["drawings"] = page.evaluate("[...document.querySelectorAll('[role=img]')].map((e) => e.getAttribute('aria-label'))")
        # A row that is made anew would lose this, and a field that is would lose the focus.
        page.evaluate("document.querySelectorAll('#maps tbody tr').forEach((row) => { row.marked = true; })")
        page.locator("#filter input").focus()
        page.keyboard.type("con")

        step("fill")
        seen["filled"] = until(page, "document.querySelector('[data-is=used]').textContent === '63'")
        seen["typed"] = page.evaluate("[document.activeElement.tagName, document.activeElement.value]")
        seen["news"] = page.inner_text("#news")
        seen["summary"] = page.inner_text("#summary")

        page.locator("#filter input").fill("")
        page.locator("#pause").focus()
        page.keyboard.press("Enter")
        step("drain while it is paused")
        time.sleep(4)
        seen["paused"] = page.evaluate(ROWS)
        seen["paused_news"] = page.inner_text("#news")
        page.keyboard.press("Enter")
        seen["resumed"] = until(page, "document.querySelector('[data-is=used]').textContent === '5'")

        step("another map")
        seen["both"] = until(page, "document.querySelectorAll('#maps tbody tr').length === 2")
        step("the first one goes")
        seen["one"] = until(page, "document.querySelectorAll('#maps tbody tr').length === 1")

        seen["axe"] = axe(browser, url)

        seen["said"], seen["asked"] = list(said), sorted(set(asked))
        step("the server goes")
        seen["alone"] = until(page, "document.getElementById('news').textContent.startsWith('No answer')")
        browser.close()
    print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    main()
