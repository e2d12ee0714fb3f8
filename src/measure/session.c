#include "measure/session.h"

#include "common/journal.h"
#include "common/record.h"
#include "measure/block.h"
#include "measure/claim.h"
#include "measure/kernel/allreduce.h"
#include "measure/provenance.h"
#include "measure/topology/binding.h"
#include "measure/topology/nic.h"
#include "measure/tune.h"
#include "measure/warm.h"
#include "measure/witness.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NAME_ROOM 120

/* Everything of one launch on one rank. */
struct session {
    struct eb_launch *launch;
    const struct eb_session_options *options;
    const struct eb_session_events *events;
    struct eb_plan plan;
    struct eb_lanes lanes;
    struct eb_placement *placements;
    struct eb_samples samples;
    struct eb_witness *witness;
    struct eb_expectation *expectations; /* by case: as it is, and turned */
    int is_refused;                      /* by the witness, on all ranks alike */
    size_t *order;                       /* of the sweep under way */
    uint64_t *iterations;                /* by case, 0 before calibration */
    char sharing[300];                   /* why ranks share cores, empty when they do not */
    struct eb_crossover *crossovers;     /* of the arms where the all-reduce's algorithm was to be chosen */
    size_t crossover_count;
    json_t *cliffs;   /* rank 0, when they were looked for */
    json_t *warnings; /* of the record */
};

static struct eb_claim_rules rules_of(const struct eb_session_options *options)
{
    return (struct eb_claim_rules){.allow_same_host = options->allow_same_host,
                                   .allow_wrong_path = options->allow_wrong_path,
                                   .root = options->sysroot ? options->sysroot : ""};
}

/* The processing units near the first arm's device that has a place; "" when there is none. */
static void find_nic_cpus(const struct eb_session_options *options, char *cpus, size_t room)
{
    cpus[0] = '\0';
    for (size_t i = 0; i < options->arm_count && !cpus[0]; i++) {
        struct eb_nic nic;
        struct eb_error why;
        if (options->arms[i].interface &&
            eb_nic_find(options->arms[i].spec, options->arms[i].interface, &nic, &why) == EB_OK)
            eb_nic_cpus(&nic, cpus, room);
    }
}

/* Binds this rank as --bind wants it, which takes to know how many ranks this host has. */
static enum eb_status bind_rank(struct session *session, struct eb_placement *mine, struct eb_error *err)
{
    const struct eb_session_options *options = session->options;
    struct eb_launch *launch = session->launch;
    enum eb_bind_policy policy = EB_BIND_DEFAULT;
    const char *list = NULL;
    char nic_cpus[256];
    enum eb_status status = eb_bind_parse(options->bind, &policy, &list, err);
    if (status == EB_OK && !launch->owns_process) /* threads of a test share one process */
        policy = EB_BIND_NONE;
    if (status == EB_OK)
        status = eb_placement_count(session->placements, launch->ranks, err);
    const struct eb_placement *place = &session->placements[launch->rank];
    find_nic_cpus(options, nic_cpus, sizeof nic_cpus);
    if (status == EB_OK)
        status = eb_bind(policy, list, nic_cpus, place->local_rank, place->local_ranks, err);
    if (status == EB_OK)
        status = eb_placement_read(mine, err);
    return eb_launch_agree(launch, status, err);
}

/* Where every rank is, and whether that is good for what was asked. */
static enum eb_status place_ranks(struct session *session, struct eb_error *err)
{
    struct eb_launch *launch = session->launch;
    struct eb_placement mine;
    enum eb_status status = eb_launch_agree(launch, eb_placement_read(&mine, err), err);
    if (status == EB_OK)
        status = launch->ops->allgather(launch, &mine, session->placements, sizeof mine, err);
    if (status == EB_OK)
        status = bind_rank(session, &mine, err);
    if (status == EB_OK)
        status = launch->ops->allgather(launch, &mine, session->placements, sizeof mine, err);
    if (status == EB_OK)
        status = eb_launch_agree(launch, eb_placement_count(session->placements, launch->ranks, err), err);
    if (status != EB_OK)
        return status;
    if (eb_placement_shares_cores(session->placements, launch->ranks, session->sharing,
                                  sizeof session->sharing))
        launch->yield = 1;
    else
        eb_placement_shares_threads(session->placements, launch->ranks, session->sharing,
                                    sizeof session->sharing);
    struct eb_claim_rules rules = rules_of(session->options);
    if (session->options->screen)
        status = eb_claim_check_screened(session->placements, launch->ranks, &rules, NULL, err);
    for (size_t i = 0; status == EB_OK && i < session->options->arm_count; i++)
        status = eb_claim_check(session->placements, launch->ranks, &session->options->arms[i], NULL, &rules,
                                NULL, err);
    return status;
}

/* The most pairs that any kernel has at work; 0 when none is of pairs. */
static int pairs_at_work(const struct session *session)
{
    const struct eb_session_options *options = session->options;
    int pairs = 0;
    for (size_t i = 0; i < options->kernel_count; i++) {
        int own = options->pairs > 0               ? (int)options->pairs
                  : options->kernels[i]->all_pairs ? session->launch->ranks / 2
                                                   : 1;
        if (options->kernels[i]->samples_of == EB_SAMPLES_OF_PAIRS && own > pairs)
            pairs = own;
    }
    return pairs;
}

/* Holds every opened arm against where the ranks are; what is let through with a warning goes into the
 * record. */
static enum eb_status check_places(struct session *session, struct eb_error *err)
{
    const struct eb_session_options *options = session->options;
    session->warnings = json_array();
    if (session->sharing[0])
        json_array_append_new(session->warnings, json_string(session->sharing));
    struct eb_claim_rules rules = rules_of(options);
    rules.pairs = options->screen ? 0 : pairs_at_work(session);
    if (options->screen) /* what it refuses was refused before anything was opened */
        eb_claim_check_screened(session->placements, session->launch->ranks, &rules, session->warnings, err);
    if (options->sysroot)
        json_array_append_new(
            session->warnings,
            json_sprintf("counters were looked for below %s, and not on these hosts: they attest nothing "
                         "of them",
                         options->sysroot));
    for (size_t i = 0; i < options->arm_count; i++) {
        const struct eb_transport *transport = session->lanes.lanes[i].transport;
        json_t *attributes = transport->ops->describe(transport);
        enum eb_status status = eb_claim_check(session->placements, session->launch->ranks, &options->arms[i],
                                               attributes, &rules, session->warnings, err);
        json_decref(attributes);
        if (status != EB_OK)
            return status;
    }
    return EB_OK;
}

static enum eb_status open_session(struct session *session, struct eb_error *err)
{
    const struct eb_session_options *options = session->options;
    enum eb_status status = eb_session_plan(options, session->launch->ranks, &session->plan, err);
    if (status == EB_OK) {
        session->placements = calloc((size_t)session->launch->ranks, sizeof *session->placements);
        session->crossovers = calloc(options->arm_count, sizeof *session->crossovers);
        if (!session->placements || !session->crossovers)
            status = eb_error_set(err, EB_INTERNAL, "session", ENOMEM, "out of memory for %d ranks",
                                  session->launch->ranks);
    }
    status = eb_launch_agree(session->launch, status, err);
    if (status == EB_OK)
        status = place_ranks(session, err);
    if (status == EB_OK)
        status = eb_lanes_open(&session->lanes, session->launch, options, err);
    if (status == EB_OK)
        status = eb_launch_agree(session->launch, check_places(session, err), err);
    if (status == EB_OK)
        status = eb_launch_agree(session->launch,
                                 eb_witness_open(session->launch, session->placements, options,
                                                 &session->lanes, &session->witness, err),
                                 err);
    if (status == EB_OK)
        status = eb_witness_meet(session->witness, err);

    if (status == EB_OK) {
        int sharers = session->placements[session->launch->rank].local_ranks;
        session->lanes.memory_bytes = eb_provenance_memory_bytes() / (uint64_t)(sharers > 0 ? sharers : 1);
        status = eb_lanes_furnish(&session->lanes, session->launch, options, &session->plan, err);
    }
    return status;
}

static void close_session(struct session *session)
{
    eb_whereabouts_set(session->launch->whereabouts, NULL, "closing of the arms");
    eb_witness_close(session->witness);
    eb_lanes_close(&session->lanes);
    eb_plan_free(&session->plan);
    eb_samples_free(&session->samples);
    json_decref(session->warnings);
    json_decref(session->cliffs);
    free(session->placements);
    free(session->crossovers);
    free(session->expectations);
    free(session->order);
    free(session->iterations);
}

static json_t *arms_to_json(const struct session *session)
{
    json_t *arms = json_array();
    for (size_t i = 0; i < session->options->arm_count; i++) {
        const struct eb_arm *arm = &session->options->arms[i];
        const struct eb_transport *transport = session->lanes.lanes[i].transport;
        json_t *attributes = transport->ops->describe(transport);
        eb_witness_describe(session->witness, i, attributes);
        json_array_append_new(arms, json_pack("{s:s, s:s, s:s, s:o}", "name", arm->name, "spec", arm->spec,
                                              "transport", arm->transport, "attributes", attributes));
    }
    return arms;
}

/* What the launch found out before it measured, for its record and for the launches that follow. */
static json_t *tuning_to_json(const struct session *session)
{
    json_t *crossovers = json_array();
    json_t *added = json_array();
    for (size_t i = 0; i < session->crossover_count; i++) {
        const struct eb_crossover *crossover = &session->crossovers[i];
        json_array_append_new(crossovers,
                              json_pack("{s:s, s:s, s:I}", "arm", crossover->arm, "above",
                                        crossover->above->name, "bytes", (json_int_t)crossover->bytes));
    }
    for (size_t i = 0; i < session->plan.count; i++) {
        const struct eb_case *unit = &session->plan.cases[i];
        if (unit->added && unit->arm == 0)
            json_array_append_new(added, json_pack("{s:s, s:I}", "kernel", unit->kernel->name, "size_bytes",
                                                   (json_int_t)unit->size_bytes));
    }
    return json_pack("{s:o, s:o, s:O*}", "crossovers", crossovers, "added_sizes", added, "cliffs",
                     session->cliffs);
}

static enum eb_status emit_header(struct session *session, struct eb_error *err)
{
    if (session->launch->rank != 0)
        return EB_OK;
    json_t *line = json_pack("{s:s, s:O, s:{s:s, s:o, s:o, s:O}}", "schema", EB_JOURNAL_SCHEMA, "run",
                             session->options->run, "launch", "variant", session->options->variant,
                             "provenance", eb_provenance(session->launch, session->placements), "arms",
                             arms_to_json(session), "warnings", session->warnings);
    if (!line)
        return eb_error_set(err, EB_INTERNAL, "session", ENOMEM, "out of memory for the record's header");
    enum eb_status status = session->events->emit(session->events->argument, line, err);
    json_decref(line);
    return status;
}

static enum eb_status emit_tuning(struct session *session, struct eb_error *err)
{
    if (session->launch->rank != 0)
        return EB_OK;
    json_int_t blocks = (json_int_t)session->plan.count * (json_int_t)session->options->sweeps;
    json_t *line = json_pack("{s:o, s:{s:I}}", "tuning", tuning_to_json(session), "plan", "blocks", blocks);
    if (!line)
        return eb_error_set(err, EB_INTERNAL, "session", ENOMEM, "out of memory for what was found out");
    enum eb_status status = session->events->emit(session->events->argument, line, err);
    json_decref(line);
    return status;
}

static enum eb_status emit_end(struct session *session, struct eb_error *err)
{
    if (session->launch->rank != 0)
        return EB_OK;
    json_t *line = json_pack("{s:{s:s}}", "end", "status", "complete");
    enum eb_status status = session->events->emit(session->events->argument, line, err);
    json_decref(line);
    return status;
}

/* Where in a screening: which round, and with whom. */
static void name_pair(const struct session *session, const struct eb_case *unit, char *round, char *peer)
{
    struct eb_kernel_env env = eb_lanes_env(&session->lanes, session->options, unit);
    int other = eb_kernel_pair_peer(&env);
    round[0] = peer[0] = '\0';
    if (unit->rounds == 0)
        return;
    snprintf(round, NAME_ROOM, ", round %d", unit->round);
    if (other >= 0)
        snprintf(peer, NAME_ROOM, ", with rank %d on host %s", other, session->placements[other].host);
}

/* A failure of this rank in a case, with what somebody who looks for it needs. */
static enum eb_status name_case(const struct session *session, const struct eb_case *unit,
                                enum eb_status status, struct eb_error *err)
{
    char size[32];
    char round[NAME_ROOM];
    char peer[NAME_ROOM];
    struct eb_error inner = *err;
    int rank = session->launch->rank;
    if (status == EB_OK)
        return status;
    name_pair(session, unit, round, peer);
    return eb_error_set(err, status, inner.origin, inner.code, "%s, arm %s, %s%s, rank %d on host %s%s: %s",
                        unit->kernel->name, session->options->arms[unit->arm].name,
                        eb_size_format(unit->size_bytes, size, sizeof size), round, rank,
                        session->placements[rank].host, peer, inner.text);
}

/* The rounds of a screening are alike, so that what one of them takes is taken for all in the first sweep. */
static void share_calibration(struct session *session, size_t index)
{
    const struct eb_case *unit = &session->plan.cases[index];
    for (size_t i = 0; unit->rounds > 0 && i < session->plan.count; i++) {
        const struct eb_case *other = &session->plan.cases[i];
        if (session->iterations[i] == 0 && other->kernel == unit->kernel && other->arm == unit->arm &&
            other->size_bytes == unit->size_bytes)
            session->iterations[i] = session->iterations[index];
    }
}

/* For whoever must say it when this rank is told to end. */
static void say_case(const struct session *session, const struct eb_case *unit)
{
    char size[32];
    char round[NAME_ROOM];
    char peer[NAME_ROOM];
    name_pair(session, unit, round, peer);
    eb_whereabouts_set(session->launch->whereabouts, &session->lanes.lanes[unit->arm].transport->awaited,
                       "%s, arm %s, %s%s", unit->kernel->name, session->options->arms[unit->arm].name,
                       eb_size_format(unit->size_bytes, size, sizeof size), round);
}

static enum eb_status run_block(struct session *session, uint64_t sweep, uint64_t position,
                                struct eb_error *err)
{
    size_t index = session->order[position];
    struct eb_case unit = session->plan.cases[index];
    unit.is_turned = unit.rounds > 0 && sweep % 2 == 1;
    struct eb_block block = {.launch = session->launch,
                             .lanes = &session->lanes,
                             .options = session->options,
                             .unit = &unit,
                             .samples = &session->samples,
                             .witness = session->witness,
                             .expected = &session->expectations[2 * index + (size_t)unit.is_turned]};
    json_t *validation = NULL;
    json_t *line = NULL;
    enum eb_status status = EB_OK;
    say_case(session, &unit);
    if (sweep == 0 && session->options->validate)
        status = eb_block_validate(&block, &validation, err);
    if (status == EB_OK && session->iterations[index] == 0) {
        status = eb_block_calibrate(&block, &session->iterations[index], err);
        share_calibration(session, index);
    }
    if (status == EB_OK)
        status = eb_block_measure(&block, &session->iterations[index], sweep, position, &line, err);
    if (status == EB_OK && line && validation)
        json_object_set(line, "validation", validation);
    status = name_case(session, block.unit, status, err);
    if (status == EB_OK && line)
        status = session->events->emit(session->events->argument, line, err);
    json_decref(validation);
    json_decref(line);
    return status;
}

/* The same outside of any case. */
static enum eb_status name_phase(const struct session *session, const char *phase, enum eb_status status,
                                 struct eb_error *err)
{
    struct eb_error inner = *err;
    int rank = session->launch->rank;
    if (status == EB_OK)
        return status;
    return eb_error_set(err, status, inner.origin, inner.code, "%s, rank %d on host %s: %s", phase, rank,
                        session->placements[rank].host, inner.text);
}

/* Completes the plan: algorithms that are to be chosen, sizes that are to be found. */
static enum eb_status tune(struct session *session, struct eb_error *err)
{
    const struct eb_session_options *options = session->options;
    struct eb_tuner tuner = {.launch = session->launch,
                             .lanes = &session->lanes,
                             .options = options,
                             .plan = &session->plan,
                             .samples = &session->samples,
                             .first_group_added = session->plan.group_count};
    enum eb_status status = eb_tune_crossovers(&tuner, session->crossovers, &session->crossover_count, err);
    if (status == EB_OK && session->crossover_count > 0) /* for what was chosen, or told */
        status = eb_lanes_furnish(&session->lanes, session->launch, options, &session->plan, err);
    if (status == EB_OK && options->refine) {
        tuner.crossovers = session->crossovers;
        tuner.crossover_count = session->crossover_count;
        status = eb_refine(&tuner, &session->cliffs, err);
    }
    session->expectations = calloc(2 * session->plan.count, sizeof *session->expectations);
    session->order = calloc(session->plan.count, sizeof *session->order);
    session->iterations = calloc(session->plan.count, sizeof *session->iterations);
    if (status == EB_OK && (!session->order || !session->iterations || !session->expectations))
        status = eb_error_set(err, EB_INTERNAL, "session", ENOMEM, "out of memory for %zu cases",
                              session->plan.count);
    return status;
}

static enum eb_status sweep_all(struct session *session, struct eb_error *err)
{
    static const char sweep_end[] = "end of a sweep";
    const struct eb_session_options *options = session->options;
    enum eb_status status = EB_OK;
    for (uint64_t sweep = 0; status == EB_OK && sweep < options->sweeps; sweep++) {
        status = eb_plan_order(&session->plan, options->seed, options->launch_index, sweep, !options->osu,
                               session->order, err);
        for (size_t position = 0; status == EB_OK && position < session->plan.count; position++)
            status = run_block(session, sweep, position, err);
        if (status == EB_OK) { /* one sweep shows all there is to be refused */
            eb_whereabouts_set(session->launch->whereabouts, NULL, "%s", sweep_end);
            status = eb_witness_verdict(session->witness, err);
            session->is_refused = status == EB_WRONG_PATH;
            if (!session->is_refused)
                status = name_phase(session, sweep_end, status, err);
        }
    }
    return status;
}

/* What follows once every rank has opened everything. Failures are this rank's own. */
static enum eb_status measure_all(struct session *session, struct eb_error *err)
{
    static const char *const phases[] = {"warm-up", "tuning", "end of the launch"};
    struct eb_launch *launch = session->launch;
    eb_whereabouts_set(launch->whereabouts, NULL, "%s", phases[0]);
    enum eb_status status = eb_warm(&session->lanes, launch, session->options, &session->plan, err);
    if (status == EB_OK)
        status = eb_witness_listen(session->witness, err);
    status = name_phase(session, phases[0], status, err);
    if (status == EB_OK)
        status = emit_header(session, err);
    eb_whereabouts_set(launch->whereabouts, NULL, "%s", phases[1]);
    if (status == EB_OK)
        status = name_phase(session, phases[1], tune(session, err), err);
    if (status == EB_OK)
        status = emit_tuning(session, err);
    if (status == EB_OK)
        status = sweep_all(session, err);
    if (status == EB_OK)
        status = emit_end(session, err);
    eb_whereabouts_set(launch->whereabouts, NULL, "%s", phases[2]);
    if (status == EB_OK)
        status = name_phase(session, phases[2],
                            launch->ops->barrier(launch, eb_lanes_progress, &session->lanes, err), err);
    return status;
}

enum eb_status eb_session_run(struct eb_launch *launch, const struct eb_session_options *options,
                              const struct eb_session_events *events, struct eb_error *err)
{
    struct session session = {.launch = launch, .options = options, .events = events};
    static const char opening[] = "opening of the arms";
    eb_whereabouts_set(launch->whereabouts, NULL, "%s", opening);
    enum eb_status status = eb_launch_name(launch, opening, open_session(&session, err), err);
    if (status == EB_OK) {
        status = measure_all(&session, err);
        if (status != EB_OK && !session.is_refused) {
            events->failed(events->argument, err);
            eb_whereabouts_set(launch->whereabouts, NULL, NULL);
            launch->ops->abort(launch, eb_status_exit_code(status));
        }
    }
    close_session(&session);
    return status;
}
