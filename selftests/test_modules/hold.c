// SPDX-License-Identifier: GPL-2.0
/*
 * Lists held still by the locks that the kernel itself takes.
 */
#include "inject.h"

#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "../../module/compat.h"

struct cpu_call {
	struct target *t;
	int (*fn)(struct target *t, void *arg);
	void *arg;
};

static int hold_cpu_slab(struct cpu_call *call)
{
	local_lock_t __percpu *lock;
	unsigned long flags;
	int ret;

	if (!slw_has(slw_layout.cpu.lock)) {
		local_irq_save(flags);
		ret = call->fn(call->t, call->arg);
		local_irq_restore(flags);
		return ret;
	}
	lock = (void __percpu *)(call->t->cpu_slab + slw_layout.cpu.lock);
	local_lock_irqsave(lock, flags);
	ret = call->fn(call->t, call->arg);
	local_unlock_irqrestore(lock, flags);
	return ret;
}

#ifdef local_trylock_irqsave
#define TRIES	1000

static int hold_sheaves(struct cpu_call *call)
{
	local_trylock_t __percpu *lock;
	unsigned long flags;
	int tries, ret;

	lock = (void __percpu *)(call->t->pcs + slw_layout.pcs.lock);
	for (tries = 0; tries < TRIES; tries++) {
		if (local_trylock_irqsave(lock, flags)) {
			ret = call->fn(call->t, call->arg);
			local_unlock_irqrestore(lock, flags);
			return ret;
		}
		cond_resched();
	}
	return -EAGAIN;
}
#else
static int hold_sheaves(struct cpu_call *call)
{
	return -EOPNOTSUPP;
}
#endif

static int hold_this_cpu(void *arg)
{
	struct cpu_call *call = arg;

	return call->t->pcs ? hold_sheaves(call) : hold_cpu_slab(call);
}

int inj_on_cpu(struct target *t, int cpu, int (*fn)(struct target *t, void *arg),
	       void *arg)
{
	struct cpu_call call = { t, fn, arg };

	return smp_call_on_cpu(cpu, hold_this_cpu, &call, false);
}

int inj_on_node(struct target *t, int node,
		int (*fn)(struct target *t, void *arg), void *arg)
{
	unsigned long n = inj_node(t, node), flags;
	slw_list_lock_t *lock;
	int ret;

	if (!n)
		return -ENOENT;
	lock = (void *)(n + slw_layout.node.list_lock);
	while (!slw_list_trylock(lock, flags))
		cond_resched();
	ret = fn(t, arg);
	slw_list_unlock(lock, flags);
	return ret;
}

int inj_on_barn(struct target *t, int node,
		int (*fn)(struct target *t, void *arg), void *arg)
{
	unsigned long barn = inj_barn(t, node), flags;
	spinlock_t *lock;	/* node_barn.lock */
	int ret;

	if (!barn)
		return -ENOENT;
	lock = (void *)(barn + slw_layout.barn.lock);
	spin_lock_irqsave(lock, flags);
	ret = fn(t, arg);
	spin_unlock_irqrestore(lock, flags);
	return ret;
}
