/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who had it?  A history of the allocations and frees of watched caches, and
 * what a report tells of it.
 */
#ifndef _SLUBWATCH_PROVENANCE_H
#define _SLUBWATCH_PROVENANCE_H

#include <linux/sched.h>
#include <linux/types.h>

struct slubwatch_finding;
struct slw_record;
struct slw_text;

#define SLW_EVENT_STACK	8

/**
 * struct slw_event - one allocation or free
 * @time_ns:	ktime_get_mono_fast_ns(); 0 means no event
 * @object:	address of the object
 * @stack:	return addresses, innermost first, those of slubwatch left out
 * @nr_stack:	how many
 * @alloc:	allocated, not freed
 * @interrupt:	by an interrupt, so that the task is a bystander
 * @cpu:	where
 * @pid:	of the task
 * @comm:	its name
 */
struct slw_event {
	u64 time_ns;
	unsigned long object;
	unsigned long stack[SLW_EVENT_STACK];
	u8 nr_stack;
	bool alloc;
	bool interrupt;
	int cpu;
	pid_t pid;
	char comm[TASK_COMM_LEN];
};

/* What is asked of the history for a finding. */
enum slw_origin_role {
	SLW_ORIGIN_FREED,	/* the object's last free */
	SLW_ORIGIN_ALLOCATED,	/* its last allocation */
	SLW_ORIGIN_BEFORE,	/* the last event of the object in front of it */
	SLW_ORIGIN_BEHIND,	/* and of the one behind it */
	SLW_NR_ORIGINS
};

/**
 * struct slw_origins - what the history says of a finding's object
 * @watched:	there is a history of this cache
 * @now_ns:	when it was asked
 * @reach_ns:	its oldest event
 * @event:	by role
 */
struct slw_origins {
	bool watched;
	u64 now_ns;
	u64 reach_ns;
	struct slw_event event[SLW_NR_ORIGINS];
};

/**
 * slw_history_init() - room for a history
 * @bytes: all that it may take, shared out among the CPUs
 *
 * Context: process, nothing adds events yet.
 * Return: 0, -ENOMEM.
 */
int slw_history_init(size_t bytes);

/* Give it back.  Context: process, nothing adds events any longer. */
void slw_history_exit(void);

/* Events that there is room for. */
unsigned int slw_history_size(void);

/**
 * slw_history_add() - note an event
 * @object:	the object
 * @alloc:	allocated, not freed
 *
 * The newest replaces the oldest of this CPU.
 *
 * Context: any but NMI; nothing is allocated, printed or locked.
 */
void slw_history_add(unsigned long object, bool alloc);

/**
 * slw_origins_find() - what the history says of a finding's object
 * @f:		the finding
 * @o:		filled
 *
 * Context: process; while events are added.
 */
void slw_origins_find(const struct slubwatch_finding *f, struct slw_origins *o);

/* A section of the report. */
void slw_origins_say(struct slw_text *t, const struct slw_record *r);

#endif /* _SLUBWATCH_PROVENANCE_H */
