// SPDX-License-Identifier: GPL-2.0
/*
 * Links: what is to be stored in the slot of j->chain[j->i]; see chains.c.
 */
#include "inject.h"

#include <linux/random.h>

static int store(const struct job *j, unsigned long to, unsigned long *raw)
{
	*raw = inj_code(j->t, to, j->chain[j->i]);
	return 0;
}

int link_raw(const struct job *j, unsigned long arg, unsigned long *raw)
{
	*raw = arg;
	return 0;
}

int link_decoded(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return store(j, arg, raw);
}

/* Four bytes at @arg in the word: a USB LANGID descriptor, field case A2. */
int link_overlay(const struct job *j, unsigned long arg, unsigned long *raw)
{
	static const u8 langid[] = { 0x04, 0x03, 0x09, 0x04 };

	*raw = word_at(inj_slot(j));
	memcpy((u8 *)raw + arg, langid, sizeof(langid));
	return 0;
}

/* Byte @arg of the pointer, or the next one up that is not zero anyway (arm64). */
int link_zero_byte(const struct job *j, unsigned long arg, unsigned long *raw)
{
	unsigned long to = inj_code(j->t, word_at(inj_slot(j)), j->chain[j->i]);

	while (arg < sizeof(to) - 1 && !(to >> 8 * arg & 0xff))
		arg++;
	return store(j, to & ~(0xfful << 8 * arg), raw);
}

int link_zero_raw_byte(const struct job *j, unsigned long arg,
		       unsigned long *raw)
{
	unsigned long word = word_at(inj_slot(j));

	/* Noise may have a zero there: then a byte that leads out of any memory. */
	if (j->t->g.hardened && !(word >> 8 * arg & 0xff))
		arg = word >> 8 * 4 & 0xff ? 4 : 5;
	*raw = word & ~(0xfful << 8 * arg);
	return *raw == word ? -EAGAIN : 0;
}

int link_flip(const struct job *j, unsigned long arg, unsigned long *raw)
{
	*raw = word_at(inj_slot(j)) ^ BIT(arg);
	return 0;
}

/* Bit 12, or in slabs larger than a page the first that leads out of them. */
int link_flip_order(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return link_flip(j, PAGE_SHIFT + compound_order((void *)j->slab), raw);
}

/*
 * Not what may be an address once it is decoded, and would rather be told as that: of
 * five levels of page tables one word in 128 is one.
 */
int link_noise(const struct job *j, unsigned long arg, unsigned long *raw)
{
	unsigned long top;

	do {
		get_random_bytes(raw, sizeof(*raw));
		top = inj_code(j->t, *raw, j->chain[j->i]) >> (BITS_PER_LONG - 8);
	} while (!top || top == 0xff);
	return 0;
}

int link_back(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return store(j, j->chain[j->i - arg], raw);
}

/* A link that one flipped bit turns into another: from @first up to @end. */
static int flip_to(const struct job *j, unsigned int first, unsigned int end,
		   unsigned long *raw)
{
	unsigned long now = j->chain[j->i + 1];
	unsigned int k;

	for (k = first; k < end; k++)
		if (hweight_long(now ^ j->chain[k]) == 1)
			return store(j, j->chain[k], raw);
	return -EAGAIN;
}

int link_flip_back(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return flip_to(j, 0, j->i + 1, raw);
}

int link_flip_ahead(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return flip_to(j, j->i + 2, j->nr, raw);
}

int link_cpu_freelist(const struct job *j, unsigned long arg,
		      unsigned long *raw)
{
	return store(j, word_at(j->hub + slw_layout.cpu.freelist), raw);
}

int link_other_slab(const struct job *j, unsigned long arg, unsigned long *raw)
{
	unsigned int i;

	for (i = 0; i < j->stock.n; i++)
		if (inj_slab_of(j->stock.objects[i]) != j->slab)
			return store(j, j->stock.objects[i], raw);
	return -EAGAIN;
}

int link_foreign(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return store(j, j->foreign, raw);
}

int link_foreign_raw(const struct job *j, unsigned long arg,
		     unsigned long *raw)
{
	*raw = j->foreign;
	return 0;
}

int link_free_page(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return store(j, j->free_page, raw);
}

int link_kernel(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return store(j, (unsigned long)panic, raw);
}

int link_kernel_raw(const struct job *j, unsigned long arg, unsigned long *raw)
{
	*raw = (unsigned long)panic;
	return 0;
}

int link_no_slab(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return store(j, j->no_slab, raw);
}
