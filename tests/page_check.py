"""Reads a page as a browser would and says what is wrong with it: python3 page_check.py PAGE [text]

Prints "plots N", "points N", "rows N" (of tables of all figures), "tables N", then a line "wrong: ..." for each
thing that is. With "text" the page's text instead, as it is shown."""
import base64
import hashlib
import sys
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img", "input", "link", "base", "area", "col", "embed", "source", "track", "wbr"}
KNOWN = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "p", "h1", "h2", "h3", "h4", "nav", "ul", "li", "ol",
    "main", "article", "section", "div", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "details", "summary",
    "figure", "figcaption", "small", "strong", "code", "span", "i", "br", "footer", "script",
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polygon", "polyline", "text", "tspan", "use", "defs", "clippath"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.wrong, self.text, self.ids, self.links = [], [], [], [], []
        self.headings, self.policy, self.sources = [], "", {"style": [], "script": []}
        self.plots = self.points = self.rows = self.tables = 0
        self.figure, self.seen = None, set()

    def complain(self, what):
        self.wrong.append("line %d: %s" % (self.getpos()[0], what))

    def inside(self, name, css=None):
        return any(tag == name and (css is None or css in (attributes.get("class") or "").split())
                   for tag, attributes in self.open)

    def look(self, tag, attributes):
        names = dict(attributes)
        if tag not in KNOWN:
            self.complain("<%s> is not expected" % tag)
        if len(names) != len(attributes):
            self.complain("<%s> has an attribute twice" % tag)
        for name, value in attributes:
            if name.startswith("on") or name in ("style", "src", "srcset", "action", "xlink:href", "formaction"):
                self.complain("<%s %s>" % (tag, name))
            if name == "href" and not (value or "").startswith("#"):
                self.complain("<%s href=%s> leads out" % (tag, value))
            if "http:" in (value or "") or "https:" in (value or ""):
                if name not in ("aria-label", "content"):
                    self.complain("<%s %s=%s>" % (tag, name, value))
        if "id" in names:
            self.ids.append(names["id"])
        if "href" in names:
            self.links.append((names["href"] or "")[1:])
        if tag == "meta" and names.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = names["content"]
        if tag == "html" and not names.get("lang"):
            self.complain("no language")
        self.seen.add((tag, names.get("name")))
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        self.look_at_parts(tag, names)

    def look_at_parts(self, tag, names):
        if tag == "th" and names.get("scope") not in ("row", "col"):
            self.complain("<th> without scope")
        if tag == "table":
            self.tables += 1
            if not self.inside("div", "scroll"):
                self.complain("a table that does not scroll by itself")
        if tag == "div" and names.get("class") == "scroll" and (names.get("tabindex"), names.get("role"), bool(
                names.get("aria-label"))) != ("0", "region", True):
            self.complain("a place that scrolls and cannot be reached or has no name")
        if tag == "tr" and self.inside("table", "figures") and self.inside("tbody"):
            self.rows += 1
        if tag == "figure":
            self.figure = {"wanted": int(names["data-points"]), "points": 0, "captions": 0, "svgs": 0, "id": names["id"]}
            self.plots += 1
        if self.figure:
            self.figure["points"] += tag == "g" and names.get("class") == "point"
            self.figure["captions"] += tag == "figcaption"
            self.figure["svgs"] += tag == "svg"

    def handle_starttag(self, tag, attributes):
        self.look(tag, attributes)
        if tag not in VOID:
            self.open.append((tag, dict(attributes)))

    def handle_startendtag(self, tag, attributes):
        self.look(tag, attributes)
        if tag not in VOID and not self.inside("svg"):
            self.complain("<%s/> is no end of it in HTML" % tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.complain("</%s> within <%s>" % (tag, self.open[-1][0] if self.open else ""))
            return
        self.open.pop()
        if tag == "figure":
            if self.figure["svgs"] and self.figure["points"] != self.figure["wanted"]:
                self.complain("%(id)s has %(points)d points, wanted %(wanted)d" % self.figure)
            if self.figure["captions"] != 1:
                self.complain("a figure without caption")
            self.points += self.figure["points"]
            self.figure = None

    def handle_data(self, data):
        within = self.open[-1][0] if self.open else ""
        if within in self.sources:
            self.sources[within].append(data)
        else:
            self.text.append(data)

    def handle_decl(self, decl):
        if decl != "DOCTYPE html":
            self.complain(decl)

    def handle_comment(self, data):
        self.complain("a comment")

    def finish(self):
        self.close()
        for tag, _ in self.open:
            self.complain("<%s> does not end" % tag)
        for name in {name for name in self.ids if self.ids.count(name) > 1}:
            self.complain("id %s stands %d times" % (name, self.ids.count(name)))
        for link in set(self.links) - set(self.ids):
            self.complain("#%s leads nowhere" % link)
        if self.headings.count(1) != 1 or self.headings[0] != 1:
            self.complain("not one h1 at the top")
        for before, after in zip(self.headings, self.headings[1:]):
            if after > before + 1:
                self.complain("h%d follows h%d" % (after, before))
        if ("meta", "viewport") not in self.seen:
            self.complain("no viewport")
        if "default-src 'none'" not in self.policy or "unsafe" in self.policy or "http" in self.policy:
            self.complain("the policy is " + self.policy)
        for kind, sources in self.sources.items():
            source = "".join(sources)
            digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
            if "%s-src 'sha256-%s'" % (kind, digest) not in self.policy:
                self.complain("the policy does not let the %s through" % kind)
            for word in ("url(", "@import", "eval(", "console.", "http"):
                if word in source:
                    self.complain("%s in the %s" % (word, kind))


page = Page()
with open(sys.argv[1], encoding="utf-8", errors="strict") as file:
    page.feed(file.read())
page.finish()
if len(sys.argv) > 2:
    print("".join(page.text))
else:
    print("plots %d\npoints %d\nrows %d\ntables %d" % (page.plots, page.points, page.rows, page.tables))
    for what in page.wrong:
        print("wrong: " + what)
