// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors overwritten: struct pages, which are pages' of ours, and the
 * pointers in the kmem_cache.
 */
#include "inject.h"

#include <linux/mm.h>
#include <linux/page-flags.h>

#include "../../module/compat.h"

/* The word whose lowest bit tells a tail page, and whose others its head. */
static unsigned long *head_word(const struct job *j)
{
	return (unsigned long *)&virt_to_page((void *)j->no_slab)->lru;
}

static void deface(struct job *j)
{
	j->head_word = READ_ONCE(*head_word(j));
	j->defaced = true;
	WRITE_ONCE(*head_word(j), 0x4141414141414141ul);
}

void inj_heal(struct job *j)
{
	if (j->defaced)
		WRITE_ONCE(*head_word(j), j->head_word);
	j->defaced = false;
}

int act_defaced_link(struct job *j, unsigned long arg)
{
	unsigned long slot;

	j->i = j->nr - 2;
	j->object = j->chain[j->i];
	j->decoded = j->no_slab;
	j->raw = inj_code(j->t, j->decoded, j->object);
	slot = j->object + j->t->g.offset;
	inj_patch(j, slot, sizeof(slot), j->raw);
	deface(j);
	return 0;
}

int act_defaced_entry(struct job *j, unsigned long arg)
{
	act_entry(j, j->no_slab);
	j->slab = 0;
	deface(j);
	return 0;
}

/*
 * An entry in the second page of a slab of this cache whose descriptor has lost
 * its mark of a large one, and says twice as many objects as a small one has.
 */
int act_headless_entry(struct job *j, unsigned long arg)
{
	unsigned long real = inj_slab_of(word_at(j->sheaf + slw_layout.sheaf.objects +
						 j->i * sizeof(long)));
	unsigned long page = (unsigned long)virt_to_page((void *)j->no_slab);
	u32 objects = 2 * inj_objects(real), size = j->t->g.size;

	if (compound_order((struct page *)real))
		return -EOPNOTSUPP;
	inj_patch(j, page + offsetof(struct page, page_type), sizeof(u32),
		  u32_at(real + offsetof(struct page, page_type)));
	inj_patch(j, page + slw_layout.slab.slab_cache, sizeof(long),
		  (unsigned long)j->t->s);
	inj_patch(j, page + slw_layout.slab.counters, sizeof(u32), objects << 16);
	act_entry(j, j->no_slab + j->t->g.red_left + objects * 3 / 4 * size);
	inj_patch(j, page, sizeof(long),
		  slw_page_flags((struct page *)page) & ~BIT(PG_head));
	j->raw = objects;
	return 0;
}

/* Where the cache keeps its pointers, as far as this kernel has them. */
static unsigned long pointer_at(const struct job *j, enum inj_pointer which)
{
	const typeof(slw_layout.cache) *l = &slw_layout.cache;
	unsigned long s = (unsigned long)j->t->s;

	switch (which) {
	case INJ_POINTER_CPU:
		return j->t->cpu_slab ? s + l->cpu_slab : 0;
	case INJ_POINTER_SHEAVES:
		return j->t->pcs ? s + l->cpu_sheaves : 0;
	case INJ_POINTER_BARN:
		return slw_has(l->per_node) ? s + l->per_node + l->per_node_barn : 0;
	default:
		return s + (slw_has(l->per_node) ?
			    l->per_node + l->per_node_node : l->node);
	}
}

/* Nothing that could be told: not a list is to be had.  But nobody may fall. */
int act_cache_pointer(struct job *j, unsigned long which)
{
	unsigned long at = pointer_at(j, which);

	if (!at)
		return -EOPNOTSUPP;
	inj_patch(j, at, sizeof(at), 0x4141414141414140ul);
	return 0;
}
