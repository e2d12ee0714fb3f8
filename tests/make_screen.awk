# A record of a screening from nothing, for tests: awk -v hosts=8 -v slow="n3:bandwidth:tcp:4.7" -f make_screen.awk
#
# Variables, all of which have defaults: hosts (how many, n0, n1, ...), names (in place of these), arms ("NAME=DEVICE ..."),
# kernels, launches, sweeps (with the first, which is ten times as long), noise (standard deviation of ln(time)), seed,
# same_host (all ranks on it), variants (one launch each), state (of the witness), skip ("A-B": a pair that is missing), slow
# ("HOST:KERNEL:ARM:FACTOR ..." or "HOST-HOST:KERNEL:ARM:FACTOR ...", * for any: how much longer than usual it takes).

function random() { # Park and Miller's
    state_of_random = (state_of_random * 16807) % 2147483647
    return state_of_random / 2147483647
}

function normal() { return sqrt(-2 * log(random())) * cos(6.28318530717958648 * random()) }

function is(word, wanted) { return word == "*" || word == wanted }

function factor(a, b, kernel, arm,   i, part, product) {
    product = 1
    for (i = 1; i <= slow_count; i++) {
        split(slow_of[i], part, ":")
        if (!is(part[2], kernel) || !is(part[3], arm)) continue
        if (part[1] == a || part[1] == b || part[1] == a "-" b || part[1] == b "-" a) product *= part[4]
    }
    return product
}

# The partners of one round, by the circle method: first[k], second[k]; count of them
function pair_up(round,   turning, i, a, b) {
    turning = hosts + hosts % 2 - 1
    count = 0
    for (i = 0; i < (turning + 1) / 2; i++) {
        a = i == 0 ? turning : (round + i) % turning
        b = i == 0 ? round : (round + turning - i) % turning
        if (a >= hosts || b >= hosts || skip == name[a] "-" name[b] || skip == name[b] "-" name[a]) continue
        first[count] = a
        second[count++] = b
    }
}

function one_sweep(index_of, kernel, arm,   i, ns, text, total) {
    for (i = 0; i < count; i++) {
        ns = (kernel == "bandwidth" ? 8e6 : 20000) * (index_of == 0 && sweeps > 1 ? 10 : 1)
        ns = int(ns * factor(name[first[i]], name[second[i]], kernel, arm) * exp(noise * normal()))
        text = text sprintf("%s{\"ranks\":[%d,%d],\"median_ns\":%d%s}", i ? "," : "", first[i], second[i], ns,
            kernel == "pingpong" ? ",\"p99_ns\":" int(2 * ns * exp(noise * normal())) : "")
        seen[ns]++
        total += 300 * ns
    }
    return sprintf("{\"index\":%d,\"first\":%s,\"position\":0,\"iterations\":%d,\"warmup\":1,\"median_ns\":%d,\"total_ns\":%d,\"rank_total_ns\":%d,\"pairs\":[%s]}",
        index_of, index_of == 0 ? "true" : "false", 300 * count, ns, total, total, text)
}

function one_case(kernel, arm, device, round,   i, text) {
    pair_up(round)
    if (count == 0) return ""
    for (i = 0; i < sweeps; i++) text = text (i ? "," : "") one_sweep(i, kernel, arm)
    return sprintf("{\"kernel\":\"%s\",\"algorithm\":\"\",\"arm\":\"%s\",\"size_bytes\":%d,\"ranks\":%d,\"pairs\":%d,\"round\":%d,\"rounds\":%d,\"sample\":\"%s\",\"bytes_per_sample\":%d,\"sweeps\":[%s],\"histogram\":[[%d,%d]],\"witness\":{\"state\":\"%s\",\"device\":\"%s\"%s}}",
        kernel, arm, kernel == "bandwidth" ? 1048576 : 8, hosts, count, round, hosts % 2 ? hosts : hosts - 1,
        kernel == "bandwidth" ? "window_ns" : "rtt_ns", kernel == "bandwidth" ? 4194304 : 8, text,
        kernel == "bandwidth" ? 8e6 : 20000, 300 * count * sweeps, state, device, state == "refused" ? ",\"reason\":\"counters\"" : "")
}

BEGIN {
    if (hosts == "") hosts = 8
    if (arms == "") arms = "tcp=eth0"
    if (kernels == "") kernels = "pingpong bandwidth"
    if (launches == "") launches = 1
    if (sweeps == "") sweeps = 4
    if (noise == "") noise = 0.01
    if (state == "") state = "attested"
    if (variants == "") variants = "default"
    state_of_random = (seed == "" ? 1 : seed) * 7919
    slow_count = split(slow, slow_of, " ")
    arm_count = split(arms, arm_of, " ")
    kernel_count = split(kernels, kernel_of, " ")
    variant_count = split(variants, variant_of, " ")
    given = split(names, given_of, " ")
    for (i = 0; i < hosts; i++) name[i] = i < given ? given_of[i + 1] : "n" i
    printf "{\"schema\":\"efabench-record/1\",\"kind\":\"measured\",\"run\":{\"created_utc\":\"2026-01-01T00:00:00Z\"},\"launches\":["
    for (v = 1; v <= variant_count; v++)
        for (l = 0; l < launches; l++) {
            printf "%s{\"variant\":\"%s\",\"status\":\"complete\",\"provenance\":{\"hosts\":[", (v + l > 1 ? "," : ""), variant_of[v]
            for (i = 0; i < (same_host == "" ? hosts : 1); i++) printf "%s\"%s\"", i ? "," : "", same_host == "" ? name[i] : same_host
            printf "],\"ranks\":["
            for (i = 0; i < hosts; i++) printf "%s{\"host\":\"%s\",\"cpus\":\"0-1\"}", i ? "," : "", same_host == "" ? name[i] : same_host
            printf "]},\"arms\":["
            for (a = 1; a <= arm_count; a++) {
                split(arm_of[a], part, "=")
                printf "%s{\"name\":\"%s\",\"transport\":\"sockets\",\"attributes\":{\"device\":\"%s\"}}", (a > 1 ? "," : ""), part[1], part[2]
            }
            printf "],\"cases\":["
            comma = ""
            for (r = 0; r < (hosts % 2 ? hosts : hosts - 1); r++)
                for (a = 1; a <= arm_count; a++)
                    for (k = 1; k <= kernel_count; k++) {
                        split(arm_of[a], part, "=")
                        text = one_case(kernel_of[k], part[1], part[2], r)
                        if (text == "") continue
                        printf "%s%s", comma, text
                        comma = ",\n"
                    }
            printf "]}"
        }
    printf "]}\n"
}
