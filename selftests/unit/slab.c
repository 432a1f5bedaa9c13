// SPDX-License-Identifier: GPL-2.0
/*
 * Synthetic slabs: see slab.h.
 */
#include <stdlib.h>

#include "freeptr.h"
#include "slab.h"
#include "unit.h"

u64 slab_random(void)
{
	static u64 x = 0x5eed5eed5eed5eedull;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

unsigned long slab_object(const struct slab_model *m, u32 index)
{
	return m->s.base + m->g.red_left + (unsigned long)index * m->g.size;
}

unsigned long *slab_slot(const struct slab_model *m, u32 index)
{
	return (unsigned long *)(slab_object(m, index) + m->g.offset);
}

/* The formula encodes and decodes alike. */
unsigned long slab_encode(const struct slab_model *m, u32 index,
			  unsigned long to)
{
	return slw_freeptr_decode(&m->g, to, (unsigned long)slab_slot(m, index));
}

static void shuffle(u32 *order, u32 n)
{
	u32 i, j, t;

	for (i = n; i > 1; i--) {
		j = (u32)(slab_random() % i);
		t = order[i - 1];
		order[i - 1] = order[j];
		order[j] = t;
	}
}

static void link_chain(struct slab_model *m)
{
	u32 i;

	for (i = 0; i < m->free; i++)
		*slab_slot(m, m->chain[i]) = slab_encode(m, m->chain[i],
			i + 1 < m->free ? slab_object(m, m->chain[i + 1]) : 0);
	m->s.freelist = m->free ? slab_object(m, m->chain[0]) : 0;
}

/* Objects in use hold what users write: anything. */
static void fill(struct slab_model *m, size_t bytes)
{
	u64 *word = m->memory;
	size_t i;

	for (i = 0; i < bytes / sizeof(*word); i++)
		word[i] = slab_random();
}

void slab_make(struct slab_model *m, const struct slab_shape *shape, u32 free)
{
	size_t bytes = 4096ul << shape->order;
	u32 objects = (u32)(bytes / shape->size), i;

	if (objects > SLAB_MAX_OBJECTS)
		objects = SLAB_MAX_OBJECTS;
	m->memory = aligned_alloc(4096, bytes);
	fill(m, bytes);
	m->g = (struct slw_geometry) {
		.cache = 0x1234,
		.random = (unsigned long)slab_random(),
		.hardened = shape->hardened,
		.size = shape->size,
		.object_size = shape->size,
		.offset = shape->offset,
		.red_left = shape->red_left,
		.oo = shape->order << SLW_OO_SHIFT | objects,
		.min = shape->order << SLW_OO_SHIFT | objects,
	};
	slw_stride_init(&m->g.stride, m->g.size);
	m->s = (struct slw_slab) {
		.page = 0x5678,
		.base = (unsigned long)m->memory,
		.cache = m->g.cache,
		.inuse = objects - free,
		.objects = objects,
		.order = shape->order,
		.is_slab = true,
	};
	for (i = 0; i < objects; i++)
		m->chain[i] = i;
	shuffle(m->chain, objects);
	m->free = free;
	link_chain(m);
}

void slab_drop(struct slab_model *m)
{
	free(m->memory);
}

/* A lane says the same as a walk with a bitmap, as far as it says anything. */
static void compare_lane(const struct slab_model *m, const struct slw_verdict *v)
{
	struct slw_scouts stay = { .every = 1 };
	struct slw_lanes lanes = {};

	slw_lanes_add(&lanes, &m->g, &m->s, 7);
	EXPECT(slw_lanes_walk(&lanes, &m->g, SLAB_MAX_OBJECTS + 1, &stay));
	EXPECT_EQ(lanes.walking, 0);
	EXPECT_EQ(lanes.suspect, v->outcome == SLW_CLEAN ? 0 : 1 << 7);
}

void slab_judge(const struct slab_model *m, struct slw_verdict *v)
{
	static unsigned long seen[BITS_TO_LONGS(SLAB_MAX_OBJECTS + 1)];
	struct slw_chain c;

	memset(seen, 0, sizeof(seen));
	slw_chain_start(&c, &m->g, &m->s, m->s.freelist, seen);
	slw_chain_walk(&c, SLAB_MAX_OBJECTS + 1);
	slw_chain_verdict(&c, (int)(m->s.objects - m->s.inuse), 0, v);
	compare_lane(m, v);
}
