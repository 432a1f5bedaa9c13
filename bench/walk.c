// SPDX-License-Identifier: GPL-2.0
/*
 * ns per free object of the very walk that the module does, beside what else one
 * could do with the same memory.
 *
 *   walk [--smoke] [MIB]...
 *
 * Every way is run in turn, several rounds of it, and the module's twice in each
 * round: how far these two are apart is how much to trust the rest.  Time is
 * this thread's CPU time, medians.
 */
#include <stdlib.h>
#include <time.h>

#include "freeptr.h"
#include "load.h"
#include "slabs.h"

#define ROUNDS		5
#define HOPS		128	/* as in walk.c */
#define MOST_CHASED	2000000

/* What a walk found, so that nothing of it is optimized away. */
static u64 sink;

static u64 now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
}

static void capture(const struct descriptor *d, struct slw_slab *slab)
{
	*slab = (struct slw_slab) {
		.base = d->base,
		.freelist = d->freelist,
		.objects = d->objects,
		.inuse = d->objects - d->free,
	};
}

/* The checks are of no use if they say nothing. */
static void must_be_clean(bool clean, u32 found)
{
	if (!clean) {
		fprintf(stderr, "a healthy chain is not clean\n");
		exit(1);
	}
	sink += found;
}

/* Free objects that the lanes have to find. */
static unsigned int free_in(const struct slw_lanes *lanes)
{
	unsigned int i, n = 0;

	for (i = 0; i < lanes->walking; i++)
		n += lanes->lane[i].left;
	return n;
}

/* A batch captured from one end of the list on; returns where it goes on. */
static const struct descriptor *gather(const struct slabs *s, unsigned int way,
				       const struct descriptor *d,
				       struct slw_lanes *lanes, unsigned int n)
{
	static struct slw_slab slab[SLW_LANES];
	unsigned int i;

	for (i = 0; i < n; i++) {
		capture(d, &slab[i]);
		slw_lanes_add(lanes, &s->g, &slab[i], i);
		d = way ? d->prev : d->next;
	}
	return d;
}

/* A batch from either of @ends in turn, until they meet. */
static void walk_list(const struct slabs *s, unsigned int ends)
{
	static struct slw_lanes lanes;
	const struct descriptor *at[] = { s->first, s->last }, *d;
	struct slw_scouts scouts = {
		.low = (unsigned long)s->list,
		.high = (unsigned long)(s->list + s->nr),
	};
	unsigned int n, free, way = 0;
	u32 left;

	for (left = s->nr; left; left -= n, way = (way + 1) % ends) {
		n = left < SLW_LANES ? left : SLW_LANES;
		d = gather(s, way, at[way], &lanes, n);
		at[way] = d;
		free = free_in(&lanes);
		scouts.every = free ? ends * free / n : 1;
		scouts.of[way] = (struct slw_scout) {
			.at = (unsigned long)d + (way ? sizeof(long) : 0),
			.left = n,
		};
		while (!slw_lanes_walk(&lanes, &s->g, HOPS / n, &scouts))
			;
		must_be_clean(!lanes.suspect, free);
	}
}

/* As walk_node.c. */
static void sweep(const struct slabs *s)
{
	walk_list(s, 2);
}

/* The same with one miss of the list at a time. */
static void one_end(const struct slabs *s)
{
	walk_list(s, 1);
}

/* The same checks, one chain after the other, with a bitmap of what was seen. */
static void serial(const struct slabs *s)
{
	static unsigned long seen[BITS_TO_LONGS(SLW_MAX_OBJECTS + 1)];
	const struct descriptor *d;
	struct slw_verdict v;
	struct slw_chain chain;
	struct slw_slab slab;

	for (d = s->first; d; d = d->next) {
		memset(seen, 0, BITS_TO_LONGS(d->objects) * sizeof(*seen));
		capture(d, &slab);
		slw_chain_start(&chain, &s->g, &slab, slab.freelist, seen);
		slw_chain_walk(&chain, SLW_MAX_OBJECTS);
		slw_chain_verdict(&chain, (int)d->free, 0, &v);
		must_be_clean(v.outcome == SLW_CLEAN, v.found);
	}
}

/* No check at all, one chain after the other. */
static void unchecked(const struct slabs *s)
{
	const struct descriptor *d;
	unsigned long object, slot;

	for (d = s->first; d; d = d->next) {
		for (object = d->freelist; object; sink++) {
			slot = object + s->g.offset;
			object = slw_freeptr_decode(&s->g, *(unsigned long *)slot, slot);
		}
	}
}

/* The same words by addresses known before, in their order: what memory gives. */
static void stream(const struct slabs *s)
{
	unsigned long sum = 0;
	u64 i;

	for (i = 0; i < s->nr; i++)
		sum += s->list[i].freelist;
	for (i = 0; i < s->free; i++)
		sum += *(unsigned long *)(s->memory + s->in_order[i] * 8ul);
	sink += sum;
}

/* The same in random order: what is left of that when no line has a neighbour. */
static void scatter(const struct slabs *s)
{
	enum { AHEAD = 64 };
	unsigned long sum = 0;
	u64 i;

	for (i = 0; i < s->free; i++) {
		if (i + AHEAD < s->free)
			prefetch(s->memory + s->scattered[i + AHEAD] * 8ul);
		sum += *(unsigned long *)(s->memory + s->scattered[i] * 8ul);
	}
	sink += sum;
}

static const struct way {
	const char *name;
	void (*run)(const struct slabs *s);
} ways[] = {
	{ "sweep", sweep },
	{ "again", sweep },
	{ "serial", serial },
	{ "unchecked", unchecked },
	{ "stream", stream },
	{ "scatter", scatter },
	{ "one end", one_end },
};

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Medians in ns per free object, of all ways. */
static void measure(const struct slabs *s, double ns[ARRAY_SIZE(ways)])
{
	double t[ARRAY_SIZE(ways)][ROUNDS];
	unsigned int r, w;
	u64 began;

	for (r = 0; r < ROUNDS; r++) {
		for (w = 0; w < ARRAY_SIZE(ways); w++) {
			began = now_ns();
			ways[w].run(s);
			t[w][r] = (double)(now_ns() - began) / (double)s->free;
		}
	}
	for (w = 0; w < ARRAY_SIZE(ways); w++) {
		qsort(t[w], ROUNDS, sizeof(t[w][0]), compare);
		ns[w] = t[w][ROUNDS / 2];
	}
}

/* One miss after the other, each led to by the last; destroys the freelists. */
static double chase(struct slabs *s)
{
	u64 i, n = s->free < MOST_CHASED ? s->free : MOST_CHASED, began;
	unsigned long *p;

	slabs_link_chase(s);
	began = now_ns();
	for (i = 0, p = s->chase; i < n; i++)
		p = (unsigned long *)*p;
	sink += (unsigned long)p;
	return (double)(now_ns() - began) / (double)n;
}

static void row(const struct shape *shape, size_t mib)
{
	double ns[ARRAY_SIZE(ways)], chased;
	struct slabs s;
	unsigned int w;

	slabs_make(&s, shape, mib << 20);
	measure(&s, ns);
	chased = chase(&s);
	slabs_drop(&s);
	printf("%5zu %3uK/%-4u %4u%% |", mib, shape->slab / 1024, shape->object,
	       shape->percent);
	for (w = 0; w < ARRAY_SIZE(ways); w++)
		printf(" %9.1f", ns[w]);
	printf(" %7.0f | %5.2f %6.2f %6.2f %6.2f %6.2f %6.2f\n", chased, ns[1] / ns[0],
	       ns[2] / ns[0], chased / ns[0], ns[0] / ns[4], ns[0] / ns[5],
	       ns[6] / ns[0]);
	fflush(stdout);
}

static void table(size_t mib)
{
	static const struct shape shapes[] = {
		{ 4096, 64, 100 }, { 4096, 64, 50 }, { 4096, 128, 100 },
		{ 4096, 256, 100 }, { 4096, 256, 50 }, { 8192, 256, 100 },
		{ 8192, 512, 50 }, { 16384, 1024, 50 }, { 32768, 256, 50 },
		{ 32768, 1024, 100 }, { 32768, 4096, 100 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++)
		row(&shapes[i], mib);
}

int main(int argc, char **argv)
{
	static const struct shape common = { 8192, 256, 50 };
	unsigned int w;
	int i;

	printf("%5s %-9s %5s |", "MiB", "slab/obj", "free");
	for (w = 0; w < ARRAY_SIZE(ways); w++)
		printf(" %9s", ways[w].name);
	printf(" %7s | %5s %6s %6s %6s %6s %6s\n", "chase", "A/A", "serial",
	       "chase", "stream", "scatter", "1 end");
	printf("%5s %-9s %5s | %63s ns per free object | %s\n", "", "", "", "",
	       "again/sw serial/ chase/ sweep/ sweep/    /sweep");
	if (argc == 2 && !strcmp(argv[1], "--smoke")) {
		row(&common, 16);
		return 0;
	}
	for (i = 1; i < argc; i++)
		table(strtoul(argv[i], NULL, 0));
	return 0;
}
