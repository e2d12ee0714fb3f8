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
    if (expected->sent_bytes > 0) {
        share = least(share, (double)eb_counters_out_bytes(seen) / ((double)expected->sent_bytes * count));
        share = least(share, (double)seen->tx_packets / count);
    }
    if (expected->received_bytes > 0) {
        share = least(share, (double)eb_counters_in_bytes(seen) / ((double)expected->received_bytes * count));
        share = least(share, (double)seen->rx_packets / count);
    }
    return share;
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
    else
        testimony->sighting =
            eb_share_seen(&own, expected, iterations) < EB_SHARE_ENOUGH ? EB_SAW_BACKGROUND : EB_SAW_ALL;
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

json_t *eb_testimony_to_json(const struct eb_testimony *testimonies, int count)
{
    static const char *const states[] = {"unattested", "attested",   "unattested",
                                         "unattested", "unattested", "refused"};
    char devices[256];
    char reason[300];
    const struct eb_testimony *worst = worst_of(testimonies, count);
    json_t *throttled = throttled_of(testimonies, count);
    if (!worst)
        return json_pack("{s:s, s:s}", "state", "unattested", "reason", "no rank sends to another host");
    list_devices(testimonies, count, devices, sizeof devices);
    explain(worst, reason, sizeof reason);
    json_t *json = json_pack("{s:s, s:s, s:I, s:I, s:I}", "state", states[worst->sighting], "device", devices,
                             "expected_bytes", (json_int_t)worst->expected_bytes, "seen_bytes",
                             (json_int_t)worst->seen_bytes, "background_bytes_per_second",
                             (json_int_t)worst->background_bytes_per_second);
    if (json && isfinite(worst->share)) /* to 0.01% */
        json_object_set_new(json, "share", json_real(floor(worst->share * 1e4 + 0.5) / 1e4));
    if (json && reason[0])
        json_object_set_new(json, "reason", json_string(reason));
    if (json && worst->is_emulated)
        json_object_set_new(json, "emulated", json_true());
    if (json && throttled)
        json_object_set(json, "throttled", throttled);
    json_decref(throttled);
    return json;
}
