"""screen_same.py TEXT CSV JSON PAGE: whether a screening says the same in all its formats. Prints "N tables, M pairs", or
what differs."""
import csv
import html
import json
import re
import sys


def shown(value):
    return "%.*f" % (2 if value < 9.995 else 1 if value < 99.95 else 0, value)


text, rows, screen, page = sys.argv[1:]
wrong = []
matrices = {}  # of each title up to its metric: {(host, host): figure}


def add(where, title, names, lines):
    found = {}
    for name, cells in lines:
        if len(cells) != len(names):
            wrong.append("%s: %s: row %s has %d cells" % (where, title, name, len(cells)))
        for other, cell in zip(names, cells):
            if cell not in ("", "."):
                found[name, other] = cell.rstrip("*")
    matrices.setdefault(title, {})[where] = found


for block in re.split(r"\n\n", open(text).read())[1:]:
    lines = block.split("\n")
    title = re.match(r"(\w+ over \w+ \(\w+\): .*?) at ", lines[0])
    if title:
        start = next(i for i, line in enumerate(lines) if re.match(r" +n\d( |$)", line))
        names = lines[start].split()
        add("text", title[1], names, [(line.split()[0], line.split()[1:]) for line in lines[start + 1:] if line.strip()])

source = open(page).read()
for match in re.finditer(r"<h\d[^>]*>((?:(?!</h).)* over (?:(?!</h).)*)</h\d>(?:(?!<h\d).)*?<table class=\"matrix\">(.*?)</table>", source, re.S):
    title = html.unescape(re.sub("<[^>]*>", "", match[1])).split(" at ")[0]
    names = re.findall(r'<th scope="col">([^<]*)</th>', match[2])[1:]
    lines = [(row[0].split(" (")[0], re.findall(r"<td[^>]*>([^<]*)</td>", row[1]))
             for row in re.findall(r'<tr><th scope="row">([^<]*)</th>(.*?)</tr>', match[2], re.S)]
    add("page", title, names, lines)

judged = json.load(open(screen))
table_rows = list(csv.DictReader(open(rows, newline="")))
pairs = 0
for table in judged["tables"]:
    titles = [title for title in matrices if title.startswith("%s over %s (%s): " % (table["kernel"], table["arm"], table["device"]))]
    titles = [title for title in titles if ("tail" in title) == (table["metric"] == "rtt_p99")]
    if len(titles) != 1 or set(matrices[titles[0]]) != {"text", "page"}:
        wrong.append("%s over %s: matrices %s" % (table["metric"], table["arm"], {title: list(matrices[title]) for title in titles}))
        continue
    own = [row for row in table_rows if (row["arm"], row["metric"]) == (table["arm"], table["metric"])]
    if len(own) != len(table["pairs"]):
        wrong.append("%s over %s: %d rows of CSV" % (table["metric"], table["arm"], len(own)))
    for pair in table["pairs"]:
        pairs += 1
        a, b = pair["hosts"]
        row = [row for row in own if (row["host_a"], row["host_b"]) == (a, b)]
        if len(row) != 1 or abs(float(row[0]["value"]) / pair["value"] - 1) > 1e-6 or row[0]["verdict"] != pair["verdict"] \
                or row[0]["unit"] != table["unit"] or int(row[0]["sweeps"]) != pair["sweeps"] \
                or abs(float(row[0]["share"]) / pair["share"] - 1) > 1e-6:
            wrong.append("%s - %s: CSV %s, JSON %s" % (a, b, row, pair))
        for where, found in matrices[titles[0]].items():
            for both in ((a, b), (b, a)):
                if found.get(both) != shown(pair["value"]):
                    wrong.append("%s: %s of %s: %s, JSON %s" % (where, titles[0], both, found.get(both), pair["value"]))
print("\n".join(wrong[:10]) if wrong else "%d tables, %d pairs" % (len(judged["tables"]), pairs))
