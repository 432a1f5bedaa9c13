// SPDX-License-Identifier: GPL-2.0
/*
 * Damage to objects, to the numbers of a slab, to a CPU's slab and to the cache.
 */
#include "inject.h"

#include <linux/kernel.h>
#include <linux/page-flags.h>

#include "../../module/compat.h"

int act_nothing(struct job *j, unsigned long arg)
{
	return 0;
}

/* Behind the free pointer: nothing of the list is touched. */
int act_miss(struct job *j, unsigned long arg)
{
	j->i = j->nr - 2;
	inj_expect(j, j->chain[j->i], arg);
	inj_patch(j, inj_slot(j) + sizeof(long), sizeof(u32), arg);
	return 0;
}

/* The object of this slab that is still held. */
static unsigned long held_object(const struct job *j)
{
	unsigned int i;

	for (i = 0; i < j->stock.n; i++)
		if (inj_slab_of(j->stock.objects[i]) == j->slab)
			return j->stock.objects[i];
	return 0;
}

/* To an object in use, in whose words there is text. */
int act_used(struct job *j, unsigned long arg)
{
	unsigned long used = held_object(j), raw;

	if (!used)
		return -EAGAIN;
	j->i = j->nr - 2;
	inj_patch_word(j, used + j->t->g.offset, arg);
	raw = inj_code(j->t, used, j->chain[j->i]);
	inj_patch_word(j, inj_slot(j), raw);
	j->object = used;
	j->raw = arg;
	j->decoded = inj_code(j->t, arg, used);
	return 0;
}

static unsigned long distance(unsigned long a, unsigned long b)
{
	return a > b ? a - b : b - a;
}

/* An object held in another slab, the nearest one. */
static unsigned long held_nearby(const struct job *j, unsigned long here)
{
	unsigned long object, best = 0;
	unsigned int i;

	for (i = 0; i < j->stock.n; i++) {
		object = j->stock.objects[i];
		if (inj_slab_of(object) != j->slab &&
		    (!best || distance(object, here) < distance(best, here)))
			best = object;
	}
	return best;
}

/* The link, and the same word in objects in use: of its slab, and of another. */
int act_same(struct job *j, unsigned long arg)
{
	unsigned long here = held_object(j), other = held_nearby(j, here);

	if (!here || !other)
		return -EAGAIN;
	j->i = j->nr - 2;
	inj_patch_word(j, here + sizeof(long), arg);
	inj_patch_word(j, other + sizeof(long), arg);
	inj_patch_word(j, inj_slot(j), arg);
	j->object = j->chain[j->i];
	j->raw = arg;
	j->decoded = inj_code(j->t, arg, j->object);
	return 0;
}

int act_head(struct job *j, unsigned long arg)
{
	inj_patch_word(j, j->head_at, arg);
	inj_expect(j, 0, arg);
	return 0;
}

/* The low half of the word only: in 7.x the upper one is not about counts. */
static void patch_counters(struct job *j, u32 counters)
{
	inj_patch(j, j->slab + slw_layout.slab.counters, sizeof(u32), counters);
}

int act_inuse(struct job *j, unsigned long arg)
{
	patch_counters(j, inj_counters(j->slab) + (u32)arg);
	inj_expect(j, j->chain[j->nr - 1], 0);
	return 0;
}

int act_inuse_over(struct job *j, unsigned long arg)
{
	u32 objects = inj_objects(j->slab);

	patch_counters(j, (inj_counters(j->slab) & ~0xffffu) + objects + 1);
	inj_expect(j, 0, objects + 1);
	return 0;
}

int act_objects(struct job *j, unsigned long arg)
{
	patch_counters(j, inj_counters(j->slab) + (1u << 16));
	inj_expect(j, 0, inj_objects(j->slab));
	return 0;
}

int act_frozen(struct job *j, unsigned long arg)
{
	patch_counters(j, inj_counters(j->slab) ^ 1u << 31);
	inj_expect(j, 0, inj_counters(j->slab) >> 31);
	return 0;
}

int act_slab_cache(struct job *j, unsigned long arg)
{
	unsigned long at = slw_layout.slab.slab_cache;
	unsigned long other = word_at(inj_slab_of(j->foreign) + at);

	inj_patch_word(j, j->slab + at, other);
	inj_expect(j, 0, other);
	return 0;
}

/* Is the victim's slab marked as being on a node's list (since 6.8)? */
bool inj_marked(const struct job *j)
{
	return slw_page_flags((struct page *)j->slab) & BIT(PG_workingset);
}

int act_mark(struct job *j, unsigned long arg)
{
	struct page *page = (struct page *)j->slab;
	bool marked = inj_marked(j);

	inj_patch_word(j, (unsigned long)&page->flags,
		   slw_page_flags(page) ^ BIT(PG_workingset));
	inj_expect(j, 0, !marked);
	return 0;
}

int act_cpu_state(struct job *j, unsigned long arg)
{
	unsigned long freelist = word_at(j->hub + slw_layout.cpu.freelist);

	inj_patch_word(j, j->hub + slw_layout.cpu.slab, 0);
	j->list = SLUBWATCH_PLACE_CPU_SLAB;
	j->slab = 0;
	inj_expect(j, freelist, freelist);
	return 0;
}

int act_cpu_no_slab(struct job *j, unsigned long arg)
{
	j->slab = arg ?: (unsigned long)virt_to_page((void *)j->no_slab);
	inj_patch_word(j, j->hub + slw_layout.cpu.slab, j->slab);
	j->list = SLUBWATCH_PLACE_CPU_SLAB;
	inj_expect(j, 0, 0);
	return 0;
}

/* A free pointer that begins where the object ends. */
int act_offset(struct job *j, unsigned long arg)
{
	unsigned long s = (unsigned long)j->t->s;

	inj_patch(j, s + slw_layout.cache.offset, sizeof(u32), j->t->g.size);
	j->slab = 0;
	inj_expect(j, s, j->t->g.size);
	return 0;
}

/* Text over the size, as somebody else's object would leave it. */
int act_size(struct job *j, unsigned long arg)
{
	unsigned long s = (unsigned long)j->t->s;

	inj_patch(j, s + slw_layout.cache.size, sizeof(u32), arg);
	j->slab = 0;
	inj_expect(j, s, (u32)arg);
	return 0;
}
