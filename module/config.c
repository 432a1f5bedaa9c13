// SPDX-License-Identifier: GPL-2.0
/*
 * What the parameters say: see config.h.
 */
#include "config.h"

#include <linux/rbtree.h>	/* for mutex.h of 5.10-rt */
#include <linux/mutex.h>
#include <linux/string.h>

struct slw_config slw_config = {
	.period_ms = 1000,
	.cpu_permille = 10,
	.hold_us = 50,
	.unchanged_sweeps = 4,
	.isolate_max = SLW_ISOLATE_DEFAULT,
	.watch_kib = 1024,
	.content = 1,
	.action = SLW_ACTION_REPORT,
	.caches = "*",
	.watch = "none",
};

/* Protects slw_config against being copied half written. */
static DEFINE_MUTEX(lock);

void slw_config_get(struct slw_config *copy)
{
	mutex_lock(&lock);
	*copy = slw_config;
	mutex_unlock(&lock);
}

void slw_config_set_number(unsigned int *number, unsigned int value)
{
	mutex_lock(&lock);
	WRITE_ONCE(*number, value);
	mutex_unlock(&lock);
}

void slw_config_set_pattern(char pattern[SLW_PATTERN_SIZE], const char *value)
{
	mutex_lock(&lock);
	strscpy(pattern, value, SLW_PATTERN_SIZE);
	mutex_unlock(&lock);
}

void slw_config_get_pattern(const char pattern[SLW_PATTERN_SIZE],
			    char copy[SLW_PATTERN_SIZE])
{
	mutex_lock(&lock);
	strscpy(copy, pattern, SLW_PATTERN_SIZE);
	mutex_unlock(&lock);
}

unsigned int slw_config_action(void)
{
	return READ_ONCE(slw_config.action);
}

unsigned int slw_config_period_ms(void)
{
	return READ_ONCE(slw_config.period_ms);
}

unsigned int slw_config_isolate_max(void)
{
	return READ_ONCE(slw_config.isolate_max);
}
