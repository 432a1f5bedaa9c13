// SPDX-License-Identifier: GPL-2.0
/* slubwatch's own core/layout.c, for a module that must work without slubwatch. */
#include "../../module/core/layout.c"
