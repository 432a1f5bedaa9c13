// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: any bytes are a cache's numbers, a slab, and what was written over
 * both.  What passes the checks is walked; a load outside the slab's pages is
 * the sanitizer's, and every verdict must be that of a second, plainer walk.
 */
#include <stdlib.h>

#include "check.h"
#include "freelist.h"
#include "lanes.h"
#include "unit.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define MOST_ORDER	3
#define CHAINS		3

/* The input, eaten from its front; zeros when there is no more. */
struct input {
	const u8 *data;
	size_t left;
};

static u64 eat(struct input *in, size_t bytes)
{
	u64 value = 0;

	if (bytes > in->left)
		bytes = in->left;
	memcpy(&value, in->data, bytes);
	in->data += bytes;
	in->left -= bytes;
	return value;
}

/**
 * struct subject - what a run looks at
 * @g:		numbers of the cache
 * @s:		the slab
 * @memory:	the slab's pages, nothing before and nothing behind them
 * @bytes:	of @memory
 */
struct subject {
	struct slw_geometry g;
	struct slw_slab s;
	u8 *memory;
	size_t bytes;
};

/* A cache as calculate_sizes() makes it, of small numbers. */
static void make_numbers(struct subject *t, struct input *in)
{
	u32 order = (u32)eat(in, 1) % (MOST_ORDER + 1);
	u32 size = 8 * (1 + (u32)eat(in, 1)), oo;

	t->bytes = PAGE_SIZE << order;
	t->memory = aligned_alloc(PAGE_SIZE, t->bytes);
	memset(t->memory, 0, t->bytes);
	oo = order << SLW_OO_SHIFT | (u32)(t->bytes / size);
	t->g = (struct slw_geometry) {
		.cache = 0xcac8e,
		.random = (unsigned long)eat(in, 8),
		.hardened = eat(in, 1) & 1,
		.size = size,
		.offset = 8 * ((u32)eat(in, 1) % (size / 8)),
		.oo = oo,
		.min = oo,
	};
	t->s = (struct slw_slab) {
		.base = (unsigned long)t->memory,
		.cache = t->g.cache,
		.objects = oo & SLW_OO_MASK,
		.order = order,
		.is_slab = true,
	};
}

static unsigned long object(const struct subject *t, u64 i)
{
	return t->s.base + t->g.red_left + i % t->s.objects * t->g.size;
}

/* By its own formula: see CONFIG_SLAB_FREELIST_HARDENED in slub.c. */
static unsigned long code(const struct subject *t, unsigned long word,
			  unsigned long slot)
{
	return t->g.hardened ? word ^ t->g.random ^ __builtin_bswap64(slot) : word;
}

/* Free some objects: each is pushed in front of the ones before. */
static void free_some(struct subject *t, struct input *in)
{
	u32 n = (u32)eat(in, 1) % t->s.objects, i;
	u32 stride = 1 + (u32)eat(in, 1);

	for (i = 0; i < n; i++) {
		unsigned long at = object(t, (u64)i * stride);
		unsigned long slot = at + t->g.offset;

		*(unsigned long *)slot = code(t, t->s.freelist, slot);
		t->s.freelist = at;
	}
	t->s.inuse = t->s.objects - n;
}

enum { LINK, NEAR, WORD, BYTE, HEAD, COUNTERS, NUMBERS, NR_DAMAGES };

static void overwrite(void *at, size_t bytes, struct input *in)
{
	u64 value = eat(in, bytes);

	memcpy(at, &value, bytes);
}

static void damage(struct subject *t, struct input *in)
{
	u32 kind = (u32)eat(in, 1) % NR_DAMAGES;
	unsigned long slot = object(t, eat(in, 2)) + t->g.offset;
	u32 *const numbers[] = {
		&t->g.size, &t->g.offset, &t->g.red_left, &t->g.oo, &t->g.min,
	};

	switch (kind) {
	case LINK:
		*(unsigned long *)slot = code(t, object(t, eat(in, 2)), slot);
		break;
	case NEAR:
		*(unsigned long *)slot = code(t, t->s.base - 64 + eat(in, 2), slot);
		break;
	case WORD:
		overwrite((void *)slot, sizeof(long), in);
		break;
	case BYTE:
		t->memory[eat(in, 2) % t->bytes] = (u8)eat(in, 1);
		break;
	case HEAD:
		t->s.freelist = t->s.base - 64 + eat(in, 2);
		break;
	case COUNTERS:
		overwrite(eat(in, 1) & 1 ? &t->s.inuse : &t->s.objects, 2, in);
		break;
	case NUMBERS:
		*numbers[eat(in, 1) % ARRAY_SIZE(numbers)] += (u32)(signed char)eat(in, 1);
	}
}

/* The plain walk: one load at a time, a byte for each object that was met. */
static enum slw_chain_state walk_plainly(const struct subject *t,
					 unsigned long head, const u8 *other,
					 u8 *met, struct slw_chain *c)
{
	unsigned long first = t->s.base + t->g.red_left;

	*c = (struct slw_chain) { .pos = head, .raw = head };
	while (c->pos) {
		unsigned long i = (c->pos - first) / t->g.size;

		if (c->pos < first || i >= t->s.objects ||
		    (c->pos - first) % t->g.size)
			return SLW_CHAIN_WILD;
		if (met[i])
			return SLW_CHAIN_CYCLE;
		met[i] = 1;
		if (other && other[i])
			return SLW_CHAIN_SHARED;
		c->found++;
		c->prev = c->pos;
		memcpy(&c->raw, (void *)(c->pos + t->g.offset), sizeof(c->raw));
		c->pos = code(t, c->raw, c->pos + t->g.offset);
	}
	return SLW_CHAIN_ENDED;
}

static void compare(const struct slw_chain *c, const struct slw_chain *plain,
		    enum slw_chain_state state)
{
	if (c->state != state || c->found != plain->found ||
	    c->pos != plain->pos || c->prev != plain->prev || c->raw != plain->raw)
		abort();
}

/* A lane is sound if the plain walk ends, after as many as there have to be. */
static void compare_lane(const struct subject *t, unsigned long head,
			 const struct slw_chain *plain,
			 enum slw_chain_state state)
{
	struct slw_scouts stay = { .every = 1 };
	struct slw_lanes lanes = {};
	struct slw_slab s = t->s;
	bool sound;

	s.freelist = head;
	sound = state == SLW_CHAIN_ENDED && plain->found == s.objects - s.inuse;
	slw_lanes_add(&lanes, &t->g, &s, SLW_LANES - 1);
	if (!slw_lanes_walk(&lanes, &t->g, SLW_MAX_OBJECTS + 1, &stay))
		abort();
	if (lanes.walking || lanes.suspect != (u64)!sound << (SLW_LANES - 1))
		abort();
}

/* Only an end is ever clean, and only with the right count. */
static void check_verdict(const struct subject *t, const struct slw_chain *c)
{
	u32 expect = t->s.objects - t->s.inuse;
	struct slw_verdict v;

	slw_chain_verdict(c, (int)expect, 0, &v);
	if (c->state == SLW_CHAIN_ENDED && c->found == expect) {
		if (v.outcome != SLW_CLEAN)
			abort();
		return;
	}
	if (v.outcome == SLW_CLEAN)
		abort();
	if (v.outcome == SLW_SUSPECT && v.kind >= SLUBWATCH_NR_KINDS)
		abort();
}

/* The slab's chain, one from another head, and one compared with the first. */
static void walk(const struct subject *t, struct input *in)
{
	static unsigned long seen[CHAINS][BITS_TO_LONGS(SLW_MAX_OBJECTS + 1)];
	static u8 met[CHAINS][SLW_MAX_OBJECTS + 1];
	unsigned long heads[CHAINS] = {
		t->s.freelist, object(t, eat(in, 2)), object(t, eat(in, 2)),
	};
	struct slw_chain chains[CHAINS], plain;
	unsigned int hops = 1 + (u8)eat(in, 1), i, rounds;

	memset(seen, 0, sizeof(seen));
	memset(met, 0, sizeof(met));
	for (i = 0; i < CHAINS; i++)
		slw_chain_start(&chains[i], &t->g, &t->s, heads[i], seen[i]);
	for (i = 0; i < CHAINS - 1; i++)
		for (rounds = 0; !slw_chain_walk(&chains[i], hops); rounds++)
			if (rounds >= SLW_MAX_OBJECTS)
				abort();
	/* The last one shares the slab with the first, whose walk is over. */
	chains[CHAINS - 1].other = seen[0];
	slw_chain_walk(&chains[CHAINS - 1], SLW_MAX_OBJECTS + 1);
	for (i = 0; i < CHAINS; i++) {
		enum slw_chain_state state = walk_plainly(t, heads[i],
			i == CHAINS - 1 ? met[0] : NULL, met[i], &plain);

		compare(&chains[i], &plain, state);
		if (i < CHAINS - 1)
			compare_lane(t, heads[i], &plain, state);
		check_verdict(t, &chains[i]);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const struct slw_expect any = {
		.frozen = -1, .mark = -1, .node = -1,
	};
	struct input in = { data, size };
	struct slw_verdict v;
	struct subject t;
	u32 damages;

	make_numbers(&t, &in);
	free_some(&t, &in);
	for (damages = (u32)eat(&in, 1) % 8; damages; damages--) {
		damage(&t, &in);
		if (!slw_check_geometry(&t.g) ||
		    !slw_check_slab(&t.g, &t.s, &any, &v))
			goto out;
	}
	slw_check_entry(&t.g, t.s.base - 64 + eat(&in, 2), &t.s, &v);
	slw_stride_init(&t.g.stride, t.g.size);
	walk(&t, &in);
out:
	free(t.memory);
	return 0;
}
