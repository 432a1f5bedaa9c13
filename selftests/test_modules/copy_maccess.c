// SPDX-License-Identifier: GPL-2.0
/* slubwatch's own maccess.c, for a module that must work without slubwatch. */
#include "../../module/memory/maccess.c"
