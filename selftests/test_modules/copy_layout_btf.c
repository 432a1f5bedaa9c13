// SPDX-License-Identifier: GPL-2.0
/* slubwatch's own layout_btf.c, for a module that must work without slubwatch. */
#include "../../module/memory/layout_btf.c"
