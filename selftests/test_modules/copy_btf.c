// SPDX-License-Identifier: GPL-2.0
/* slubwatch's own core/btf.c, for a module that must work without slubwatch. */
#include "../../module/core/btf.c"
