/* The catalogue: network adapters of EC2, instance types, and what they can do at most.
 *
 * Rates are decimal gigabits a second (1 Gb/s = 1e9 bit/s = 125 MB/s), as their sources state them. Every
 * figure stands beside its source. All tables are static; nothing here is owned by the caller. Figures age:
 * absent is better than guessed, and 0 means "no source says". */
#ifndef EB_COMMON_ADAPTER_H
#define EB_COMMON_ADAPTER_H

#include <stddef.h>

enum eb_adapter_kind {
    EB_ADAPTER_ENI,     /* plain elastic network interface, Xen's vif */
    EB_ADAPTER_ENA,     /* Elastic Network Adapter */
    EB_ADAPTER_82599VF, /* Intel 82599 virtual function */
    EB_ADAPTER_EFA,     /* Elastic Fabric Adapter */
};

/* One cell of a table for people. */
struct eb_fact {
    const char *text;
    const char *source;
};

struct eb_adapter {
    enum eb_adapter_kind kind;
    const char *name;   /* "eni", "ena", "82599vf", "efa": as users type it */
    const char *title;  /* "Elastic Fabric Adapter" */
    const char *driver; /* of the kernel: "vif", "ena", "ixgbevf", "efa" */
    double max_gbps;    /* of one card, the first types' figure where it depends; 0: by instance */
    int os_bypass;      /* libfabric's efa provider, RDMA */
    struct eb_fact pci;
    struct eb_fact bandwidth;
    struct eb_fact bypass;
    struct eb_fact instances;
    struct eb_fact attach;
    struct eb_fact expect; /* latency and rate that others measured; text NULL: nobody published any */
    struct eb_fact use;    /* when to use which */
    struct eb_fact note;   /* how it shows in a system; text NULL: nothing to say */
    double floor_us;      /* no half round trip of small messages was published below it; 0: no source says */
    struct eb_fact floor; /* text NULL when floor_us is 0 */
};

size_t eb_adapter_count(void);
const struct eb_adapter *eb_adapter_at(size_t index);

/* By the kernel driver's name, or by PCI ids; NULL when it is none of these. */
const struct eb_adapter *eb_adapter_by_driver(const char *driver);
const struct eb_adapter *eb_adapter_by_pci(unsigned vendor, unsigned device);

struct eb_instance {
    const char *name;     /* "c5n.18xlarge" */
    unsigned efa_count;   /* EFA devices; 0: none */
    double efa_gbps;      /* all of them together; 0: no EFA, or no source says */
    double network_gbps;  /* what its IP network reaches at most; 0: no source says */
    double baseline_gbps; /* what it falls back to without credits; 0: does not burst, or no source says */
    enum eb_adapter_kind plain; /* what carries its IP traffic: ENA or 82599VF */
    const char *source;
};

size_t eb_instance_count(void); /* ascending by name, as strcmp has it */
const struct eb_instance *eb_instance_at(size_t index);

/* The exact name ("c5n.18xlarge"); NULL when the catalogue does not have it. */
const struct eb_instance *eb_instance_find(const char *name);

/* What EC2 lets one TCP or UDP flow carry over an ENA. */
struct eb_flow_cap {
    const char *name; /* "default", "placement-group", "ena-express" */
    double gbps;
    const char *when; /* for people */
    const char *source;
};

size_t eb_flow_cap_count(void); /* ascending by gbps */
const struct eb_flow_cap *eb_flow_cap_at(size_t index);

/* What makes a baseline of kernel TCP fair or unfair. */
struct eb_limit {
    const char *name; /* "flows", "credits", "mtu", "allowances", "tuning" */
    struct eb_fact fact;
};

size_t eb_limit_count(void);
const struct eb_limit *eb_limit_at(size_t index);

/* A figure that somebody measured on real hardware, or claimed. */
struct eb_measured {
    const char *instance; /* the exact name; NULL: the source names none */
    enum eb_adapter_kind kind;
    const char *what;    /* "8 B half round trip" */
    const char *unit;    /* of the next two */
    double low;          /* the figure, */
    double high;         /* or the range low to high */
    const char *setting; /* how it was measured */
    const char *source;
};

size_t eb_measured_count(void);
const struct eb_measured *eb_measured_at(size_t index);

#endif
