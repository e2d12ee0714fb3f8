/* efabench adapters: the command. */
#include "cli/adapters.h"

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/text_or_json.h"
#include "common/nearest.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char program[] = "efabench adapters";

#define NEAREST_COUNT 3
#define WORD_MAX 64

const struct eb_adapter *eb_adapters_of(const struct eb_device *device)
{
    const struct eb_adapter *adapter = eb_adapter_by_driver(device->driver);
    return adapter ? adapter : eb_adapter_by_pci(device->pci_vendor, device->pci_device);
}

int eb_adapters_concerns(const struct eb_measured *measured, const struct eb_instance *instance)
{
    if (!instance)
        return 1;
    if (!measured->instance)
        return measured->kind == instance->plain ||
               (measured->kind == EB_ADAPTER_EFA && instance->efa_count > 0);
    return strcmp(measured->instance, instance->name) == 0;
}

int eb_adapters_reaches(const struct eb_instance *instance, const struct eb_flow_cap *cap)
{
    if (!instance)
        return 1;
    if (strcmp(cap->name, "placement-group") == 0 && instance->name[0] == 't' &&
        isdigit((unsigned char)instance->name[1]))
        return 0;
    return instance->network_gbps <= 0 || cap->gbps <= instance->network_gbps;
}

static enum eb_status unknown_instance(const char *asked, struct eb_error *err)
{
    const struct eb_instance *nearest[NEAREST_COUNT] = {NULL};
    unsigned apart[NEAREST_COUNT] = {0};
    size_t found = 0;
    char names[NEAREST_COUNT * WORD_MAX] = "";
    char word[WORD_MAX + 1];
    snprintf(word, sizeof word, "%s", asked);
    for (size_t i = 0; i < eb_instance_count(); i++) {
        unsigned far = eb_nearest_distance(word, eb_instance_at(i)->name);
        size_t place = found;
        while (place > 0 && far < apart[place - 1])
            place--;
        if (place == NEAREST_COUNT)
            continue;
        found += found < NEAREST_COUNT;
        for (size_t j = found - 1; j > place; j--) {
            nearest[j] = nearest[j - 1];
            apart[j] = apart[j - 1];
        }
        nearest[place] = eb_instance_at(i);
        apart[place] = far;
    }
    for (size_t i = 0; i < found; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", nearest[i]->name);
    }
    return eb_error_set(err, EB_USAGE, "adapters", 0,
                        "--instance: there is no type '%s' in the catalogue; the nearest are %s", word,
                        names);
}

static enum eb_status check(const struct eb_options *options, struct eb_error *err)
{
    if (options->word_count > 0)
        return eb_error_set(err, EB_USAGE, "adapters", 0, "unexpected word '%.64s': it takes options only",
                            options->words[0]);
    if (options->instance && options->sysroot)
        return eb_error_set(err, EB_USAGE, "adapters", 0,
                            "--instance asks about a type, --sysroot about a machine: give one of them");
    return eb_text_or_json_check(options->format, "adapters", err);
}

static enum eb_status write_view(const struct eb_adapters_view *view, const char *format,
                                 struct eb_error *err)
{
    enum eb_status status = EB_OK;
    errno = 0;
    if (strcmp(format, "json") == 0) {
        json_t *json = eb_adapters_json(view);
        if (!json)
            return eb_error_set(err, EB_INTERNAL, "adapters", ENOMEM, "out of memory");
        if (json_dumpf(json, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) == 0)
            putchar('\n');
        json_decref(json);
    } else {
        status = eb_adapters_text(view, stdout, err);
    }
    if (status == EB_OK && (fflush(stdout) != 0 || ferror(stdout)))
        status = eb_error_set(err, EB_INTERNAL, "adapters", errno, "cannot write: %s",
                              errno ? strerror(errno) : "standard output does not take it");
    return status;
}

static enum eb_status show(const struct eb_options *options, enum eb_status *verdict, struct eb_error *err)
{
    (void)verdict;
    struct eb_inventory inventory = {0};
    struct eb_adapters_view view = {.instance = eb_instance_find(options->instance)};
    enum eb_status status = check(options, err);
    if (status != EB_OK)
        return status;
    if (options->instance && !view.instance)
        return unknown_instance(options->instance, err);
    if (!options->instance) {
        status = eb_inventory_read(options->sysroot ? options->sysroot : "", &inventory, err);
        view.inventory = &inventory;
        view.instance = eb_instance_find(inventory.instance);
    }
    if (status == EB_OK)
        status = write_view(&view, options->format, err);
    eb_inventory_free(&inventory);
    return status;
}

int eb_command_adapters(int argc, char **argv)
{
    static const struct eb_command command = {program, EB_PROGRAM_ADAPTERS, show};
    return eb_command_start(&command, argc, argv);
}
