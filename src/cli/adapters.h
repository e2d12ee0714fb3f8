/* What `efabench adapters` shows, as text and as JSON. */
#ifndef EB_CLI_ADAPTERS_H
#define EB_CLI_ADAPTERS_H

#include "common/adapter.h"
#include "common/status.h"
#include "measure/topology/inventory.h"

#include <jansson.h>
#include <stdio.h>

#define EB_ADAPTERS_SCHEMA "efabench-adapters/1"
#define EB_ADAPTERS_WIDTH 80

struct eb_adapters_view {
    const struct eb_instance *instance;   /* asked for, or the type of the inventory's host; NULL: unknown */
    const struct eb_inventory *inventory; /* NULL: an instance was asked for, the devices do not matter */
};

/* The adapter that a device is, by driver, else by PCI ids; NULL when it is none of them. */
const struct eb_adapter *eb_adapters_of(const struct eb_device *device);

/* Whether a measured figure is about the view's instance, or, without one, about anything. */
int eb_adapters_concerns(const struct eb_measured *measured, const struct eb_instance *instance);

/* Whether one flow of an instance type can come to a cap: its network carries that much, and a cap of a
 * placement group is not for burstable types, which no cluster placement group takes (EC2 User Guide,
 * Placement groups). True where no source says what the network carries, and for NULL. */
int eb_adapters_reaches(const struct eb_instance *instance, const struct eb_flow_cap *cap);

/* The instance types that have EFA, by number and rate; EB_INTERNAL when out of memory. */
enum eb_status eb_adapters_types(FILE *file, struct eb_error *err);

/* EB_INTERNAL when out of memory. Sources are numbered and listed at the end. */
enum eb_status eb_adapters_text(const struct eb_adapters_view *view, FILE *file, struct eb_error *err);

/* A document of EB_ADAPTERS_SCHEMA, each figure beside its source; NULL when out of memory. */
json_t *eb_adapters_json(const struct eb_adapters_view *view);

#endif
