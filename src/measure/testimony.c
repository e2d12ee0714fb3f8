#include "measure/testimony.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double least(double a, double b)
{
    return a < b ? a : b;
}

double eb_share_seen(const struct eb_counters *seen, const struct eb_traffic *expected, uint64_t iterations)
{
    double share = INFINITY;
    double count = (double)iterations;
    uint64_t every_other = (iterations + 1) / 2;
    double packets = (double)every_other;
    if (expected->sent_bytes > 0)
        share = least(share, (double)eb_counters_out_bytes(seen) / ((double)expected->sent_bytes * count));
    if (expected->sends_messages)
        share = least(share, (double)eb_counters_out_packets(seen) / packets);
    if (expected->received_bytes > 0)
        share = least(share, (double)eb_counters_in_bytes(seen) / ((double)expected->received_bytes * count));
    if (expected->receives_messages)
        share = least(share, (double)eb_counters_in_packets(seen) / packets);
    return share;
}

static int is_little(const struct eb_traffic *expected, uint64_t iterations)
{
    return iterations < EB_PACKETS_ENOUGH && expected->sent_bytes * iterations < EB_BYTES_ENOUGH &&
           expected->received_bytes * iterations < EB_BYTES_ENOUGH;
}

void eb_testify(struct eb_testimony *testimony, const struct eb_counters *seen,
                const struct eb_counters *background, const struct eb_traffic *expected, uint64_t iterations)
{
    struct eb_counters own = eb_counters_since(background, seen);
    testimony->share = eb_share_seen(seen, expected, iterations);
    testimony->expected_bytes = (expected->sent_bytes + expected->received_bytes) * iterations;
    testimony->seen_bytes = eb_counters_out_bytes(seen) + eb_counters_in_bytes(seen);
    if (isinf(testimony->share))
        testimony->sighting = EB_SAW_NOTHING_EXPECTED;
    else if (testimony->share < EB_SHARE_ENOUGH)
        testimony->sighting = EB_SAW_TOO_LITTLE;
    else if (eb_share_seen(&own, expected, iterations) < EB_SHARE_ENOUGH)
        testimony->sighting = EB_SAW_BACKGROUND;
    else
        testimony->sighting = is_little(expected, iterations) ? EB_SAW_TOO_FEW : EB_SAW_ALL;
}

/* The one that says least for the path: of the worst sighting, that with the smallest share. */
static const struct eb_testimony *worst_of(const struct eb_testimony *testimonies, int count)
{
    const struct eb_testimony *worst = NULL;
    for (int i = 0; i < count; i++) {
        const struct eb_testimony *at = &testimonies[i];
        if (at->sighting != EB_SAW_NOTHING_EXPECTED &&
            (!worst || at->sighting > worst->sighting ||
             (at->sighting == worst->sighting && at->share < worst->share)))
            worst = at;
    }
    return worst;
}

/* The devices that were looked at, each once. */
static void list_devices(const struct eb_testimony *testimonies, int count, char *text, size_t room)
{
    text[0] = '\0';
    for (int i = 0; i < count; i++) {
        size_t used = strlen(text);
        int known = testimonies[i].sighting == EB_SAW_NOTHING_EXPECTED || !testimonies[i].device[0];
        for (int before = 0; before < i && !known; before++)
            known = testimonies[before].sighting != EB_SAW_NOTHING_EXPECTED &&
                    strcmp(testimonies[before].device, testimonies[i].device) == 0;
        if (!known)
            snprintf(text + used, room - used, "%s%s", used ? ", " : "", testimonies[i].device);
    }
}

static void explain(const struct eb_testimony *worst, char *text, size_t room)
{
    text[0] = '\0';
    switch (worst->sighting) {
    case EB_SAW_NOTHING_EXPECTED:
    case EB_SAW_ALL:
        break;
    case EB_SAW_TOO_FEW:
        snprintf(text, room, "too few messages to tell them from those of a barrier: take more iterations (-t, --min-iterations)");
        break;
    case EB_SAW_RESET:
        snprintf(text, room, "counters of %s of host %s went back: it was reset meanwhile", worst->device,
                 worst->host);
        break;
    case EB_SAW_BACKGROUND:
        snprintf(text, room, "others send as much over %s of host %s: %.1f MB/s without this job",
                 worst->device, worst->host, (double)worst->background_bytes_per_second / 1e6);
        break;
    case EB_SAW_NO_DEVICE:
        snprintf(text, room, "host %s has no counters of %s", worst->host,
                 worst->device[0] ? worst->device : "its network interfaces");
        break;
    case EB_SAW_NONE:
        snprintf(
            text, room,
            "no network interface of host %s saw these bytes: shared memory, or a device without counters",
            worst->host);
        break;
    case EB_SAW_TOO_LITTLE:
        snprintf(text, room, "%s of host %s saw %.1f%% of what this host sent and received", worst->device,
                 worst->host, 100 * worst->share);
        if (worst->carrier[0]) {
            size_t used = strlen(text);
            snprintf(text + used, room - used, "; %s saw %.0f%%", worst->carrier, 100 * worst->carrier_share);
        }
        break;
    }
}

static json_t *throttled_of(const struct eb_testimony *testimonies, int count)
{
    json_t *throttled = NULL;
    for (size_t name = 0; name < EB_ALLOWANCES; name++) {
        uint64_t sum = 0;
        for (int i = 0; i < count; i++)
            sum += testimonies[i].exceeded[name];
        if (sum > 0 && !throttled)
            throttled = json_object();
        if (sum > 0)
            json_object_set_new(throttled, eb_allowance_names[name], json_integer((json_int_t)sum));
    }
    return throttled;
}

static void make_ascii(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e)
            *text = '?';
}

json_t *eb_testimony_to_json(const struct eb_testimony *testimonies, int count)
{
    static const char *const states[] = {[EB_SAW_NOTHING_EXPECTED] = "unattested",
                                         [EB_SAW_ALL] = "attested",
                                         [EB_SAW_TOO_FEW] = "unattested",
                                         [EB_SAW_BACKGROUND] = "unattested",
                                         [EB_SAW_NO_DEVICE] = "unattested",
                                         [EB_SAW_RESET] = "unattested",
                                         [EB_SAW_NONE] = "unattested",
                                         [EB_SAW_TOO_LITTLE] = "refused"};
    char devices[256];
    char reason[300];
    uint64_t retransmitted_bytes = 0;
    uint64_t dropped_packets = 0;
    const struct eb_testimony *worst = worst_of(testimonies, count);
    if (!worst)
        return json_pack("{s:s, s:s}", "state", "unattested", "reason", "no rank sends to another host");
    json_t *throttled = throttled_of(testimonies, count);
    list_devices(testimonies, count, devices, sizeof devices);
    explain(worst, reason, sizeof reason);
    make_ascii(devices); /* Linux lets interfaces and hosts have any bytes in their names, JSON does not */
    make_ascii(reason);
    json_t *json = json_pack("{s:s, s:s, s:I, s:I, s:I}", "state", states[worst->sighting], "device", devices,
                             "expected_bytes", (json_int_t)worst->expected_bytes, "seen_bytes",
                             (json_int_t)worst->seen_bytes, "background_bytes_per_second",
                             (json_int_t)worst->background_bytes_per_second);
    if (json && isfinite(worst->share)) /* to 0.01% */
        json_object_set_new(json, "share", json_real(floor(worst->share * 1e4 + 0.5) / 1e4));
    if (json && reason[0])
        json_object_set_new(json, "reason", json_string(reason));
    for (int i = 0; i < count; i++) {
        retransmitted_bytes += testimonies[i].retransmitted_bytes;
        dropped_packets += testimonies[i].dropped_packets;
    }
    if (json && retransmitted_bytes > 0)
        json_object_set_new(json, "retransmitted_bytes", json_integer((json_int_t)retransmitted_bytes));
    if (json && dropped_packets > 0)
        json_object_set_new(json, "dropped_packets", json_integer((json_int_t)dropped_packets));
    if (json && worst->is_emulated)
        json_object_set_new(json, "emulated", json_true());
    if (json && throttled)
        json_object_set(json, "throttled", throttled);
    json_decref(throttled);
    return json;
}
