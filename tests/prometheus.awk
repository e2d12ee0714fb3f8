# Prometheus' text format as its textfile collector takes it (prometheus.io/docs/instrumenting/exposition_formats), and
# stricter: HELP, then TYPE, then the samples of a family, each once, nothing twice, no timestamps. Says what is wrong.
function wrong(what) { print NR ": " what ": " $0; bad = 1 }

/^# HELP / {
    family = $3
    if (family in seen) wrong("a family in two pieces")
    if (family !~ /^[a-zA-Z_:][a-zA-Z0-9_:]*$/) wrong("no name")
    if (NF < 4) wrong("no help")
    seen[family] = 1
    typed = 0
    next
}

/^# TYPE / {
    if ($3 != family) wrong("a type without its help")
    if ($4 != "gauge" || NF != 4) wrong("no gauge")
    typed = 1
    next
}

/^#/ || /^$/ { wrong("neither help, type nor sample"); next }

{
    rest = $0
    if (!match(rest, /^[a-zA-Z_:][a-zA-Z0-9_:]*/)) { wrong("no sample"); next }
    if (substr(rest, 1, RLENGTH) != family || !typed) wrong("a sample out of its family")
    rest = substr(rest, RLENGTH + 1)
    labels = ""
    if (substr(rest, 1, 1) == "{") {
        rest = substr(rest, 2)
        split("", names)
        while (match(rest, /^[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\\\|\\"|\\n)*"/)) {
            label = substr(rest, 1, RLENGTH)
            rest = substr(rest, RLENGTH + 1)
            labels = labels label ","
            name = label
            sub(/=.*/, "", name)
            if (name in names) wrong("a label twice")
            names[name] = 1
            if (substr(rest, 1, 1) != ",") break
            rest = substr(rest, 2)
        }
        if (substr(rest, 1, 1) != "}") { wrong("labels that do not end"); next }
        rest = substr(rest, 2)
    }
    if (rest !~ /^ [-+]?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?$/) wrong("no number, or more than one")
    if ((family labels) in samples) wrong("a sample twice")
    samples[family labels] = 1
}

END {
    if (NR == 0) { print "nothing"; bad = 1 }
    exit bad
}
