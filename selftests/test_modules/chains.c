// SPDX-License-Identifier: GPL-2.0
/*
 * Damage to a free pointer, and what must come of it.
 *
 * Whatever is written, the consequence follows from where the new link leads:
 * nowhere, out of the slab, back, ahead, or to an object that is not free.  The
 * victim is chosen so that it is the one its row promises.
 */
#include "inject.h"

/**
 * struct outcome - what a walk of the damaged chain must find
 * @kind:	of finding, %INJ_NOTHING, or %INJ_NO_ROW if it cannot be told
 * @object:	the object whose link is bad, the last one of a chain of a wrong
 *		length, or the one that is on two lists
 */
struct outcome {
	int kind;
	unsigned long object;
};

static bool is_on_grid(const struct job *j, unsigned long addr)
{
	unsigned long base = (unsigned long)page_address((void *)j->slab);
	unsigned long start = base + j->t->g.red_left;
	unsigned long span = (unsigned long)inj_objects(j->slab) * j->t->g.size;

	return addr >= start && addr < start + span &&
	       (addr - start) % j->t->g.size == 0;
}

/* The chain ends well, but has another length. */
static struct outcome miscounted(const struct job *j, unsigned long last)
{
	bool counted = j->place != SLUBWATCH_PLACE_CPU_FREELIST;

	return (struct outcome) {
		counted ? SLUBWATCH_KIND_COUNT : INJ_NOTHING, last
	};
}

static bool is_on_cpu_freelist(const struct job *j, unsigned long object)
{
	unsigned long pos;

	if (j->place != SLUBWATCH_PLACE_CPU_SLAB)
		return false;
	pos = word_at(j->hub + slw_layout.cpu.freelist);
	while (pos && pos != object)
		pos = inj_next(j->t, pos);
	return pos;
}

static struct outcome predict(const struct job *j, unsigned long to)
{
	unsigned long victim = j->chain[j->i];
	unsigned int k;

	if (!to)
		return miscounted(j, victim);
	if (!is_on_grid(j, to))
		return (struct outcome) { SLUBWATCH_KIND_FREEPTR, victim };
	for (k = 0; k < j->nr && j->chain[k] != to; k++)
		;
	if (k <= j->i)
		return (struct outcome) { SLUBWATCH_KIND_CYCLE, victim };
	if (k > j->i + 1 && k < j->nr)
		return miscounted(j, j->chain[j->nr - 1]);
	if (is_on_cpu_freelist(j, to))
		return (struct outcome) { SLUBWATCH_KIND_DUPLICATE, to };
	/* An object in use, whose words can be anything; or no change at all. */
	return (struct outcome) { INJ_NO_ROW };
}

static bool try_victim(struct job *j)
{
	unsigned long victim = j->chain[j->i], raw;
	struct outcome o;

	if (j->row->link(j, j->row->arg, &raw))
		return false;
	o = predict(j, inj_code(j->t, raw, victim));
	if (o.kind != j->kind)
		return false;
	j->object = o.object;
	j->raw = raw;
	j->decoded = inj_code(j->t, raw, victim);
	inj_patch(j, victim + j->t->g.offset, sizeof(raw), raw);
	return true;
}

/*
 * From the end of the chain, so that the machine, which allocates from its
 * head, is unlikely to come by; not the last object, whose link is NULL.
 */
int inj_damage_link(struct job *j)
{
	for (j->i = j->nr - 2; j->i >= 2; j->i--)
		if (try_victim(j))
			return 0;
	return -EAGAIN;
}
