// SPDX-License-Identifier: GPL-2.0
/*
 * What is written, and how it is taken back.  All of it runs under the lock of
 * the place (places.c), so the kernel sees either all or nothing.
 */
#include "inject.h"

unsigned long inj_read(unsigned long at, unsigned int size)
{
	return size == sizeof(u32) ? u32_at(at) : word_at(at);
}

static void write_sized(unsigned long at, unsigned int size, unsigned long word)
{
	if (size == sizeof(u32))
		WRITE_ONCE(*(u32 *)at, (u32)word);
	else
		WRITE_ONCE(*(unsigned long *)at, word);
}

void inj_patch(struct job *j, unsigned long at, unsigned int size,
	       unsigned long new)
{
	struct patch *p = &j->patches[j->nr_patches];

	if (WARN_ON_ONCE(j->nr_patches == INJ_PATCHES))
		return;
	*p = (struct patch) {
		.at = at,
		.size = size,
		.old = inj_read(at, size),
		.new = size == sizeof(u32) ? (u32)new : new,
	};
	if (!inj_by_device)
		write_sized(at, size, new);
	j->nr_patches++;
}

void inj_patch_word(struct job *j, unsigned long at, unsigned long new)
{
	inj_patch(j, at, sizeof(new), new);
}

/* Was it written again by a later patch of ours? */
static bool is_covered(const struct job *j, unsigned int i)
{
	unsigned int k;

	for (k = i + 1; k < j->nr_patches; k++)
		if (j->patches[k].at == j->patches[i].at)
			return true;
	return false;
}

/* All or nothing: -ESTALE if somebody else wrote there meanwhile. */
int inj_restore(struct job *j)
{
	const struct patch *p;
	unsigned int i;

	for (i = 0; i < j->nr_patches; i++) {
		p = &j->patches[i];
		if (!is_covered(j, i) && inj_read(p->at, p->size) != p->new)
			return -ESTALE;
	}
	while (j->nr_patches) {
		p = &j->patches[--j->nr_patches];
		write_sized(p->at, p->size, p->old);
	}
	return 0;
}

void inj_expect(struct job *j, unsigned long object, unsigned long raw)
{
	j->object = object;
	j->raw = raw;
	j->decoded = raw;
}
