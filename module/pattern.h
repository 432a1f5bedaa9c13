/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which caches: lists of names with shell wildcards.
 */
#ifndef _SLUBWATCH_PATTERN_H
#define _SLUBWATCH_PATTERN_H

#include <linux/types.h>

/**
 * slw_pattern_valid() - can this be a list of patterns?
 * @list: comma-separated names with * ? and [...]; !name excludes
 *
 * Return: false when an element is empty.
 */
bool slw_pattern_valid(const char *list);

/**
 * slw_pattern_match() - is a cache among them?
 * @list:	a valid list; one of exclusions only means all but those
 * @name:	a cache's name
 *
 * Context: any.
 * Return: true when some element matches and no exclusion does.
 */
bool slw_pattern_match(const char *list, const char *name);

#endif /* _SLUBWATCH_PATTERN_H */
