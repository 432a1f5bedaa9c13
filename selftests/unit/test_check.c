// SPDX-License-Identifier: GPL-2.0
/*
 * The rules for a slab, for a sheaf's entry and for a cache's numbers: each is
 * broken in turn, and only the one broken may be named.
 */
#include "addrset.h"
#include "slab.h"
#include "unit.h"

static const struct slab_shape shape = {
	.size = 256, .offset = 128, .order = 1, .hardened = true
};

static const struct slw_expect on_node = {
	.frozen = 0, .mark = 1, .node = 3, .free = true
};

static void make(struct slab_model *m)
{
	slab_make(m, &shape, 5);
	m->s.node = 3;
	m->s.mark = true;
}

static void sound_slab(const void *arg)
{
	static const struct slw_expect e[] = {
		{ 0, 1, 3, true }, { 0, -1, -1, true }, { -1, 1, 3, true },
		{ 0, 1, 3, false },
	};
	struct slab_model m;
	struct slw_verdict v;
	unsigned int i;

	make(&m);
	for (i = 0; i < ARRAY_SIZE(e); i++) {
		EXPECT(slw_check_slab(&m.g, &m.s, &e[i], &v));
		EXPECT_EQ(v.outcome, SLW_CLEAN);
	}
	slab_drop(&m);
}

static void smallest_slab(const void *arg)
{
	struct slab_model m;
	struct slw_verdict v;

	make(&m);
	m.g.min = 16;	/* order 0 */
	m.s.order = 0;
	m.s.objects = 16;
	m.s.inuse = 11;
	EXPECT(slw_check_slab(&m.g, &m.s, &on_node, &v));
	m.s.order = 1;
	EXPECT(!slw_check_slab(&m.g, &m.s, &on_node, &v));
	EXPECT_EQ(v.kind, SLUBWATCH_KIND_OBJECTS);
	slab_drop(&m);
}

struct breakage {
	const char *name;
	void (*apply)(struct slw_slab *s);
	enum slubwatch_kind kind;
};

static void no_slab(struct slw_slab *s)
{
	s->is_slab = false;
}

static void other_cache(struct slw_slab *s)
{
	s->cache++;
}

static void other_objects(struct slw_slab *s)
{
	s->objects--;
}

static void other_order(struct slw_slab *s)
{
	s->order++;
}

static void many_inuse(struct slw_slab *s)
{
	s->inuse = s->objects + 1;
}

static void frozen(struct slw_slab *s)
{
	s->frozen = true;
}

static void unmarked(struct slw_slab *s)
{
	s->mark = false;
}

static void other_node(struct slw_slab *s)
{
	s->node = 0;
}

static void no_freelist(struct slw_slab *s)
{
	s->freelist = 0;
}

static const struct breakage breakages[] = {
	{ "no slab", no_slab, SLUBWATCH_KIND_NOT_SLAB },
	{ "another cache's", other_cache, SLUBWATCH_KIND_WRONG_CACHE },
	{ "another number of objects", other_objects, SLUBWATCH_KIND_OBJECTS },
	{ "another order", other_order, SLUBWATCH_KIND_OBJECTS },
	{ "more in use than there are", many_inuse, SLUBWATCH_KIND_COUNT },
	{ "frozen", frozen, SLUBWATCH_KIND_FROZEN },
	{ "not marked", unmarked, SLUBWATCH_KIND_MARK },
	{ "on another node", other_node, SLUBWATCH_KIND_WRONG_NODE },
	{ "nothing free", no_freelist, SLUBWATCH_KIND_NO_FREE },
};

static void broken_slab(const void *arg)
{
	const struct breakage *b = arg;
	struct slab_model m;
	struct slw_verdict v;

	make(&m);
	b->apply(&m.s);
	EXPECT(!slw_check_slab(&m.g, &m.s, &on_node, &v));
	EXPECT_EQ(v.outcome, SLW_SUSPECT);
	EXPECT_EQ(v.kind, b->kind);
	slab_drop(&m);
}

static void entries(const void *arg)
{
	struct slab_model m;
	struct slw_verdict v;
	u32 i;

	make(&m);
	for (i = 0; i < m.s.objects; i++) {
		EXPECT_EQ(slw_check_entry(&m.g, slab_object(&m, i), &m.s, &v), i);
		EXPECT_EQ(v.outcome, SLW_CLEAN);
		EXPECT_EQ(slw_check_entry(&m.g, slab_object(&m, i) + 8, &m.s, &v),
			  -1);
		EXPECT_EQ(v.kind, SLUBWATCH_KIND_SHEAF_MISALIGNED);
	}
	m.s.objects--;
	EXPECT_EQ(slw_check_entry(&m.g, slab_object(&m, 0), &m.s, &v), -1);
	EXPECT_EQ(v.kind, SLUBWATCH_KIND_OBJECTS);
	EXPECT_EQ(v.outcome, SLW_SUSPECT);
	m.s.objects++;
	m.s.cache++;
	EXPECT_EQ(slw_check_entry(&m.g, slab_object(&m, 0), &m.s, &v), -1);
	EXPECT_EQ(v.kind, SLUBWATCH_KIND_SHEAF_FOREIGN);
	m.s.cache--;
	m.s.is_slab = false;
	EXPECT_EQ(slw_check_entry(&m.g, slab_object(&m, 0), &m.s, &v), -1);
	EXPECT_EQ(v.kind, SLUBWATCH_KIND_SHEAF_FOREIGN);
	EXPECT_EQ(v.outcome, SLW_SUSPECT);
	slab_drop(&m);
}

static void geometry(const void *arg)
{
	struct slw_geometry g;
	struct slab_model m;

	make(&m);
	EXPECT(slw_check_geometry(&m.g));
#define BROKEN(member, value)						\
	do {								\
		g = m.g;						\
		g.member = value;					\
		EXPECT(!slw_check_geometry(&g));			\
	} while (0)
	BROKEN(size, 0);
	BROKEN(size, 4);
	BROKEN(size, 257);
	BROKEN(size, 0x80000000u);
	BROKEN(offset, 249);
	BROKEN(offset, 124);
	BROKEN(red_left, 12);
	BROKEN(offset, 0xfffffff8u);
	BROKEN(red_left, 257);
	BROKEN(red_left, 128);	/* the last object's free pointer lies outside */
	BROKEN(size, 248);	/* one object more would fit */
	BROKEN(size, 264);	/* and one less */
	BROKEN(oo, m.g.oo + 1);
	BROKEN(oo, m.g.oo - 1);
	BROKEN(oo, m.g.oo + SLW_OO_MASK + 1);
	BROKEN(min, m.g.min - 1);
	BROKEN(oo, 0);
	BROKEN(oo, 0xffff0010u);
	BROKEN(oo, 0x8000u);
	BROKEN(min, 0);
#undef BROKEN
	slab_drop(&m);
}

static void addrset(const void *arg)
{
	static struct slw_addrset set;
	unsigned int round, i;

	for (round = 0; round < 5; round++) {
		/* The round counter wraps once on the way. */
		if (round == 2)
			set.round = (u16)~0u;
		slw_addrset_clear(&set);
		for (i = 0; i < SLW_ADDRSET_FULL; i++)
			EXPECT_EQ(slw_addrset_add(&set, 0xffff888000000000ul + i * 256),
				  0);
		for (i = 0; i < SLW_ADDRSET_FULL; i++)
			EXPECT_EQ(slw_addrset_add(&set, 0xffff888000000000ul + i * 256),
				  1);
		EXPECT_EQ(slw_addrset_add(&set, 1), -ENOSPC);
	}
}

static const struct unit_test tests[] = {
	{ "a sound slab is clean wherever it may be", sound_slab, NULL },
	{ "a slab of the smallest order", smallest_slab, NULL },
	{ "entries of a sheaf", entries, NULL },
	{ "numbers of a cache", geometry, NULL },
	{ "the set of addresses", addrset, NULL },
};

void suite_check(void)
{
	struct unit_test t[ARRAY_SIZE(breakages)];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(breakages); i++)
		t[i] = (struct unit_test) { breakages[i].name, broken_slab,
					    &breakages[i] };
	unit_run("check", tests, ARRAY_SIZE(tests));
	unit_run("check", t, ARRAY_SIZE(t));
}
