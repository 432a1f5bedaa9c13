// SPDX-License-Identifier: GPL-2.0
/*
 * Which caches: see pattern.h.
 */
#include "pattern.h"

#include <linux/glob.h>
#include <linux/string.h>

#include "config.h"

/* Copy the first element of *@list and step behind it; false at the end. */
static bool next_element(const char **list, char element[SLW_PATTERN_SIZE])
{
	size_t len;

	if (!*list)
		return false;
	len = strcspn(*list, ",");
	if (len >= SLW_PATTERN_SIZE)
		len = SLW_PATTERN_SIZE - 1;
	memcpy(element, *list, len);
	element[len] = '\0';
	*list = (*list)[len] ? *list + len + 1 : NULL;
	return true;
}

bool slw_pattern_valid(const char *list)
{
	char element[SLW_PATTERN_SIZE];

	while (next_element(&list, element))
		if (!element[element[0] == '!'])
			return false;
	return true;
}

bool slw_pattern_match(const char *list, const char *name)
{
	char element[SLW_PATTERN_SIZE];
	bool included = false, excluded = false, only_exclusions = true;

	while (next_element(&list, element)) {
		if (element[0] == '!') {
			excluded |= glob_match(element + 1, name);
		} else {
			included |= glob_match(element, name);
			only_exclusions = false;
		}
	}
	return (included || only_exclusions) && !excluded;
}
