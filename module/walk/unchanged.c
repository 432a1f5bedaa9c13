// SPDX-License-Identifier: GPL-2.0
/*
 * Slabs that are as the patrol left them: see unchanged.h.
 *
 * One table for all lists, sized by the machine's memory: where two slabs share
 * a place, the later one has it and the other is walked, which is never wrong.
 * The sweep lock protects it.
 */
#include "walk/unchanged.h"

#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/mm.h>

#include "counters.h"

/* A place for so many pages of memory, 2 to this; it takes 4 bytes. */
#define PAGES_SHIFT	7
#define LEAST_SHIFT	8
#define MOST_SHIFT	17

/**
 * struct look - a slab that was found clean
 * @print:	of everything that a push or a pop changes, and of whose it is
 * @due:	sweep in which its chain is walked again, its low bits
 */
struct look {
	u32 print:22;
	u32 due:10;
};

#define DUE_MASK	((1u << 10) - 1)	/* the parameter's limit is 1000 */

static struct look *looks;
static unsigned int shift;		/* 2 to this are there */

static struct look *look_of(const struct slw_slab *s)
{
	return &looks[hash_long(s->page, shift)];
}

/* Two slabs in four million have the same: for @bound sweeps.  Never 0. */
static u32 print_of(const struct slw_slab *s)
{
	const unsigned long words[] = {
		s->page, s->cache, s->freelist,
		(unsigned long)s->objects << 32 | s->inuse,
	};

	return jhash(words, sizeof(words), 0) >> 10 ?: 1;
}

bool slw_unchanged(const struct slw_slab *s, u32 sweep, u32 bound)
{
	const struct look *look = look_of(s);

	/* Also false for a time that a higher bound had set. */
	return ((look->due - sweep - 1) & DUE_MASK) < bound - 1 &&
	       look->print == print_of(s);
}

void slw_unchanged_note(const struct slw_slab *s, u32 sweep, u32 bound)
{
	u32 print = print_of(s);

	*look_of(s) = (struct look) {
		.print = print,
		.due = sweep + 1 + (print + sweep) % bound,
	};
}

void slw_unchanged_forget(const struct slw_slab *s)
{
	*look_of(s) = (struct look) {};
}

int slw_unchanged_init(void)
{
	shift = clamp(ilog2(totalram_pages() >> PAGES_SHIFT | 1), LEAST_SHIFT,
		      MOST_SHIFT);
	looks = kvcalloc(1 << shift, sizeof(*looks), GFP_KERNEL);
	if (!looks)
		return -ENOMEM;
	slw_count_memory(sizeof(*looks) << shift);
	return 0;
}

void slw_unchanged_exit(void)
{
	kvfree(looks);
}
