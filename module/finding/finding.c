// SPDX-License-Identifier: GPL-2.0
/*
 * Findings: see finding.h.
 */
#include "finding/finding.h"

#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/rbtree.h>	/* 5.10-rt's mutex.h needs it and does not say so */
#include <linux/mutex.h>

#include "counters.h"

/**
 * struct kept - a finding that is kept
 * @r:		the copy; @r.f.seq is 0 while the slot is free
 * @sweep:	last sweep that saw it
 * @open:	every complete look since saw it
 */
struct kept {
	struct slw_record r;
	u32 sweep;
	bool open;
};

static DEFINE_MUTEX(lock);
static struct kept first;
/*
 * In no order; protected by lock, but for the panic notifier.  A machine that is
 * well has no findings: memory is taken when there are some, but for the first.
 */
static struct kept *ring[SLW_FINDINGS] = { &first };
static u32 last_seq;
static u32 sweep_now;

/* Used by nobody in here. */
static const struct slubwatch_ring ring_for_dumps __used = {
	.magic = SLUBWATCH_RING_MAGIC,
	.nr = SLW_FINDINGS,
	.size = sizeof(struct slubwatch_finding),
	.slots = ring,
};

static const char *const kind_names[] = {
#define KIND_NAME(id, name, text)	[SLUBWATCH_KIND_##id] = name,
	SLUBWATCH_KINDS(KIND_NAME)
#undef KIND_NAME
};

static const char *const place_names[] = {
#define PLACE_NAME(id, name)		[SLUBWATCH_PLACE_##id] = name,
	SLUBWATCH_PLACES(PLACE_NAME)
#undef PLACE_NAME
};

const char *slubwatch_kind_name(enum slubwatch_kind kind)
{
	return kind < ARRAY_SIZE(kind_names) ? kind_names[kind] : "?";
}
EXPORT_SYMBOL_GPL(slubwatch_kind_name);

static const char *const isolation_names[] = {
#define ISOLATION_NAME(id, name, text)	[SLUBWATCH_ISOLATION_##id] = name,
	SLUBWATCH_ISOLATIONS(ISOLATION_NAME)
#undef ISOLATION_NAME
};

const char *slubwatch_isolation_name(enum slubwatch_isolation isolation)
{
	return isolation < ARRAY_SIZE(isolation_names) ?
	       isolation_names[isolation] : "?";
}
EXPORT_SYMBOL_GPL(slubwatch_isolation_name);

const char *slubwatch_place_name(enum slubwatch_place place)
{
	return place < ARRAY_SIZE(place_names) ? place_names[place] : "?";
}
EXPORT_SYMBOL_GPL(slubwatch_place_name);

/* With something done about it, it is told once more. */
static bool same(const struct slubwatch_finding *a,
		 const struct slubwatch_finding *b)
{
	return a->kind == b->kind && a->page == b->page &&
	       a->object == b->object && a->kmem_cache == b->kmem_cache &&
	       a->isolation == b->isolation;
}

static struct kept *find_open(const struct slubwatch_finding *f)
{
	unsigned int i;

	for (i = 0; i < SLW_FINDINGS; i++)
		if (ring[i] && ring[i]->open && same(&ring[i]->r.f, f))
			return ring[i];
	return NULL;
}

/*
 * Pages, and without reclaim: neither goes through SLUB, whose lists may be
 * what the finding is about.
 */
static struct kept *new_slot(void)
{
	BUILD_BUG_ON(sizeof(struct kept) > PAGE_SIZE);
	return (void *)get_zeroed_page(GFP_ATOMIC | __GFP_NOWARN);
}

/* A free slot, or the oldest finding that is over; NULL if all are open. */
static struct kept *find_room(void)
{
	struct kept *oldest = NULL;
	unsigned int i;

	for (i = 0; i < SLW_FINDINGS; i++) {
		if (!ring[i]) {
			WRITE_ONCE(ring[i], new_slot());
			slw_count_memory(ring[i] ? PAGE_SIZE : 0);
		}
		if (!ring[i])
			continue;
		if (!ring[i]->r.f.seq)
			return ring[i];
		if (!ring[i]->open &&
		    (!oldest || ring[i]->r.f.seq < oldest->r.f.seq))
			oldest = ring[i];
	}
	return oldest;
}

void slw_findings_sweep(u32 sweep)
{
	WRITE_ONCE(sweep_now, sweep);
}

bool slw_finding_seen(const struct slubwatch_finding *f)
{
	struct kept *k;

	mutex_lock(&lock);
	k = find_open(f);
	if (k) {
		k->r.f.times += k->sweep != sweep_now;
		k->sweep = sweep_now;
	}
	mutex_unlock(&lock);
	return k;
}

bool slw_finding_add(struct slw_record *r)
{
	struct kept *k;

	mutex_lock(&lock);
	k = find_room();
	if (k) {
		r->f.seq = ++last_seq;
		r->f.times = 1;
		k->r = *r;
		k->sweep = sweep_now;
		k->open = true;
	}
	mutex_unlock(&lock);
	slw_count(k ? SLW_COUNT_FINDINGS : SLW_COUNT_DROPPED, 1);
	return k;
}

void slw_finding_update(const struct slw_record *r)
{
	unsigned int i;

	mutex_lock(&lock);
	for (i = 0; i < SLW_FINDINGS; i++)
		if (ring[i] && r->f.seq && ring[i]->r.f.seq == r->f.seq)
			ring[i]->r = *r;
	mutex_unlock(&lock);
}

static void close_unless(unsigned long kmem_cache, u32 sweep)
{
	unsigned int i;

	mutex_lock(&lock);
	for (i = 0; i < SLW_FINDINGS; i++)
		if (ring[i] && ring[i]->open && ring[i]->sweep != sweep &&
		    ring[i]->r.f.kmem_cache == kmem_cache)
			ring[i]->open = false;
	mutex_unlock(&lock);
}

void slw_findings_close(unsigned long kmem_cache)
{
	close_unless(kmem_cache, sweep_now);
}

/* No sweep has the number 0. */
void slw_findings_gone(unsigned long kmem_cache)
{
	close_unless(kmem_cache, 0);
}

bool slw_finding_get(u32 seq, struct slw_record *r)
{
	struct kept *next = NULL;
	unsigned int i;

	mutex_lock(&lock);
	for (i = 0; i < SLW_FINDINGS; i++)
		if (ring[i] && ring[i]->r.f.seq >= seq && ring[i]->r.f.seq &&
		    (!next || ring[i]->r.f.seq < next->r.f.seq))
			next = ring[i];
	if (next)
		*r = next->r;
	mutex_unlock(&lock);
	return next;
}

const struct slw_record *slw_finding_last(unsigned int back)
{
	const struct kept *k;
	unsigned int i;

	for (i = 0; i < SLW_FINDINGS && back < last_seq; i++) {
		k = READ_ONCE(ring[i]);
		if (k && k->r.f.seq == last_seq - back)
			return &k->r;
	}
	return NULL;
}

void slw_findings_exit(void)
{
	unsigned int i;

	for (i = 1; i < SLW_FINDINGS; i++)
		free_page((unsigned long)ring[i]);
}
