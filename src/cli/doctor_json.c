#include "cli/doctor.h"

static json_t *finding_json(const struct eb_check *check, const struct eb_finding *finding)
{
    json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "id", check->id, "what", check->what, "state",
                               eb_finding_state_name(finding->state), "why", check->why);
    json_t *found = json_string(finding->found); /* a tree may hold bytes that are no UTF-8 */
    json_object_set_new(object, "found", found ? found : json_string("(no UTF-8)"));
    json_t *mend = json_string(eb_finding_mend(check, finding));
    json_object_set_new(object, "mend", mend ? mend : json_string("(no UTF-8)"));
    json_object_set_new(object, "source", json_string(check->source));
    return object;
}

/* ranks: who found each, or NULL */
static json_t *findings_json(const struct eb_finding *findings, const int *ranks)
{
    json_t *list = json_array();
    for (size_t i = 0; i < eb_check_count(); i++) {
        json_t *one = finding_json(eb_check_at(i), &findings[i]);
        if (ranks)
            json_object_set_new(one, "rank", json_integer(ranks[i]));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *text_json(const char *text)
{
    json_t *string = text[0] ? json_string(text) : NULL;
    return string ? string : json_null();
}

static json_t *verdict_json(enum eb_verdict verdict)
{
    return json_pack("{s:s, s:s, s:i}", "schema", "efabench-doctor/1", "verdict", eb_verdict_name(verdict),
                     "exit_code", eb_doctor_exit_code(verdict));
}

json_t *eb_doctor_json_node(const struct eb_node_facts *facts, const struct eb_finding *findings)
{
    json_t *object = verdict_json(eb_doctor_verdict(findings));
    json_object_set_new(object, "host", text_json(facts->host));
    json_object_set_new(object, "instance", text_json(facts->inventory.instance));
    json_object_set_new(object, "subnet", text_json(facts->subnets));
    json_object_set_new(object, "cpus", text_json(facts->cpu_list));
    json_object_set_new(object, "findings", findings_json(findings, NULL));
    return object;
}

json_t *eb_doctor_json_nodes(const struct eb_nodes *nodes)
{
    json_t *object = verdict_json(eb_nodes_verdict(nodes));
    json_t *list = json_array();
    json_t *across = json_array();
    for (size_t node = 0; node < nodes->count; node++) {
        const struct eb_node_report *report = &nodes->nodes[node];
        json_t *odd = json_array();
        for (size_t check = 0; check < eb_check_count(); check++)
            if (eb_node_is_odd(nodes, node, check))
                json_array_append_new(odd, json_string(eb_check_at(check)->id));
        json_array_append_new(list, json_pack("{s:o, s:i, s:o, s:o, s:o, s:o}", "host",
                                              text_json(report->first->host), "ranks", report->ranks,
                                              "instance", text_json(report->first->instance), "subnet",
                                              text_json(report->first->subnets), "odd", odd, "findings",
                                              findings_json(report->findings, report->found_by)));
    }
    for (size_t i = 0; i < EB_ACROSS_COUNT; i++)
        json_array_append_new(across, finding_json(eb_across_at(i), &nodes->across[i]));
    json_object_set_new(object, "ranks", json_integer(nodes->ranks));
    json_object_set_new(object, "nodes", list);
    json_object_set_new(object, "across", across);
    return object;
}
