"""A headless Chromium through chromedriver (the W3C WebDriver protocol), with nothing but Python's own library.

Used by tests/browser.sh: python3 browser.py SCREENSHOTS/ PAGE.html... speaks TAP. Beside PAGE.html stands PAGE.json,
{"points": {"figure's id": number}, "rows": number}, counted by somebody else.
"""
import base64
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request


class Browser:
    """One window. Speaks to its own chromedriver, which ends with it."""

    ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
                 "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
                 "--force-color-profile=srgb", "--hide-scrollbars"]

    def __init__(self, chromium, driver, directory):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.driver = subprocess.Popen([driver, "--port=%d" % self.port], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, start_new_session=True)
        self.session = None
        self._wait_for_driver()
        options = {"binary": chromium, "args": self.ARGUMENTS + ["--user-data-dir=" + directory]}
        capabilities = {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options,
                                        "goog:loggingPrefs": {"browser": "ALL"}}}
        self.session = self._call("POST", "/session", {"capabilities": capabilities})["sessionId"]

    def _wait_for_driver(self):
        for _ in range(300):
            try:
                if self._call("GET", "/status")["ready"]:
                    return
            except (OSError, KeyError):
                pass
            time.sleep(0.1)
        raise RuntimeError("chromedriver did not become ready within 30 s")

    def _call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request("http://127.0.0.1:%d%s" % (self.port, path), data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from error

    def call(self, method, path, body=None):
        return self._call(method, "/session/%s%s" % (self.session, path), body)

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def console(self):
        """What the page and the browser said since the last time."""
        return self.call("POST", "/se/log", {"type": "browser"})

    def look(self, width, height, dark=False, media="screen"):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                      mobile=width < 600)
        self.devtools("Emulation.setEmulatedMedia", media=media, features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def press(self, *keys):
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def point_at(self, x, y):
        self.call("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [
            {"type": "pointerMove", "duration": 0, "x": int(x), "y": int(y)}]}]})

    def screenshot(self, path, whole=True):
        shot = self.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))

    def close(self):
        try:
            if self.session:
                self.call("DELETE", "")
        except (OSError, RuntimeError):
            pass
        finally:
            self.driver.terminate()
            try:
                self.driver.wait(10)
            except subprocess.TimeoutExpired:
                self.driver.kill()


class Tap:
    def __init__(self):
        self.count = 0
        self.page = ""

    def ok(self, name, passed, *why):
        self.count += 1
        print("%sok %d - %s: %s" % ("" if passed else "not ", self.count, self.page, name))
        if not passed:
            for line in why:
                print("# " + str(line)[:400].replace("\n", " "))
        sys.stdout.flush()

    def equal(self, name, got, wanted):
        self.ok(name, got == wanted, "got %r" % (got,), "wanted %r" % (wanted,))

    def none(self, name, found):
        self.ok(name, not found, *found[:10])


# The least size on the screen, in CSS pixels, of each piece of text that is shown, with the text.
TEXT_SIZES = """
const small = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node; (node = walker.nextNode());) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest('script, style, title, desc, [aria-hidden=true]')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || !parent.checkVisibility()) continue;
    let size = parseFloat(getComputedStyle(parent).fontSize);
    const svg = parent.ownerSVGElement;
    if (svg) size *= svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    if (size < (svg ? arguments[0] : arguments[1]) || size > 48)
        small.push(size.toFixed(1) + 'px: ' + node.data.trim().slice(0, 60));
}
return small;
"""

# Text whose contrast with what is behind it is below 4.5 (WCAG 2.1, 1.4.3; 3 where it is large), by the nearest
# background that is not transparent.
CONTRAST = """
const pale = [];
const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
const rgba = text => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
                       return canvas.getImageData(0, 0, 1, 1).data; };
const luminance = c => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const part = c[i] / 255;
    return sum + weight * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4); }, 0);
const behind = element => {
    for (let at = element; at; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if (rgba(colour)[3] > 250) return colour;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'rgb(18, 18, 18)' : 'white';
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node; (node = walker.nextNode());) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest('script, style, title, desc') || !parent.checkVisibility()) continue;
    const style = getComputedStyle(parent);
    const ink = parent.ownerSVGElement ? style.fill : style.color;
    if (ink === 'none') continue;
    const a = luminance(rgba(ink)), b = luminance(rgba(behind(parent)));
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    if (contrast < (large ? 3 : 4.5))
        pale.push(contrast.toFixed(2) + ': ' + ink + ' on ' + behind(parent) + ': ' + node.data.trim().slice(0, 40));
}
return pale;
"""

# What sticks out of the page at the right, other than within a box that scrolls by itself.
OUTSIDE = """
const out = [];
if (document.documentElement.scrollWidth > innerWidth) out.push('the page is ' + document.documentElement.scrollWidth);
for (const element of document.querySelectorAll('body *')) {
    const box = element.getBoundingClientRect();
    if (box.right <= innerWidth + 1 || box.width === 0 || !element.checkVisibility()) continue;
    let inside = false;
    for (let at = element.parentElement; at; at = at.parentElement)
        inside ||= ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(at).overflowX);
    if (!inside) out.push(element.tagName + ' ' + (element.id || element.className) + ' ends at ' + box.right);
}
return out;
"""


def check_sizes(tap, browser, shots):
    for width, height in ((360, 740), (1400, 900)):
        for dark in (False, True):
            browser.look(width, height, dark)
            name = "%d pixels wide, %s" % (width, "dark" if dark else "light")
            browser.screenshot(shots / ("%s-%d-%s.png" % (tap.page, width, "dark" if dark else "light")))
            tap.none(name + ": all text is large enough to read", browser.run(TEXT_SIZES, 9.5, 12))
            tap.none(name + ": all text stands out from what is behind it", browser.run(CONTRAST))
            tap.none(name + ": nothing sticks out at the right", browser.run(OUTSIDE))
    browser.look(794, 1123, media="print")
    tap.none("on paper: all text stands out", browser.run(CONTRAST))
    tap.none("on paper: nothing sticks out at the right", browser.run(OUTSIDE))
    browser.screenshot(shots / (tap.page + "-paper.png"))
    browser.look(1400, 900)


def check_points(tap, browser, counts):
    said = browser.run("return Object.fromEntries([...document.querySelectorAll('figure.plot')].map("
                       "f => [f.id, Number(f.dataset.points)]))")
    drawn = browser.run("return Object.fromEntries([...document.querySelectorAll('figure.plot')].map("
                        "f => [f.id, f.querySelectorAll('svg .point').length]))")
    listed = browser.run("return Object.fromEntries([...document.querySelectorAll('figure.plot')].map("
                         "f => [f.id, [...f.querySelectorAll('details tbody td')].filter(c => c.textContent.trim()).length]))")
    for figure, points in counts["points"].items():
        tap.equal("plot %s has the data's number of points" % figure, drawn.get(figure), points)
    tap.equal("each plot has the points that it says", drawn, said)
    tap.equal("... and its table as many cells", listed, said)
    tap.ok("there is something to see", len(drawn) > 0 and all(drawn.values()), drawn)
    tap.equal("the table of all figures has a row for each", browser.run(
        "return document.querySelectorAll('table.figures tbody tr').length"), counts["rows"])
    tap.none("every point is within its plot", browser.run("""
        const out = [];
        for (const figure of document.querySelectorAll('figure.plot')) {
            const frame = figure.querySelector('svg').getBoundingClientRect();
            for (const point of figure.querySelectorAll('.point')) {
                const box = point.getBoundingClientRect();
                if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 ||
                    box.bottom > frame.bottom + 1 || box.width < 2)
                    out.push(figure.id + ': ' + point.textContent.trim());
            }
        }
        return out;"""))


# The words of each value of a plot, made from the table behind it: "ena, 8 KiB: 35.4 us".
WORDS = """
const figure = document.querySelector('figure.plot');
const heads = [...figure.querySelectorAll('details thead th')].map(e => e.textContent).slice(1);
return [...figure.querySelectorAll('details tbody tr')].flatMap(row => {
    const cells = [...row.querySelectorAll('td')].map(e => e.textContent);
    return cells.map((cell, i) => cell.trim() && heads[i] + ', ' + row.querySelector('th').textContent + ': ' + cell);
}).filter(words => words);
"""


def check_hands(tap, browser):
    """Values on hover and on focus, and by the keyboard alone."""
    tip = "const t = document.querySelector('.tip'); return t && t.checkVisibility() ? t.textContent : ''"
    words = browser.run(WORDS)
    x, y = browser.run("""
        const point = document.querySelector('figure.plot .point');
        point.scrollIntoView({block: 'center', behavior: 'instant'});
        const box = point.getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2]""")
    time.sleep(0.3)
    tap.equal("nothing is shown before", browser.run(tip), "")
    browser.point_at(x, y)
    time.sleep(0.3)
    tap.ok("hovering over a point says its value as the table has it", browser.run(tip) in words, browser.run(tip), words[:3])
    browser.point_at(1, 1)
    time.sleep(0.3)
    tap.equal("... and no longer when the mouse is gone", browser.run(tip), "")
    browser.run("document.querySelector('figure.plot').focus()")
    browser.press("\ue014")  # right
    time.sleep(0.3)
    first = browser.run(tip)
    tap.ok("an arrow key says a value", first in words, first, words[:3])
    columns = browser.run("""
        const points = document.querySelector('figure.plot').querySelectorAll('.point');
        return new Set(Array.from(points, point => Math.round(point.getBoundingClientRect().x))).size""")
    browser.press("\ue014" if columns > 1 else "\ue015")  # right; of one size alone down, to the next curve
    time.sleep(0.3)
    second = browser.run(tip)
    tap.ok("... and the next one another", second in words and second != first, first, second)
    browser.press("\ue00c")  # escape
    time.sleep(0.3)
    tap.equal("... until escape", browser.run(tip), "")
    reached = browser.run("""
        return [...document.querySelectorAll('a[href], summary, [tabindex="0"], button')].filter(
            e => e.checkVisibility()).length""")
    browser.run("document.activeElement.blur(); scrollTo(0, 0)")
    seen = set()
    for _ in range(min(reached + 5, 400)):
        browser.press("\ue004")  # tab
        seen.add(browser.run("""
            const at = document.activeElement;
            at.dataset.seen ||= String(Math.random());
            return at === document.body ? '' : at.dataset.seen"""))
    seen.discard("")
    tap.ok("the tab key reaches all that can be reached", len(seen) >= reached, len(seen), reached)


def check(tap, page, shots, browser):
    tap.page = page.stem
    counts = json.loads(page.with_suffix(".json").read_text())
    browser.look(1400, 900)
    browser.open(page.as_uri())
    tap.none("the browser says nothing in its console", [entry["message"] for entry in browser.console()])
    tap.none("nothing is fetched", browser.run(
        "return performance.getEntriesByType('resource').map(e => e.name)"))
    tap.none("no id stands twice", browser.run("""
        const seen = new Set();
        return [...document.querySelectorAll('[id]')].map(e => e.id).filter(id => seen.has(id) || !seen.add(id))"""))
    check_points(tap, browser, counts)
    check_sizes(tap, browser, shots)
    check_hands(tap, browser)
    tap.none("... and nothing after all this", [entry["message"] for entry in browser.console()])


def main():
    shots, *pages = (pathlib.Path(word).resolve() for word in sys.argv[1:])
    shots.mkdir(parents=True, exist_ok=True)
    tap = Tap()
    with tempfile.TemporaryDirectory() as directory:
        os.environ["HOME"] = directory
        browser = Browser(shutil.which("chromium"), shutil.which("chromedriver"), directory)
        try:
            for page in pages:
                check(tap, page, shots, browser)
        finally:
            browser.close()
    print("1..%d" % tap.count)


if __name__ == "__main__":
    main()
