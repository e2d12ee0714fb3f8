#include "measure/transport/mpi_layers.h"

#include "measure/transport/ofi_seen.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

const char *const eb_mpi_keys[] = {NULL};

/* How every component of Open MPI begins (mca_base_component_t of opal/mca/mca.h, the same in 3.x to 5.x). */
struct component {
    int mca_version[3];
    char project_name[16];
    int project_version[3];
    char type_name[32];
    int type_version[3];
    char name[64];
};

/* The name of a component, when it is one of the type; or NULL. */
static const char *name_of(const struct component *component, const char *type)
{
    if (!component || memcmp(component->type_name, type, strlen(type) + 1) != 0 ||
        !memchr(component->name, '\0', sizeof component->name))
        return NULL;
    return component->name;
}

/* The BTLs that are still mapped: Open MPI unloads those that it does not use. */
static json_t *loaded_btls(void)
{
    char line[4600];
    json_t *names = json_array();
    FILE *maps = fopen("/proc/self/maps", "re");
    while (maps && fgets(line, sizeof line, maps)) {
        char *start = strstr(line, "/mca_btl_");
        char *end = start ? strstr(start, ".so") : NULL;
        if (!end)
            continue;
        start += strlen("/mca_btl_");
        size_t length = (size_t)(end - start);
        int known = 0;
        for (size_t i = 0; i < json_array_size(names); i++) {
            const char *name = json_string_value(json_array_get(names, i));
            known |= strlen(name) == length && strncmp(name, start, length) == 0;
        }
        if (!known)
            json_array_append_new(names, json_stringn(start, length));
    }
    if (maps)
        fclose(maps);
    return names;
}

json_t *eb_mpi_layers(void)
{
    json_t *layers = json_object();
    const struct component *pml = dlsym(RTLD_DEFAULT, "mca_pml_base_selected_component");
    struct component *const *mtl = dlsym(RTLD_DEFAULT, "ompi_mtl_base_selected_component");
    const char *pml_name = name_of(pml, "pml");
    const char *mtl_name = mtl ? name_of(*mtl, "mtl") : NULL;
    json_t *btls = loaded_btls();
    json_t *providers = eb_ofi_seen();
    if (pml_name)
        json_object_set_new(layers, "pml", json_string(pml_name));
    if (mtl_name)
        json_object_set_new(layers, "mtl", json_string(mtl_name));
    if (json_array_size(btls) > 0)
        json_object_set(layers, "btl", btls);
    if (json_array_size(providers) > 0)
        json_object_set(layers, "providers", providers);
    json_decref(btls);
    json_decref(providers);
    return layers;
}

/* What stands behind the key in its line; its length in *length. NULL: there is no such line. */
static const char *value_of(const char *version, const char *key, int *length)
{
    const char *at = strstr(version, key);
    if (!at)
        return NULL;
    at += strlen(key);
    at += strspn(at, " \t");
    *length = (int)strcspn(at, "\n");
    return at;
}

void eb_mpi_library_line(const char *version, char *line, size_t room)
{
    int number_length = 0;
    int device_length = 0;
    const char *number = value_of(version, "MPICH Version:", &number_length);
    const char *device = value_of(version, "MPICH Device:", &device_length);
    if (number && device)
        snprintf(line, room, "MPICH %.*s, device %.*s", number_length, number, device_length, device);
    else if (number)
        snprintf(line, room, "MPICH %.*s", number_length, number);
    else
        snprintf(line, room, "%.*s", (int)strcspn(version, "\n"), version);
}

static int lists_any(const json_t *strings, const char *const *words)
{
    size_t i;
    const json_t *string;
    json_array_foreach(strings, i, string)
    {
        for (size_t w = 0; words[w]; w++)
            if (strstr(json_string_value(string), words[w]))
                return 1;
    }
    return 0;
}

int eb_mpi_may_share_memory(const json_t *layers)
{
    static const char *const btls[] = {"vader", "sm", "ucx", NULL};
    static const char *const providers[] = {"shm", "efa", "psm", "opx",
                                            NULL}; /* some take shm by themselves */
    const char *pml = json_string_value(json_object_get(layers, "pml"));
    const json_t *btl = json_object_get(layers, "btl");
    const json_t *opened = json_object_get(layers, "providers");
    if (pml && strcmp(pml, "ob1") == 0 && json_array_size(btl) > 0)
        return lists_any(btl, btls);
    if (pml && strcmp(pml, "cm") == 0 && json_array_size(opened) > 0)
        return lists_any(opened, providers);
    return 1;
}
