/* In place of efabench_doctor.c in a build without libfabric. */
#include "cli/doctor.h"

void eb_doctor_ask_libfabric(struct eb_libfabric *libfabric)
{
    *libfabric = (struct eb_libfabric){0};
}
