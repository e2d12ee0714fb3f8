# A record of efabench from nothing, for tests: awk -v launches=10 -v kernels="pingpong bandwidth" -f make_record.awk
#
# Variables, all of which have defaults: launches, kernels, arms, sizes, variants (interleaved), blocks (1: launches
# say theirs), ranks, instance, loop, window, seed (of the noise), noise (standard deviation of a launch, a share),
# bins (of each histogram), times ("ARM:KERNEL:SIZE:FACTOR ..." or "VARIANT:KERNEL:SIZE:FACTOR ...", * for any: how
# much longer than usual a sample takes).

function random() { # Park and Miller's
    state = (state * 16807) % 2147483647
    return state / 2147483647
}

function normal() {
    return sqrt(-2 * log(random())) * cos(6.28318530717958648 * random())
}

function is(word, wanted) { return word == "*" || word == wanted }

function factor(arm, variant, kernel, size,   i, part, product) {
    product = 1
    for (i = 1; i <= time_count; i++) {
        split(time_of[i], part, ":")
        if ((is(part[1], arm) || part[1] == variant) && is(part[2], kernel) && is(part[3], size)) product *= part[4]
    }
    return product
}

function histogram(median,   i, text) { # symmetric about the median, a bin each 0.1%, at least 1 ns apart
    for (i = -half; i <= half; i++)
        text = text sprintf("%s[%d,%d]", (text == "" ? "" : ","), median + i * (median > 2000 ? int(median / 1000) : 1), half + 1 - (i < 0 ? -i : i))
    return text
}

function one_case(kernel, arm, variant, size,   median, bytes, sample, windowed) {
    windowed = kernel == "bandwidth" || kernel == "bibandwidth" || kernel == "message_rate"
    bytes = windowed ? size * window : size
    sample = windowed ? "window_ns" : kernel == "allreduce" ? "time_ns" : "rtt_ns"
    median = int((20000 + bytes / 5) * factor(arm, variant, kernel, size) * exp(noise * normal()) + 0.5)
    printf "%s{\"kernel\":\"%s\",\"algorithm\":\"%s\",\"arm\":\"%s\",\"size_bytes\":%d,\"ranks\":%d,\"sample\":\"%s\",",
        comma, kernel, (kernel == "allreduce" ? "ring" : ""), arm, size, ranks, sample
    printf "\"bytes_per_sample\":%d,\"loop\":\"%s\",%s", bytes, loop, (windowed ? "\"window\":" window "," : "")
    printf "\"sweeps\":[{\"index\":0,\"first\":false,\"position\":0,\"iterations\":100,\"warmup\":1,\"median_ns\":%d,", median
    printf "\"total_ns\":%d,\"rank_total_ns\":%d}],", 100 * median, 100 * median * ranks
    printf "\"histogram\":[%s],\"witness\":{\"state\":\"attested\"}}", histogram(median)
    comma = ","
}

BEGIN {
    if (launches == "") launches = 8
    if (kernels == "") kernels = "pingpong"
    if (arms == "") arms = "tcp"
    if (sizes == "") sizes = "8 4096 1048576"
    if (variants == "") variants = "default"
    if (ranks == "") ranks = 2
    if (instance == "") instance = "c5n.18xlarge"
    if (loop == "") loop = "closed"
    if (window == "") window = 64
    if (seed == "") seed = 1
    if (noise == "") noise = 0.005
    if (bins == "") bins = 3
    half = int(bins / 2)
    state = seed * 7919 + 1
    for (l = 0; l < 10; l++) random() # the first few of near seeds are alike
    time_count = split(times, time_of, " ")
    kernel_count = split(kernels, kernel_at, " ")
    arm_count = split(arms, arm_at, " ")
    size_count = split(sizes, size_at, " ")
    variant_count = split(variants, variant_at, " ")
    printf "{\"schema\":\"efabench-record/1\",\"kind\":\"measured\",\"run\":{\"created_utc\":\"2026-01-01T00:00:00Z\",\"seed\":%d},\"launches\":[", seed
    for (l = 0; l < launches * variant_count; l++) {
        variant = variant_at[l % variant_count + 1]
        comma = ""
        printf "%s{\"variant\":\"%s\",\"status\":\"complete\",", (l ? "," : ""), variant
        if (blocks) printf "\"block\":%d,", int(l / variant_count)
        printf "\"provenance\":{\"hosts\":[\"node1\",\"node2\"],\"instance\":\"%s\"},\"arms\":[", instance
        for (a = 1; a <= arm_count; a++) printf "%s{\"name\":\"%s\",\"transport\":\"ofi\"}", (a > 1 ? "," : ""), arm_at[a]
        printf "],\"cases\":["
        for (k = 1; k <= kernel_count; k++)
            for (a = 1; a <= arm_count; a++)
                for (s = 1; s <= size_count; s++) one_case(kernel_at[k], arm_at[a], variant, size_at[s])
        print "]}"
    }
    print "]}"
}
