// SPDX-License-Identifier: GPL-2.0
/*
 * Damage to sheaves; the victim is entry j->i of j->sheaf.
 */
#include "inject.h"

static unsigned long entry_at(unsigned long sheaf, unsigned int i)
{
	return sheaf + slw_layout.sheaf.objects + i * sizeof(long);
}

int act_entry(struct job *j, unsigned long arg)
{
	inj_patch_word(j, entry_at(j->sheaf, j->i), arg);
	inj_expect(j, arg, arg);
	j->slab = virt_addr_valid((void *)arg) ? inj_slab_of(arg) : 0;
	return 0;
}

/* The only entry of a sheaf: none is left without it. */
int act_entry_only(struct job *j, unsigned long arg)
{
	inj_patch(j, j->sheaf + slw_layout.sheaf.size, sizeof(u32), 1);
	j->i = 0;
	return act_entry(j, arg);
}

int act_entry_add(struct job *j, unsigned long arg)
{
	return act_entry(j, word_at(entry_at(j->sheaf, j->i)) + arg);
}

int act_entry_twice(struct job *j, unsigned long arg)
{
	return act_entry(j, word_at(entry_at(j->sheaf, j->i + 1)));
}

/* Of the same CPU: the main one. */
int act_entry_other_sheaf(struct job *j, unsigned long arg)
{
	unsigned long main = word_at(j->hub + slw_layout.pcs.main);

	if (!u32_at(main + slw_layout.sheaf.size))
		return -EAGAIN;
	return act_entry(j, word_at(entry_at(main, 0)));
}

int act_entry_foreign(struct job *j, unsigned long arg)
{
	return act_entry(j, j->foreign);
}

int act_entry_no_slab(struct job *j, unsigned long arg)
{
	return act_entry(j, j->no_slab);
}

int act_entry_free(struct job *j, unsigned long arg)
{
	return j->free ? act_entry(j, j->free) : -EAGAIN;
}

int act_sheaf_size(struct job *j, unsigned long arg)
{
	bool is_empty = j->place == SLUBWATCH_PLACE_BARN_EMPTY;
	u32 size = is_empty ? 1 : j->t->capacity + 1;

	inj_patch(j, j->sheaf + slw_layout.sheaf.size, sizeof(u32), size);
	inj_expect(j, j->sheaf, size);
	return 0;
}

int act_sheaf_cache(struct job *j, unsigned long arg)
{
	unsigned long at = slw_layout.slab.slab_cache;
	unsigned long other = word_at(inj_slab_of(j->foreign) + at);

	inj_patch_word(j, j->sheaf + slw_layout.sheaf.cache, other);
	inj_expect(j, j->sheaf, other);
	return 0;
}

int act_sheaf_pointer(struct job *j, unsigned long arg)
{
	inj_patch_word(j, j->head_at, arg);
	inj_expect(j, arg, arg);
	return 0;
}

int act_sheaf_same(struct job *j, unsigned long arg)
{
	act_sheaf_pointer(j, word_at(j->hub + slw_layout.pcs.main));
	j->object = j->hub;
	return 0;
}
