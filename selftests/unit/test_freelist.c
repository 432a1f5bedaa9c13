// SPDX-License-Identifier: GPL-2.0
/*
 * Chains: a healthy one is clean however it is laid out, a damaged one is told
 * as what it is.
 */
#include "slab.h"
#include "unit.h"

static const struct slab_shape shapes[] = {
	{ .size = 8, .offset = 0, .order = 0, .hardened = true },
	{ .size = 8, .offset = 0, .order = 3, .hardened = true },
	{ .size = 64, .offset = 32, .order = 0 },
	{ .size = 192, .offset = 96, .order = 0, .hardened = true },
	{ .size = 256, .offset = 128, .order = 0, .hardened = true },
	{ .size = 256, .offset = 0, .order = 1 },
	{ .size = 384, .offset = 312, .red_left = 64, .order = 2, .hardened = true },
	{ .size = 4096, .offset = 2048, .order = 3, .hardened = true },
	{ .size = 65536, .offset = 32768, .order = 5 },
};

/* One slab of 256 bytes an object, half of it free: for the damage below. */
static const struct slab_shape *const common = &shapes[4];
#define COMMON_FREE	8

static void healthy(const void *arg)
{
	struct slab_model m;
	struct slw_verdict v;
	unsigned int i;
	u32 free;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		slab_make(&m, &shapes[i], 0);
		for (free = 0; free <= m.s.objects; free += 1 + free / 3) {
			slab_drop(&m);
			slab_make(&m, &shapes[i], free);
			slab_judge(&m, &v);
			EXPECT_EQ(v.outcome, SLW_CLEAN);
			EXPECT_EQ(v.found, free);
		}
		slab_drop(&m);
	}
}

/* A few hops of each in turn; true when all have stopped. */
static bool walk_all(struct slw_chain *chains, unsigned int n)
{
	bool stopped = true;

	while (n--)
		stopped &= slw_chain_walk(&chains[n], 3);
	return stopped;
}

/* Walked in turns, each chain ends as it does alone, in any number of steps. */
static void side_by_side(const void *arg)
{
	enum { N = 9 };
	static struct slab_model m[N];
	static unsigned long seen[N][BITS_TO_LONGS(SLAB_MAX_OBJECTS + 1)];
	struct slw_chain chains[N];
	struct slw_verdict v;
	unsigned int i, rounds = 0;

	for (i = 0; i < N; i++) {
		slab_make(&m[i], &shapes[i], 0);
		slab_drop(&m[i]);
		slab_make(&m[i], &shapes[i], m[i].s.objects / (i + 1));
		slw_chain_start(&chains[i], &m[i].g, &m[i].s, m[i].s.freelist,
				seen[i]);
	}
	while (!walk_all(chains, N) && EXPECT(rounds++ < SLAB_MAX_OBJECTS))
		;
	EXPECT(rounds > 1);
	for (i = 0; i < N; i++) {
		slw_chain_verdict(&chains[i], (int)m[i].free, 0, &v);
		EXPECT_EQ(v.outcome, SLW_CLEAN);
		EXPECT_EQ(v.found, m[i].free);
		slab_drop(&m[i]);
	}
}

static void unfinished(const void *arg)
{
	unsigned long seen[4] = {};
	struct slab_model m;
	struct slw_verdict v;
	struct slw_chain c;

	slab_make(&m, common, COMMON_FREE);
	slw_chain_start(&c, &m.g, &m.s, m.s.freelist, seen);
	EXPECT(!slw_chain_walk(&c, COMMON_FREE - 1));
	slw_chain_verdict(&c, COMMON_FREE, 0, &v);
	EXPECT_EQ(v.outcome, SLW_CUT);
	EXPECT(slw_chain_walk(&c, 1));
	slab_drop(&m);
}

/*
 * Damage to the link of the third object of eight, and what it must be called.
 * @word: what the link leads to afterwards, made by a function below
 */
struct damage {
	const char *name;
	unsigned long (*word)(const struct slab_model *m);
	enum slubwatch_kind kind;
	u32 found;
};

#define VICTIM	2	/* place in the chain */

static unsigned long to_text(const struct slab_model *m)
{
	return 0x0072006900560338ul;
}

static unsigned long to_null(const struct slab_model *m)
{
	return 0;
}

static unsigned long to_itself(const struct slab_model *m)
{
	return slab_object(m, m->chain[VICTIM]);
}

static unsigned long to_first(const struct slab_model *m)
{
	return slab_object(m, m->chain[0]);
}

static unsigned long to_live(const struct slab_model *m)
{
	return slab_object(m, m->chain[m->free]);
}

static unsigned long to_between(const struct slab_model *m)
{
	return slab_object(m, m->chain[VICTIM + 1]) + 8;
}

static unsigned long to_behind(const struct slab_model *m)
{
	return slab_object(m, m->s.objects);
}

static unsigned long to_before(const struct slab_model *m)
{
	return slab_object(m, 0) - m->g.size;
}

static unsigned long to_skip(const struct slab_model *m)
{
	return slab_object(m, m->chain[VICTIM + 2]);
}

static unsigned long to_byte5(const struct slab_model *m)
{
	return slab_object(m, m->chain[VICTIM + 1]) & ~(0xfful << 40);
}

static const struct damage damages[] = {
	{ "A1 text", to_text, SLUBWATCH_KIND_FREEPTR, 3 },
	{ "A3 byte 5 zeroed", to_byte5, SLUBWATCH_KIND_FREEPTR, 3 },
	{ "B4 decodes to NULL", to_null, SLUBWATCH_KIND_COUNT, 3 },
	{ "B5 skips an object", to_skip, SLUBWATCH_KIND_COUNT, 7 },
	{ "B7 leads to itself", to_itself, SLUBWATCH_KIND_CYCLE, 3 },
	{ "B7 leads to the first", to_first, SLUBWATCH_KIND_CYCLE, 3 },
	{ "B7 leads to a live object", to_live, SLUBWATCH_KIND_FREEPTR, 4 },
	{ "B8 leads between objects", to_between, SLUBWATCH_KIND_FREEPTR, 3 },
	{ "B8 leads behind the slab", to_behind, SLUBWATCH_KIND_FREEPTR, 3 },
	{ "B8 leads before the slab", to_before, SLUBWATCH_KIND_FREEPTR, 3 },
};

static void damaged(const void *arg)
{
	const struct damage *d = arg;
	struct slab_model m;
	struct slw_verdict v;
	u32 victim;

	slab_make(&m, common, COMMON_FREE);
	victim = m.chain[VICTIM];
	*slab_slot(&m, victim) = slab_encode(&m, victim, d->word(&m));
	slab_judge(&m, &v);
	EXPECT_EQ(v.outcome, SLW_SUSPECT);
	EXPECT_EQ(v.kind, d->kind);
	EXPECT_EQ(v.found, d->found);
	if (d->found == VICTIM + 1 && d->kind != SLUBWATCH_KIND_COUNT) {
		EXPECT_EQ(v.object, slab_object(&m, victim));
		EXPECT_EQ(v.before, slab_object(&m, m.chain[VICTIM - 1]));
		EXPECT_EQ(v.decoded, d->word(&m));
		EXPECT_EQ(v.raw, *slab_slot(&m, victim));
	}
	slab_drop(&m);
}

static void bad_head(const void *arg)
{
	struct slab_model m;
	struct slw_verdict v;

	slab_make(&m, common, COMMON_FREE);
	m.s.freelist = 0x72006900560338ul;
	slab_judge(&m, &v);
	EXPECT_EQ(v.outcome, SLW_SUSPECT);
	EXPECT_EQ(v.kind, SLUBWATCH_KIND_HEAD);
	EXPECT_EQ(v.found, 0);
	EXPECT_EQ(v.before, 0);
	EXPECT_EQ(v.raw, 0x72006900560338ul);
	slab_drop(&m);
}

static void wrong_inuse(const void *arg)
{
	struct slab_model m;
	struct slw_verdict v;
	int by;

	for (by = -1; by <= 1; by++) {
		slab_make(&m, common, COMMON_FREE);
		m.s.inuse = (u32)((int)m.s.inuse + by);
		slab_judge(&m, &v);
		EXPECT_EQ(v.outcome, by ? SLW_SUSPECT : SLW_CLEAN);
		if (by)
			EXPECT_EQ(v.kind, SLUBWATCH_KIND_COUNT);
		slab_drop(&m);
	}
}

/* The cpu freelist and the slab's own: two lists, one object. */
static void two_lists(const void *arg)
{
	unsigned long seen[4] = {}, other[4] = {};
	struct slab_model m;
	struct slw_verdict v;
	struct slw_chain c;

	slab_make(&m, common, COMMON_FREE);
	slw_chain_start(&c, &m.g, &m.s, m.s.freelist, other);
	slw_chain_walk(&c, 100);
	slw_chain_verdict(&c, -1, m.s.objects, &v);
	EXPECT_EQ(v.outcome, SLW_CLEAN);

	slw_chain_start(&c, &m.g, &m.s, slab_object(&m, m.chain[3]), seen);
	c.other = other;
	slw_chain_walk(&c, 100);
	slw_chain_verdict(&c, -1, m.s.objects, &v);
	EXPECT_EQ(v.outcome, SLW_SUSPECT);
	EXPECT_EQ(v.kind, SLUBWATCH_KIND_DUPLICATE);
	EXPECT_EQ(v.object, slab_object(&m, m.chain[3]));
	slab_drop(&m);
}

/* A limit, as for the cpu freelist: so many at most, fewer are fine. */
static void limited(const void *arg)
{
	u32 limit;

	for (limit = COMMON_FREE - 1; limit <= COMMON_FREE + 1; limit++) {
		unsigned long seen[4] = {};
		struct slab_model m;
		struct slw_verdict v;
		struct slw_chain c;

		slab_make(&m, common, COMMON_FREE);
		slw_chain_start(&c, &m.g, &m.s, m.s.freelist, seen);
		slw_chain_walk(&c, 100);
		slw_chain_verdict(&c, -1, limit, &v);
		EXPECT_EQ(v.outcome,
			  limit < COMMON_FREE ? SLW_SUSPECT : SLW_CLEAN);
		slab_drop(&m);
	}
}

/* Any word of any free object overwritten by anything: never missed. */
static void any_word(const void *arg)
{
	enum { ROUNDS = 20000 };
	struct slab_model m;
	struct slw_verdict v;
	unsigned int i;
	u32 victim;

	for (i = 0; i < ROUNDS; i++) {
		const struct slab_shape *shape =
			&shapes[slab_random() % (ARRAY_SIZE(shapes) - 2)];
		unsigned long was, now;

		slab_make(&m, shape, 6);
		victim = m.chain[slab_random() % 6];
		was = *slab_slot(&m, victim);
		now = was;
		switch (slab_random() % 4) {
		case 0:
			now ^= 1ul << (slab_random() % 64);
			break;
		case 1:
			now &= ~(0xfful << (slab_random() % 8 * 8));
			break;
		case 2:
			now = (unsigned long)slab_random();
			break;
		case 3:
			now = 0;
		}
		*slab_slot(&m, victim) = now;
		slab_judge(&m, &v);
		EXPECT_EQ(v.outcome, now == was ? SLW_CLEAN : SLW_SUSPECT);
		slab_drop(&m);
	}
}

/*
 * Scouts go along a list and round it, each its own way, and load nothing from
 * elsewhere.
 */
static void scouts(const void *arg)
{
	struct { unsigned long next, prev; } list[3];
	struct slw_scouts scouts = {
		.low = (unsigned long)&list[0],
		.high = (unsigned long)&list[3],
		.of = { { (unsigned long)&list[0].next, 4 },
			{ (unsigned long)&list[0].prev, 5 } },
		.every = 1,
	};
	struct slab_model m;
	struct slw_lanes lanes = {};
	int i;

	for (i = 0; i < 3; i++) {
		list[i].next = (unsigned long)&list[(i + 1) % 3];
		list[i].prev = (unsigned long)&list[(i + 2) % 3];
	}
	slab_make(&m, common, COMMON_FREE);
	slw_lanes_add(&lanes, &m.g, &m.s, 0);
	EXPECT(!slw_lanes_walk(&lanes, &m.g, 2, &scouts));
	EXPECT_EQ(scouts.of[0].at, (unsigned long)&list[2].next);
	EXPECT_EQ(scouts.of[0].left, 2);
	EXPECT_EQ(scouts.of[1].at, (unsigned long)&list[1].prev);
	EXPECT_EQ(scouts.of[1].left, 3);
	/* A page that no load may touch, left by a link, and not gone along. */
	scouts.of[0].left = 9;
	list[0].next = 0x1000;
	EXPECT(slw_lanes_walk(&lanes, &m.g, 100, &scouts));
	EXPECT_EQ(lanes.suspect, 0);
	EXPECT_EQ(scouts.of[0].at, 0x1000);
	EXPECT_EQ(scouts.of[0].left, 0);
	EXPECT_EQ(scouts.of[1].left, 0);
	slab_drop(&m);
}

static const struct unit_test tests[] = {
	{ "scouts", scouts, NULL },
	{ "healthy chains of all shapes are clean", healthy, NULL },
	{ "side by side as alone", side_by_side, NULL },
	{ "unfinished is cut, not judged", unfinished, NULL },
	{ "a bad head", bad_head, NULL },
	{ "inuse off by one", wrong_inuse, NULL },
	{ "one object on two lists", two_lists, NULL },
	{ "a limit instead of a count", limited, NULL },
	{ "20,000 random overwrites, none missed, none made up", any_word, NULL },
};

void suite_freelist(void)
{
	struct unit_test t[ARRAY_SIZE(damages)];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(damages); i++)
		t[i] = (struct unit_test) { damages[i].name, damaged, &damages[i] };
	unit_run("freelist", tests, ARRAY_SIZE(tests));
	unit_run("freelist", t, ARRAY_SIZE(t));
}
