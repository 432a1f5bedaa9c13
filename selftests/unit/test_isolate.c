// SPDX-License-Identifier: GPL-2.0
/*
 * What is done about which damage, and what a slab's counters are afterwards.
 */
#include "isolate.h"
#include "unit.h"

static const struct {
	enum slubwatch_kind kind;
	enum slubwatch_place place;
	enum slw_recipe recipe;
} recipes[] = {
#define ROW(kind, place, recipe) \
	{ SLUBWATCH_KIND_##kind, SLUBWATCH_PLACE_##place, SLW_RECIPE_##recipe }
	ROW(FREEPTR, CPU_FREELIST, CUT),
	ROW(HEAD, CPU_FREELIST, CUT),
	ROW(CYCLE, CPU_FREELIST, CUT),
	ROW(COUNT, CPU_FREELIST, NONE),
	ROW(CPU_STATE, CPU_FREELIST, NONE),
	ROW(FREEPTR, CPU_SLAB, DROP),
	ROW(DUPLICATE, CPU_SLAB, DROP),
	ROW(COUNT, CPU_SLAB, DROP),
	ROW(NO_FREE, CPU_SLAB, NONE),
	ROW(FROZEN, CPU_SLAB, NONE),
	ROW(CPU_STATE, CPU_SLAB, NONE),
	ROW(HEAD, CPU_PARTIAL, UNLINK),
	ROW(NO_FREE, CPU_PARTIAL, UNLINK),
	ROW(WRONG_CACHE, CPU_PARTIAL, NONE),
	ROW(CYCLE, NODE_PARTIAL, UNLINK),
	ROW(COUNT, NODE_PARTIAL, UNLINK),
	ROW(NOT_SLAB, NODE_PARTIAL, NONE),
	ROW(WRONG_NODE, NODE_PARTIAL, NONE),
	ROW(LIST_LINK, NODE_PARTIAL, NONE),
	ROW(LIST_COUNT, NODE_PARTIAL, NONE),
	ROW(MARK, NODE_PARTIAL, NONE),
	ROW(OBJECTS, NODE_PARTIAL, NONE),
	ROW(SHEAF_FOREIGN, SHEAF_MAIN, REMOVE),
	ROW(SHEAF_FREE, SHEAF_SPARE, REMOVE),
	ROW(SHEAF_MISALIGNED, SHEAF_RCU, REMOVE),
	ROW(SHEAF_DUPLICATE, BARN_FULL, REMOVE),
	ROW(SHEAF_SIZE, BARN_FULL, NONE),
	ROW(SHEAF_CACHE, SHEAF_MAIN, NONE),
	ROW(SHEAF_POINTER, SHEAF_SPARE, NONE),
	ROW(SHEAF_FOREIGN, BARN_EMPTY, NONE),
	ROW(CACHE_NUMBERS, CACHE, NONE),
#undef ROW
};

static void which_recipe(const void *arg)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(recipes); i++)
		EXPECT_EQ(slw_recipe_for(recipes[i].kind, recipes[i].place),
			  recipes[i].recipe);
}

/* inuse 3 of 21 objects; the upper half is 7.x's. */
#define COUNTERS	(0x12345678ul << 32 | 21ul << 16 | 3)

static void counters(const void *arg)
{
	unsigned long full = 0x12345678ul << 32 | 21ul << 16 | 21;

	EXPECT_EQ(slw_counters_given_up(COUNTERS, false), full);
	EXPECT_EQ(slw_counters_given_up(COUNTERS, true), full | 1ul << 31);
	EXPECT_EQ(slw_counters_given_up(COUNTERS | 1ul << 31, false), full);
	/* More in use than there are, all bits of inuse set. */
	EXPECT_EQ(slw_counters_given_up(COUNTERS | 0xffff, false), full);
	/* Most objects a slab can have. */
	EXPECT_EQ(slw_counters_given_up(0x7ffful << 16, true), 0xffff7ffful);
}

static void lost(const void *arg)
{
	const struct slw_slab s = { .inuse = 16, .objects = 16 };

	EXPECT_EQ(slw_most_given_up(COUNTERS, 0), 18);
	EXPECT_EQ(slw_most_given_up(COUNTERS, 18), 18);
	EXPECT_EQ(slw_most_given_up(COUNTERS, 20), 20);
	EXPECT_EQ(slw_most_given_up(21ul << 16 | 21, 0), 0);
	EXPECT_EQ(slw_most_given_up(21ul << 16 | 22, 4), 21);
	EXPECT_EQ(slw_most_cut_off(&s, 0), 16);
	EXPECT_EQ(slw_most_cut_off(&s, 13), 3);
	EXPECT_EQ(slw_most_cut_off(&s, 17), 0);
}

static const struct unit_test tests[] = {
	{ "a recipe for what the chain or the entry is to blame for", which_recipe, NULL },
	{ "counters of a slab whose freelist was given up", counters, NULL },
	{ "objects lost", lost, NULL },
};

void suite_isolate(void)
{
	unit_run("isolate", tests, ARRAY_SIZE(tests));
}
