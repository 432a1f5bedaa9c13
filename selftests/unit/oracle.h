/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A second reader of BTF, made differently on purpose (recursive, over a list
 * of records), to ask whether a file says what the first one made of it.
 */
#ifndef _SLUBWATCH_UNIT_ORACLE_H
#define _SLUBWATCH_UNIT_ORACLE_H

#include "shapes.h"

/*
 * Does any structure @owner of the file have a member @member @offset bytes
 * from its start?
 */
bool oracle_has(const struct btf_file *f, const char *owner,
		const char *member, int offset);

/* Fail the running test for each field of @l that the file does not support. */
void oracle_check(const struct btf_file *f, const struct slw_layout *l);

#endif /* _SLUBWATCH_UNIT_ORACLE_H */
