/* A function of this program stands in front of libfabric's fi_fabric, which every user of a provider calls:
 * that says what Open MPI really opened, whatever it was asked for, without knowing its inside. The list is
 * this program's one variable that outlives a call: there is no object to hand to a function that others
 * call. */
#include "measure/transport/ofi_seen.h"

#include <dlfcn.h>
#include <rdma/fabric.h>
#include <rdma/fi_errno.h>
#include <stdio.h>
#include <string.h>

static struct {
    char texts[EB_OFI_SEEN_MAX][128];
    size_t count;
} seen;

static void remember(const void *caller, const char *provider)
{
    Dl_info who;
    Dl_info self;
    char text[sizeof seen.texts[0]];
    if (!provider || dladdr(caller, &who) == 0 || dladdr((const void *)remember, &self) == 0 ||
        strcmp(who.dli_fname, self.dli_fname) == 0)
        return;
    const char *slash = strrchr(who.dli_fname, '/');
    const char *name = slash ? slash + 1 : who.dli_fname;
    const char *dash = strrchr(name, '-');
    if (strncmp(name, "libfabric", strlen("libfabric")) == 0 ||
        (dash && strncmp(dash, "-fi.so", strlen("-fi.so")) == 0)) /* a provider on top of another */
        return;
    snprintf(text, sizeof text, "%.*s: %.80s", (int)strcspn(name, "."), name, provider);
    for (size_t i = 0; i < seen.count; i++)
        if (strcmp(seen.texts[i], text) == 0)
            return;
    if (seen.count < EB_OFI_SEEN_MAX)
        memcpy(seen.texts[seen.count++], text, sizeof text);
}

int fi_fabric(struct fi_fabric_attr *attr, struct fid_fabric **fabric, void *context)
{
    typedef int fabric_fn(struct fi_fabric_attr *, struct fid_fabric **, void *);
    union {
        void *object;
        fabric_fn *function;
    } next = {.object = dlsym(RTLD_NEXT, "fi_fabric")};
    if (!next.object)
        return -FI_ENOSYS;
    int code = next.function(attr, fabric, context);
    if (code == 0)
        remember(__builtin_return_address(0), attr->prov_name);
    return code;
}

json_t *eb_ofi_seen(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < seen.count; i++)
        json_array_append_new(list, json_string(seen.texts[i]));
    return list;
}
