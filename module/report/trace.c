// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints' bodies, here and nowhere else.
 */
#define CREATE_TRACE_POINTS
#include "report/slubwatch_trace.h"
