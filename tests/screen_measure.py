"""screen_measure.py RECORD [SCHEMA]: holds the record of a screening against what it should be, and prints one line
for each kernel and arm: rounds, pairs, samples; and what is wrong."""
import collections
import json
import sys

record = json.load(open(sys.argv[1]))
if len(sys.argv) > 2:
    import jsonschema
    jsonschema.validate(record, json.load(open(sys.argv[2])))
for launch in record["launches"]:
    ranks = len(launch["provenance"]["ranks"])
    rounds = ranks - 1 if ranks % 2 == 0 else ranks
    series = collections.defaultdict(list)
    for case in launch["cases"]:
        series[case["kernel"], case["arm"], case["size_bytes"]].append(case)
    for name, cases in sorted(series.items()):
        wrong = []
        sweeps = {len(case["sweeps"]) for case in cases}
        if sorted(case["round"] for case in cases) != list(range(rounds)):
            wrong.append("rounds")
        if {case["rounds"] for case in cases} != {rounds} or len(sweeps) != 1:
            wrong.append("number of rounds or sweeps")
        for sweep in range(min(sweeps)):
            met = collections.Counter()
            for case in cases:
                pairs = case["sweeps"][sweep]["pairs"]
                busy = [rank for pair in pairs for rank in pair["ranks"]]
                if len(pairs) != ranks // 2 or len(set(busy)) != len(busy) or case["pairs"] != len(pairs):
                    wrong.append("pairs of round %d" % case["round"])
                met.update(tuple(sorted(pair["ranks"])) for pair in pairs)
            if met != collections.Counter((a, b) for b in range(ranks) for a in range(b)):
                wrong.append("not every two once in sweep %d" % sweep)
        for case in cases:
            counted = case["sweeps"][1:] if len(case["sweeps"]) > 1 else case["sweeps"]
            wanted = sum(sweep["iterations"] * len(sweep["pairs"]) for sweep in counted)
            if sum(count for _, count in case["histogram"]) != wanted:
                wrong.append("samples of round %d" % case["round"])
            for sweep, raw in zip(case["sweeps"], case.get("raw_ns", [])):
                if len(raw) != sweep["iterations"] * len(sweep["pairs"]):
                    wrong.append("raw samples of round %d" % case["round"])
        print("%s %s %d: %d rounds, %d pairs%s" % (*name, rounds, ranks * (ranks - 1) // 2,
                                                   ", WRONG: " + ", ".join(wrong) if wrong else ""))
