// SPDX-License-Identifier: GPL-2.0
/*
 * Slabs in user memory: see slabs.h.
 */
#include "slabs.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "freeptr.h"

#define HUGE_PAGE	(2ul << 20)

u64 bench_random(void)
{
	static u64 x = 0x5eed5eed5eed5eedull;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

void *bench_memory(size_t bytes)
{
	void *p;

	bytes = (bytes + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	p = aligned_alloc(HUGE_PAGE, bytes);
	if (!p) {
		fprintf(stderr, "no memory: %zu bytes\n", bytes);
		exit(1);
	}
	madvise(p, bytes, MADV_HUGEPAGE);
	memset(p, 0, bytes);
	return p;
}

static void shuffle(u32 *order, u32 n)
{
	u32 i, j, t;

	for (i = n; i > 1; i--) {
		j = (u32)(bench_random() % i);
		t = order[i - 1];
		order[i - 1] = order[j];
		order[j] = t;
	}
}

static u32 *random_order(u32 n)
{
	u32 *order = malloc(n * sizeof(*order)), i;

	if (!order)
		exit(1);
	for (i = 0; i < n; i++)
		order[i] = i;
	shuffle(order, n);
	return order;
}

/* The formula encodes and decodes alike. */
static void link_to(const struct slw_geometry *g, unsigned long object,
		    unsigned long to)
{
	unsigned long slot = object + g->offset;

	*(unsigned long *)slot = slw_freeptr_decode(g, to, slot);
}

/* Free some objects of a slab, in random order; at least one, or it would not be on a list. */
static void fill_slab(struct slabs *s, struct descriptor *d, u32 percent,
		      u32 *order)
{
	unsigned long next = 0, object;
	u32 i;

	shuffle(order, d->objects);
	for (i = 0; i < d->objects; i++) {
		if (bench_random() % 100 >= percent &&
		    (d->free || i + 1 < d->objects))
			continue;
		object = d->base + (unsigned long)order[i] * s->g.size;
		link_to(&s->g, object, next);
		next = object;
		d->free++;
	}
	d->freelist = next;
	s->free += d->free;
}

static void link_list(struct slabs *s)
{
	u32 *order = random_order(s->nr), i;

	s->first = &s->list[order[0]];
	s->last = &s->list[order[s->nr - 1]];
	for (i = 0; i + 1 < s->nr; i++) {
		s->list[order[i]].next = &s->list[order[i + 1]];
		s->list[order[i + 1]].prev = &s->list[order[i]];
	}
	free(order);
}

static int compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static void collect_slots(struct slabs *s)
{
	unsigned long object, slot;
	u64 n = 0;
	u32 i;

	s->in_order = bench_memory(s->free * sizeof(u32));
	s->scattered = bench_memory(s->free * sizeof(u32));
	for (i = 0; i < s->nr; i++) {
		u64 first = n;

		for (object = s->list[i].freelist; object;) {
			slot = object + s->g.offset;
			s->in_order[n++] = (u32)((slot - (unsigned long)s->memory) / 8);
			object = slw_freeptr_decode(&s->g, *(unsigned long *)slot,
						    slot);
		}
		qsort(&s->in_order[first], n - first, sizeof(u32), compare);
	}
	memcpy(s->scattered, s->in_order, n * sizeof(u32));
	shuffle(s->scattered, (u32)n);
}

void slabs_make(struct slabs *s, const struct shape *shape, size_t bytes)
{
	u32 *order, i, objects = shape->slab / shape->object;

	*s = (struct slabs) {
		.nr = (u32)(bytes / shape->slab),
		.bytes = bytes,
		.g = {
			.random = (unsigned long)bench_random(),
			.hardened = true,
			.size = shape->object,
			.object_size = shape->object,
			.offset = shape->object / 2,
		},
	};
	slw_stride_init(&s->g.stride, s->g.size);
	s->memory = bench_memory(bytes);
	s->list = bench_memory(s->nr * sizeof(*s->list));
	order = random_order(objects);
	for (i = 0; i < s->nr; i++) {
		s->list[i].base = (unsigned long)s->memory +
				  (unsigned long)i * shape->slab;
		s->list[i].objects = objects;
		fill_slab(s, &s->list[i], shape->percent, order);
	}
	free(order);
	link_list(s);
	collect_slots(s);
}

void slabs_drop(struct slabs *s)
{
	free(s->in_order);
	free(s->scattered);
	free(s->list);
	free(s->memory);
}

static unsigned long *slot(const struct slabs *s, u64 i)
{
	return (unsigned long *)(s->memory + s->scattered[i] * 8ul);
}

void slabs_link_chase(struct slabs *s)
{
	u64 i;

	for (i = 0; i < s->free; i++)
		*slot(s, i) = (unsigned long)slot(s, i + 1 < s->free ? i + 1 : 0);
	s->chase = slot(s, 0);
}
