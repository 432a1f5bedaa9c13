/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the loads of the storm have in common.
 */
#ifndef _SLUBWATCH_STORM_H
#define _SLUBWATCH_STORM_H

#include <linux/sched.h>
#include <linux/slab.h>

#define HELD	256	/* objects a thread holds at most */

/**
 * struct worker - a thread of the storm
 * @task:	it
 * @nr:		its number
 * @churned:	caches it has made so far
 * @rounds:	it has done, as far as it counts them
 * @grace:	a state of RCU that must be over before more is left to it
 * @seed:	its dice, never 0
 * @held:	objects it holds
 * @from:	which of the shared caches they are of
 */
struct worker {
	struct task_struct *task;
	u32 nr;
	u32 churned;
	u32 rounds;
	unsigned long grace;
	u32 seed;
	void *held[HELD];
	u8 from[HELD];
};

/* xorshift32 (Marsaglia): a seed that is not 0 never becomes it. */
u32 storm_dice(struct worker *w, u32 sides);

/* Fill @object with what follows from @noise. */
void storm_scribble(void *object, u32 size, u32 noise);

/*
 * A long list of partial slabs, made and given back; and a load that takes
 * objects from it and frees others, anywhere in it.
 */
int storm_hold(void);
void storm_drop(void);
void storm_round_held(struct worker *w);

/*
 * Since v6.18 objects can be allocated in any context, NMIs too: there is a load
 * that does so where a module can send itself one.
 */
#if defined(kmalloc_nolock) && defined(CONFIG_X86_LOCAL_APIC)
#define STORM_NMI
int storm_nmi_begin(void);
void storm_nmi_end(void);
void storm_round_nmi(struct worker *w);
u64 storm_nmi_taken(void);
#else
static inline int storm_nmi_begin(void) { return 0; }
static inline void storm_nmi_end(void) {}
static inline u64 storm_nmi_taken(void) { return 0; }
#endif

#endif /* _SLUBWATCH_STORM_H */
