// SPDX-License-Identifier: GPL-2.0
/*
 * Allocations in NMIs: see storm.h.
 *
 * They may come in the middle of anything that SLUB does, with its locks held.
 * Without cmpxchg16b SLUB allows them in caches that it debugs only; that is so
 * on a machine that qemu emulates here.
 */
#include "storm.h"

#ifdef STORM_NMI

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <asm/apic.h>
#include <asm/nmi.h>

#define PILE	8	/* objects a CPU keeps from one NMI to the next */

/**
 * struct pile - what is a CPU's, and changed in its NMIs only
 * @expected:	an NMI of ours is on its way; set by who sends it
 * @round:	NMIs so far
 * @objects:	what earlier ones took
 */
struct pile {
	atomic_t expected;
	u32 round;
	void *objects[PILE];
};

static DEFINE_PER_CPU(struct pile, piles);
static atomic64_t taken;

static int in_nmi_here(unsigned int type, struct pt_regs *regs)
{
	struct pile *pile = this_cpu_ptr(&piles);
	u32 size = 8u << (pile->round % 7);
	void **slot;

	if (!atomic_xchg(&pile->expected, 0))
		return NMI_DONE;
	slot = &pile->objects[pile->round++ % PILE];
	kfree_nolock(*slot);
	*slot = kmalloc_nolock(size, 0, NUMA_NO_NODE);
	if (*slot) {
		storm_scribble(*slot, size, pile->round);
		atomic64_inc(&taken);
	}
	return NMI_HANDLED;
}

/* Those who ask for it are on another CPU as often as on this one. */
void storm_round_nmi(struct worker *w)
{
	int n, cpu;

	for (n = 0; n < 32; n++) {
		cpu = storm_dice(w, nr_cpu_ids);
		cpus_read_lock();
		if (cpu_online(cpu) && !atomic_xchg(&per_cpu(piles, cpu).expected, 1))
			apic->send_IPI(cpu, NMI_VECTOR);
		cpus_read_unlock();
		cond_resched();
	}
	schedule_timeout_interruptible(1);
}

u64 storm_nmi_taken(void)
{
	return atomic64_read(&taken);
}

int storm_nmi_begin(void)
{
	return register_nmi_handler(NMI_LOCAL, in_nmi_here, 0, "slubwatch_storm");
}

/* With nobody left who sends any; the last one has come, or its CPU is gone. */
void storm_nmi_end(void)
{
	int cpu, i;

	for_each_online_cpu(cpu)
		while (atomic_read(&per_cpu(piles, cpu).expected))
			schedule_timeout_uninterruptible(1);
	unregister_nmi_handler(NMI_LOCAL, "slubwatch_storm");
	for_each_possible_cpu(cpu)
		for (i = 0; i < PILE; i++)
			kfree(per_cpu(piles, cpu).objects[i]);
}

#endif /* STORM_NMI */
