// SPDX-License-Identifier: GPL-2.0
/*
 * Looking ahead: the multiplication agrees with the division, and damage is
 * seen before the allocation that would follow it.
 */
#include "ahead.h"
#include "slab.h"
#include "unit.h"

static const struct slab_shape shapes[] = {
	{ .size = 256, .offset = 128, .order = 0, .hardened = true },
	{ .size = 192, .offset = 96, .order = 0, .hardened = true },
	{ .size = 384, .offset = 320, .red_left = 64, .order = 2, .hardened = true },
	{ .size = 96, .offset = 48, .order = 0 },
};

#define FREE	8

/* Every word that a slab of @size might have to tell from an object. */
static void compare_grids(u32 size)
{
	const struct slw_geometry g = { .size = size };
	const unsigned long start = 0x12345000;
	const u32 objects = 32768 / size + 1;
	struct slw_stride stride;
	unsigned long addr, wild;
	int i;

	slw_stride_init(&stride, size);
	for (addr = start - 2 * size; addr < start + 40000; addr += 4) {
		if (slw_on_grid(&stride, start, objects, addr) !=
		    (slw_grid_index(&g, start, objects * size, addr) >= 0)) {
			EXPECT_EQ(addr - start, -1);
			return;
		}
	}
	for (i = 0; i < 1000; i++) {
		wild = (unsigned long)slab_random();
		EXPECT_EQ(slw_on_grid(&stride, start, objects, wild),
			  slw_grid_index(&g, start, objects * size, wild) >= 0);
	}
}

static void grids(const void *arg)
{
	u32 size;

	for (size = 8; size <= 8192 && !unit_failures(); size += 8)
		compare_grids(size);
}

static enum slw_outcome look(const struct slab_model *m, u32 from, u32 last,
			     struct slw_verdict *v)
{
	return slw_look_ahead(&m->g, &m->s, slab_object(m, m->chain[from]),
			      last < FREE ? slab_object(m, m->chain[last]) : 0,
			      v);
}

static void link_to(const struct slab_model *m, u32 from, unsigned long to)
{
	*slab_slot(m, m->chain[from]) = slab_encode(m, m->chain[from], to);
}

static void for_shapes(void (*fn)(struct slab_model *m))
{
	struct slab_model m;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		slab_make(&m, &shapes[i], FREE);
		fn(&m);
		slab_drop(&m);
	}
}

/* The way to the end, from wherever it is begun; with no list at all, too. */
static void try_healthy(struct slab_model *m)
{
	struct slw_verdict v;
	u32 i;

	for (i = 1; i < FREE; i++) {
		EXPECT_EQ(look(m, i, i - 1, &v), SLW_CLEAN);
		EXPECT_EQ(v.found, FREE - i);
	}
	EXPECT_EQ(slw_look_ahead(&m->g, &m->s, 0,
				 slab_object(m, m->chain[FREE - 1]), &v),
		  SLW_CLEAN);
	EXPECT_EQ(slw_look_ahead(&m->g, &m->s, slab_object(m, m->chain[0]),
				 0xdeadul, &v), SLW_CLEAN);
}

static void healthy(const void *arg)
{
	for_shapes(try_healthy);
}

/* A link that leads out of the slab, or between objects, is its object's. */
static void try_wild(struct slab_model *m)
{
	const unsigned long words[] = {
		0x0072006900560338, slab_object(m, 0) + 8, slab_object(m, 0) - m->g.size,
		slab_object(m, m->s.objects), 8,
	};
	struct slw_verdict v;
	u32 i, k;

	for (k = 0; k < ARRAY_SIZE(words); k++) {
		for (i = 1; i < FREE; i++) {
			unsigned long was = *slab_slot(m, m->chain[i]);

			link_to(m, i, words[k]);
			EXPECT_EQ(look(m, 1, 0, &v), SLW_SUSPECT);
			EXPECT_EQ(v.kind, SLUBWATCH_KIND_FREEPTR);
			EXPECT_EQ(v.object, slab_object(m, m->chain[i]));
			EXPECT_EQ(v.raw, *slab_slot(m, m->chain[i]));
			EXPECT_EQ(v.decoded, words[k]);
			*slab_slot(m, m->chain[i]) = was;
		}
	}
}

static void wild(const void *arg)
{
	for_shapes(try_wild);
}

/* A head that is wrong is told as the link of the object handed out before. */
static void try_head(struct slab_model *m)
{
	unsigned long last = slab_object(m, m->chain[0]);
	struct slw_verdict v;

	EXPECT_EQ(slw_look_ahead(&m->g, &m->s, 0x1234, last, &v), SLW_SUSPECT);
	EXPECT_EQ(v.kind, SLUBWATCH_KIND_FREEPTR);
	EXPECT_EQ(v.object, last);
	EXPECT_EQ(v.raw, slab_encode(m, m->chain[0], 0x1234));
	EXPECT_EQ(slw_look_ahead(&m->g, &m->s, 0x1234, 0, &v), SLW_SUSPECT);
	EXPECT_EQ(v.kind, SLUBWATCH_KIND_HEAD);
	EXPECT_EQ(v.object, 0);
	EXPECT_EQ(v.raw, 0x1234);
}

static void head(const void *arg)
{
	for_shapes(try_head);
}

/* Back to any object before, the one that was handed out last included. */
static void try_cycle(struct slab_model *m)
{
	struct slw_verdict v;
	u32 i, k;

	for (i = 1; i < FREE; i++) {
		unsigned long was = *slab_slot(m, m->chain[i]);

		for (k = 0; k <= i; k++) {
			link_to(m, i, slab_object(m, m->chain[k]));
			EXPECT_EQ(look(m, 1, 0, &v), SLW_SUSPECT);
			EXPECT_EQ(v.kind, SLUBWATCH_KIND_CYCLE);
			EXPECT_EQ(v.object, slab_object(m, m->chain[i]));
		}
		*slab_slot(m, m->chain[i]) = was;
	}
	EXPECT_EQ(look(m, 0, 0, &v), SLW_SUSPECT);
	EXPECT_EQ(v.kind, SLUBWATCH_KIND_CYCLE);
	EXPECT_EQ(v.object, slab_object(m, m->chain[0]));
}

static void cycle(const void *arg)
{
	for_shapes(try_cycle);
}

/* What lies behind SLW_AHEAD links is not looked at; all before it is. */
static void bounded(const void *arg)
{
	static const struct slab_shape shape = { .size = 64, .offset = 32 };
	struct slw_verdict v;
	struct slab_model m;

	slab_make(&m, &shape, SLW_AHEAD + 4);
	link_to(&m, SLW_AHEAD + 1, 0x1234);
	EXPECT_EQ(look(&m, 0, FREE, &v), SLW_CLEAN);
	EXPECT_EQ(v.found, SLW_AHEAD);
	link_to(&m, SLW_AHEAD - 2, 0x1234);
	EXPECT_EQ(look(&m, 0, FREE, &v), SLW_SUSPECT);
	EXPECT_EQ(v.found, SLW_AHEAD - 1);
	slab_drop(&m);
}

static const struct unit_test tests[] = {
	{ "every size's grid is that of the division", grids, NULL },
	{ "healthy chains are clean", healthy, NULL },
	{ "a wild link is its object's", wild, NULL },
	{ "a wild head is the link of the object handed out last", head, NULL },
	{ "a link back is a cycle", cycle, NULL },
	{ "no more than so many links", bounded, NULL },
};

void suite_ahead(void)
{
	unit_run("ahead", tests, ARRAY_SIZE(tests));
}
