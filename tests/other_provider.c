/* Loaded before libfabric by LD_PRELOAD: hands out descriptions as if another provider had answered, as a
 * library does that falls back without a word. The provider's name comes from EFABENCH_TEST_PROVIDER. With
 * EFABENCH_TEST_BENEATH a wish for that name is handed on as one for the provider beneath. With
 * EFABENCH_TEST_NO_RMA reliable datagrams (and not what they stand on) have no one-sided operations. */
#include <dlfcn.h>
#include <rdma/fabric.h>
#include <rdma/fi_endpoint.h>
#include <rdma/fi_errno.h>
#include <stdlib.h>
#include <string.h>

/* A copy of hints for the provider beneath; NULL where the wish is not to be changed. */
static struct fi_info *wish_beneath(const struct fi_info *hints, const char *name)
{
    const char *beneath = getenv("EFABENCH_TEST_BENEATH");
    if (!beneath || !name || !hints || !hints->fabric_attr->prov_name ||
        strcmp(hints->fabric_attr->prov_name, name) != 0)
        return NULL;
    struct fi_info *wish = fi_dupinfo(hints);
    free(wish->fabric_attr->prov_name);
    wish->fabric_attr->prov_name = strdup(beneath);
    return wish;
}

int fi_getinfo(uint32_t version, const char *node, const char *service, uint64_t flags,
               const struct fi_info *hints, struct fi_info **info)
{
    int (*real)(uint32_t, const char *, const char *, uint64_t, const struct fi_info *, struct fi_info **) =
        NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "fi_getinfo");
    const char *name = getenv("EFABENCH_TEST_PROVIDER");
    if (getenv("EFABENCH_TEST_NO_RMA") && hints && (hints->caps & FI_RMA) &&
        hints->ep_attr->type == FI_EP_RDM)
        return -FI_ENODATA;
    struct fi_info *wish = wish_beneath(hints, name);
    int result = real(version, node, service, flags, wish ? wish : hints, info);
    fi_freeinfo(wish);
    for (struct fi_info *at = result == 0 && name ? *info : NULL; at; at = at->next) {
        free(at->fabric_attr->prov_name);
        at->fabric_attr->prov_name = strdup(name);
    }
    return result;
}
