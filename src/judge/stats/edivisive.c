#include "judge/stats/edivisive.h"
