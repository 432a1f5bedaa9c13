// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints' bodies, here and nowhere else.
 */
/* First: what it includes has tracepoints of its own, which are not made here. */
#include "compat.h"

#define CREATE_TRACE_POINTS
#include "report/slubwatch_trace.h"
