/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finding -> report -> reaction, in process context.
 */
#ifndef _SLUBWATCH_TELL_H
#define _SLUBWATCH_TELL_H

#include <linux/types.h>

struct slw_record;

/**
 * slw_tell() - keep a finding, and tell of it if it is new
 * @r:		the finding
 * @proven:	false before the self-test is through: keep it, and do nothing
 *
 * Context: process, may sleep; with or without the sweep lock.
 */
void slw_tell(struct slw_record *r, bool proven);

#endif /* _SLUBWATCH_TELL_H */
